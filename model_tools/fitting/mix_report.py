# SPDX-License-Identifier: Apache-2.0
"""How good each way of mixing is on positions that it was not fitted on, by register."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from ime_engine.ranking.manners import Manners
from ime_engine.ranking.mixture import Weights, mixed, share_of
from model_tools.evaluation.accuracy import CUTOFFS, rank_of
from model_tools.fitting.mix_positions import Record, outcome
from model_tools.fitting.mix_weights import log_likelihood
from model_tools.tables import markdown_table

__all__ = ["Way", "as_rows", "calibration", "fixed", "judge", "table"]

ALWAYS: Final = 50.0
"""Logit that leaves the other side nothing."""

BINS: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)
"""Bounds of the first candidate's probability in the calibration table."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of mixing and how good it is on some positions."""

    name: str
    likelihood: float
    """Mean logarithm of the probability of what came, in nats."""

    found: tuple[float, ...]
    """Share of the targets within the first 1, 3 and 5."""


def fixed(share: float) -> Weights:
    """Return weights that give the model the same share everywhere; 1 and 0 are each side alone."""
    if share in (0.0, 1.0):
        return Weights({"bias": ALWAYS if share else -ALWAYS})
    return Weights({"bias": math.log(share / (1 - share))})


def judge(name: str, records: Sequence[Record], weights: Weights) -> Way:
    """Mix at each position; each register counts the same."""
    registers = list(dict.fromkeys(record.register for record in records))
    by_register = [[r for r in records if r.register == register] for register in registers]
    rows = np.array([np.mean([_score(r, weights) for r in some], axis=0) for some in by_register])
    likelihood, *found = rows.mean(axis=0).tolist()
    return Way(name, likelihood, tuple(found))


def table(title: str, ways: Iterable[Way]) -> str:
    """One row for each way, hits in per cent, as a Markdown table."""
    header = [title, "log-likelihood", *(f"first {k} %" for k in CUTOFFS)]
    rows = [
        [way.name, f"{way.likelihood:.4f}", *(f"{100 * share:.1f}" for share in way.found)]
        for way in ways
    ]
    return markdown_table(header, rows)


def as_rows(ways: Iterable[Way]) -> list[Mapping[str, object]]:
    """The ways as plain values."""
    return [
        {"name": way.name, "log_likelihood": way.likelihood, "found": list(way.found)}
        for way in ways
    ]


def calibration(records: Sequence[Record], weights: Weights) -> str:
    """Compare the first candidate's probability with how often it was right, as a table."""
    firsts = [(mixed(r.evidence, weights)[:1], r.target) for r in records]
    pairs = [(best[0].probability, best[0].text == target) for best, target in firsts if best]
    rows = []
    for low, high in pairwise(BINS):
        some = [(p, right) for p, right in pairs if low < p <= high]
        if some:
            said, right = np.mean(some, axis=0).tolist()
            cells = [f"{100 * value:.1f}" for value in (said, right)]
            rows.append([f"{100 * low:.0f}–{100 * high:.0f} %", str(len(some)), *cells])
    return markdown_table(["first candidate", "positions", "said %", "right %"], rows)


def _score(record: Record, weights: Weights) -> tuple[float, ...]:
    ranked = Manners().chosen(mixed(record.evidence, weights), record.asked.prefix, CUTOFFS[-1])
    rank = rank_of(record.target, [each.text for each in ranked])
    hits = [float(rank is not None and rank <= cutoff) for cutoff in CUTOFFS]
    gave = outcome(record, weights)
    share = share_of(record.evidence, weights)
    likelihood = log_likelihood(share, np.array([gave.model]), np.array([gave.ngram]))
    return (float(likelihood[0]), *hits)
