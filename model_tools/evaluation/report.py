# SPDX-License-Identifier: Apache-2.0
"""From ranks and keys to the table: shares by register, their intervals, the means.

Answer (position, list, rank) ──by register──► RegisterScore ──► table · JSON · misses
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import exp
from typing import Final

import numpy as np

from model_tools.bootstrap import Draws, Estimate, estimate, mean_estimate, ratio_draws
from model_tools.evaluation.accuracy import CUTOFFS, Position, stream
from model_tools.evaluation.keystrokes_saved import Cost
from model_tools.evaluation.perplexity import Reading
from model_tools.evaluation.registers import UNSEEN_PREFIX
from model_tools.tables import markdown_table

__all__ = ["Answer", "Score", "Typed", "as_json", "misses_tsv", "scores", "table"]

KSR: Final = "KSR"
NATS: Final = "nats per syllable"
COLUMNS: Final = tuple(f"NEA@{k}" for k in CUTOFFS)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was offered at one position."""

    position: Position
    candidates: tuple[str, ...]
    rank: int | None
    """Place of the target from 1; None for a miss."""

    probability: float = 0.0
    """Of the first candidate, 0 to 1; 0 when nothing was offered."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What the ideal typist spent at one position."""

    position: Position
    cost: Cost


@dataclass(frozen=True, slots=True)
class Score:
    """One row of the table: a register, or a mean over registers."""

    name: str
    positions: int
    typed: int
    """Positions that KSR rests on; 0 when it was not measured."""

    shares: Mapping[str, Estimate]
    """NEA@k, and KSR when it was measured."""

    unseen: bool
    """Of a source kept out of training."""

    mean: bool = False

    perplexity: Estimate | None = None
    """Per syllable, >= 1; of several registers the geometric mean. None where it is not known."""


def scores(
    answers: Sequence[Answer], typed: Sequence[Typed], seed: int, readings: Sequence[Reading] = ()
) -> list[Score]:
    """Score each register, then the mean over the seen and over the unseen ones.

    Args:
        answers: One an asked position, of any registers.
        typed: Positions that were also typed key by key; may be empty.
        seed: Of the bootstrap.
        readings: Sentences that the model read for its perplexity; may be empty.
    """
    names = list(dict.fromkeys(answer.position.register for answer in answers))
    measured = {
        name: _measure(name, answers, typed, seed) | _foreseen(name, readings, seed)
        for name in names
    }
    asked = Counter(answer.position.register for answer in answers)
    keyed = Counter(one.position.register for one in typed)
    rows = []
    for unseen, title in ((False, "mean over registers"), (True, "mean over unseen sources")):
        group = [name for name in names if name.startswith(UNSEEN_PREFIX) is unseen]
        rows += [
            _score(name, asked[name], keyed[name], _estimates(measured[name]), unseen)
            for name in group
        ]
        if group:
            positions, keys = (sum(each[name] for name in group) for each in (asked, keyed))
            means = _means([measured[name] for name in group])
            rows.append(_score(title, positions, keys, means, unseen, mean=True))
    return rows


def _score(
    name: str,
    positions: int,
    keys: int,
    measured: dict[str, Estimate],
    unseen: bool,
    mean: bool = False,
) -> Score:
    shares = {title: share for title, share in measured.items() if title != NATS}
    nats = measured.get(NATS)
    perplexity = nats and Estimate(exp(nats.value), exp(nats.low), exp(nats.high))
    return Score(name, positions, keys, shares, unseen, mean, perplexity)


