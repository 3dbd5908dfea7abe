# SPDX-License-Identifier: Apache-2.0
"""What was measured, for a card: tables with their circumstances and their commands."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from model_tools.reports.input import Answered, Benchmark, Evaluation, Facts, Score
from model_tools.tables import markdown_table

__all__ = ["numbers"]

NONE: Final = (
    "Not measured for this card. `python -m model_tools evaluate --json FILE` and "
    "`python -m model_tools benchmark --json FILE` measure; `--figures FILE` puts it here."
)
NOTHING: Final = "–"
TITLES: Final = ("NEA@1", "NEA@3", "NEA@5", "KSR")


def numbers(evaluations: Sequence[Evaluation], benchmarks: Sequence[Benchmark]) -> str:
    """Return every table, or the sentence that nothing was measured."""
    parts = [part for one in evaluations for part in _evaluation(one)]
    parts += [part for one in benchmarks for part in _benchmark(one)]
    return "\n\n".join(parts) or NONE


def _evaluation(one: Evaluation) -> list[str]:
    shown = [title for title in TITLES if one.mean(title)]
    header = ["register", "positions", *(f"{title} %" for title in shown)]
    read = any(row.perplexity for row in one.scores)
    header += ["perplexity per syllable"] if read else []
    rows = [_register(row, shown, read) for row in one.scores]
    parts = [f"Predictor `{one.predictor}`:", markdown_table(header, rows).strip()]
    if one.baselines:
        everybody: dict[str, Answered] = {one.predictor: one}
        everybody |= {peer.name: peer for peer in one.baselines}
        beside = [_peer(name, peer, shown) for name, peer in everybody.items()]
        parts.append("Beside simpler predictors, means over registers:")
        header = ["", *(f"{title} %" for title in shown), "calibration error %"]
        parts.append(markdown_table(header, beside).strip())
    return [*parts, _circumstances(one)]


def _register(row: Score, shown: Sequence[str], read: bool) -> list[str]:
    cells = [row.name, str(row.positions)]
    for title in shown:
        share = row.shares.get(title)
        cells.append(
            f"{100 * share.value:.1f} [{100 * share.low:.1f}–{100 * share.high:.1f}]"
            if share
            else NOTHING
        )
    if read:
        cells.append(f"{row.perplexity.value:.1f}" if row.perplexity else NOTHING)
    return cells


def _peer(name: str, one: Answered, shown: Sequence[str]) -> list[str]:
    shares = (one.mean(title) for title in shown)
    error = one.expected_calibration_error
    return [
        name,
        *(NOTHING if share is None else f"{100 * share.value:.1f}" for share in shares),
        NOTHING if error is None else f"{100 * error:.1f}",
    ]


def _benchmark(one: Benchmark) -> list[str]:
    rows = [[row.name, f"{row.value:.4g} {row.unit}", row.note] for row in one.figures]
    table = markdown_table(["figure", "measured", "of"], rows)
    return ["Waits, memory and processor time:", table.strip(), _circumstances(one)]


def _circumstances(facts: Facts) -> str:
    told = f"`{_without_folders(facts.command)}`; " if facts.command else ""
    return (
        f"{told}seed {facts.seed}. {facts.machine.sentence()}; load {facts.load_before:g} "
        f"before, {facts.load_after:g} after."
    )


def _without_folders(command: str) -> str:
    """Leave out where files lie on the machine that measured: a card is for others.

    >>> _without_folders("python -m model_tools evaluate --eval-dir /home/me/texts")
    'python -m model_tools evaluate --eval-dir texts'
    """
    return shlex.join(Path(word).name if "/" in word else word for word in shlex.split(command))
