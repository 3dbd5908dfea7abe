# SPDX-License-Identifier: Apache-2.0
"""What an evaluation tells of each predictor that took part: its figures, and how they compare.

predictor ──► Tried ──┬─► table of all, side by side
baseline  ──► Tried ──┤
                      └─► plain values for the file
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import msgspec

from model_tools.benchmarks.latency import summarise
from model_tools.comparison.outcomes import Written, collected, parsed
from model_tools.comparison.paired import differences
from model_tools.evaluation import confidence
from model_tools.evaluation.perplexity import Reading
from model_tools.evaluation.report import Score, as_json, scores
from model_tools.evaluation.run import Measured
from model_tools.tables import markdown_table

__all__ = ["Tried", "plain", "side_by_side", "tried"]

NOTHING: Final = "–"
SHOWN: Final = "NEA@5"


@dataclass(frozen=True, slots=True)
class Tried:
    """One predictor and what it did."""

    name: str
    version: str
    """Names what it rests on: a digest or a release."""

    measured: Measured
    rows: Sequence[Score]
    outcomes: Written


def tried(
    name: str,
    version: str,
    texts: Mapping[str, str],
    measured: Measured,
    seed: int,
    readings: Sequence[Reading] = (),
) -> Tried:
    """Score what was measured.

    Args:
        name: Of the predictor.
        version: What it rests on.
        texts: Digest of the text of each register.
        measured: Its lists and keys.
        seed: Of the bootstrap.
        readings: Sentences its model read; none where no model takes part.
    """
    rows = scores(measured.answers, measured.typed, seed, readings)
    outcomes = collected(texts, measured.answers, measured.typed, readings)
    return Tried(name, version, measured, rows, outcomes)


def plain(one: Tried) -> dict[str, object]:
    """The figures of one predictor, shares 0 to 1."""
    answers = one.measured.answers
    return {
        "scores": as_json(one.rows),
        "calibration": [asdict(each) for each in confidence.bins(answers)],
        "expected_calibration_error": confidence.expected_error(answers),
        "min_confidence": [asdict(each) for each in confidence.shown(answers)],
        "queries": one.measured.queries,
        "ms_per_query": one.measured.ms_per_query,
        "p50_ms": round(summarise(one.measured.waits_ms).p50_ms, 2),
        "outcomes": msgspec.to_builtins(one.outcomes),
    }


def side_by_side(all_tried: Sequence[Tried], seed: int) -> str:
    """Every predictor in a row, the first with what it is ahead of the others.

    Args:
        all_tried: The predictor that is measured, then the baselines.
        seed: Of the bootstrap.
    """
    first = all_tried[0]
    keyed = any(one.measured.typed for one in all_tried)
    read = any(row.perplexity for one in all_tried for row in one.rows)
    header = [
        "predictor",
        "NEA@1 / 3 / 5 %",
        "unseen sources",
        f"{first.name} ahead, {SHOWN} [95 %]",
    ]
    header += ["KSR %"] if keyed else []
    header += ["perplexity per syllable"] if read else []
    header += ["calibration error %", "p50 ms"]
    cells = []
    for one in all_tried:
        seen, unseen = _mean(one.rows, unseen=False), _mean(one.rows, unseen=True)
        line = [one.name, _three(seen), _three(unseen), _ahead(one, first, seed)]
        line += [_share(seen or unseen, "KSR")] if keyed else []
        line += [_perplexity(seen or unseen)] if read else []
        error = confidence.expected_error(one.measured.answers)
        line.append(NOTHING if error is None else f"{100 * error:.1f}")
        line.append(f"{summarise(one.measured.waits_ms).p50_ms:.1f}")
        cells.append(line)
    return markdown_table(header, cells)


def _ahead(one: Tried, first: Tried, seed: int) -> str:
    """How far the first is ahead, in points over the seen registers (else the unseen ones)."""
    if one is first:
        return ""
    found = differences(parsed(one.outcomes), parsed(first.outcomes), seed)
    change = next(each.change for each in found if each.title == SHOWN)
    value, low, high = (100 * part for part in (change.value, change.low, change.high))
    return f"{value:+.1f} [{low:+.1f} to {high:+.1f}]"


def _mean(rows: Sequence[Score], *, unseen: bool) -> Score | None:
    return next((row for row in rows if row.mean and row.unseen is unseen), None)


def _three(row: Score | None) -> str:
    if row is None:
        return NOTHING
    return " / ".join(f"{100 * row.shares[title].value:.1f}" for title in ("NEA@1", "NEA@3", SHOWN))


def _share(row: Score | None, title: str) -> str:
    return f"{100 * row.shares[title].value:.1f}" if row and title in row.shares else NOTHING


def _perplexity(row: Score | None) -> str:
    return f"{row.perplexity.value:.1f}" if row and row.perplexity else NOTHING