def table(rows: Iterable[Score]) -> str:
    """The rows in per cent, intervals in brackets, as a Markdown table."""
    rows = list(rows)
    keyed = any(row.typed for row in rows)
    header = ["register", "positions", *(f"{title} % [95 %]" for title in COLUMNS)]
    cells = [
        [row.name, str(row.positions), *(_percent(row.shares[title]) for title in COLUMNS)]
        for row in rows
    ]
    if keyed:
        header += ["positions", f"{KSR} % [95 %]"]
        cells = [
            [*line, str(row.typed), _percent(row.shares[KSR]) if KSR in row.shares else "–"]
            for line, row in zip(cells, rows, strict=True)
        ]
    if any(row.perplexity for row in rows):
        header.append("perplexity per syllable")
        cells = [
            [*line, _plain(row.perplexity) if row.perplexity else "–"]
            for line, row in zip(cells, rows, strict=True)
        ]
    return markdown_table(header, cells)


def as_json(rows: Iterable[Score]) -> list[dict[str, object]]:
    """The rows as plain values, shares 0 to 1."""
    return [
        {
            "name": row.name,
            "mean": row.mean,
            "unseen": row.unseen,
            "positions": row.positions,
            "ksr_positions": row.typed,
            "shares": {
                title: {"value": share.value, "low": share.low, "high": share.high}
                for title, share in row.shares.items()
            },
            **({"perplexity": asdict(row.perplexity)} if row.perplexity else {}),
        }
        for row in rows
    ]


def misses_tsv(answers: Iterable[Answer]) -> str:
    """Register, context, target and list of every position not answered within the list."""
    lines = ["register\tcontext\ttarget\tcandidates"]
    for answer in answers:
        if answer.rank is None:
            where = answer.position
            cells = (where.register, where.before, where.target, " / ".join(answer.candidates))
            lines.append("\t".join(" ".join(cell.split()) for cell in cells))
    return "\n".join(lines) + "\n"


_Measured = dict[str, tuple[float, Draws]]
"""Share and its redrawn values, by title."""


def _measure(name: str, answers: Sequence[Answer], typed: Sequence[Typed], seed: int) -> _Measured:
    mine = [answer for answer in answers if answer.position.register == name]
    sentences = [answer.position.sentence for answer in mine]
    ones = np.ones(len(mine))
    measured = {}
    for cutoff, title in zip(CUTOFFS, COLUMNS, strict=True):
        hits = np.array([answer.rank is not None and answer.rank <= cutoff for answer in mine])
        measured[title] = _ratio(hits, ones, sentences, stream(seed, name))
    keyed = [one for one in typed if one.position.register == name]
    if keyed:
        saved = np.array([one.cost.full - one.cost.spent for one in keyed])
        full = np.array([one.cost.full for one in keyed])
        clusters = [one.position.sentence for one in keyed]
        measured[KSR] = _ratio(saved, full, clusters, stream(seed, name))
    return measured


def _foreseen(name: str, readings: Sequence[Reading], seed: int) -> _Measured:
    mine = [one for one in readings if one.register == name]
    if not mine:
        return {}
    nats = np.array([one.nats for one in mine])
    syllables = np.array([one.syllables for one in mine])
    clusters = [one.sentence for one in mine]
    return {NATS: _ratio(nats, syllables, clusters, stream(seed, name))}


def _ratio(
    above: np.ndarray, below: np.ndarray, clusters: Sequence[int], rng: np.random.Generator
) -> tuple[float, Draws]:
    return float(above.sum() / below.sum()), ratio_draws(above, below, clusters, rng)


def _estimates(measured: _Measured) -> dict[str, Estimate]:
    return {title: estimate(value, draws) for title, (value, draws) in measured.items()}


def _means(group: Sequence[_Measured]) -> dict[str, Estimate]:
    titles = [title for title in group[0] if all(title in one for one in group)]
    return {
        title: mean_estimate([one[title][0] for one in group], [one[title][1] for one in group])
        for title in titles
    }


def _plain(one: Estimate) -> str:
    return f"{one.value:.1f} [{one.low:.1f}–{one.high:.1f}]"


def _percent(share: Estimate) -> str:
    value, low, high = (100 * part for part in (share.value, share.low, share.high))
    return f"{value:.1f} [{low:.1f}–{high:.1f}]"
