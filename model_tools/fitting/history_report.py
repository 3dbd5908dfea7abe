# SPDX-License-Identifier: Apache-2.0
"""How good a way of trusting the history is on a user that it was not fitted on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ime_engine.ranking.manners import Manners
from ime_engine.ranking.personal import PersonalWeights, mixed_in, share_of
from model_tools.evaluation.accuracy import CUTOFFS, rank_of
from model_tools.fitting.history_positions import Record, gave
from model_tools.fitting.history_weights import log_likelihood
from model_tools.tables import markdown_table

__all__ = ["TWICE", "Way", "as_rows", "judge", "table"]

TWICE: Final = 1.4
"""Weight of a context from which on it counts as used twice: typed once and accepted once."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of trusting the history, and how good it is on some positions."""

    name: str
    likelihood: float
    """Mean logarithm of the probability of what came, in nats: of one of the words that everybody
    lists, or of all else together, so that it can be compared with that of having no history."""

    found: tuple[float, ...]
    """Share of the targets within the first 1, 3 and 5."""

    again: float | None
    """Share of the words that the history expects first in a context of two words typed twice
    which are among the first three there; None without such a context."""

    @classmethod
    def mean(cls, ways: Sequence[Way]) -> Way:
        """The same way on several users, each counting the same."""
        again = [way.again for way in ways if way.again is not None]
        found = np.mean([way.found for way in ways], axis=0).tolist()
        likelihood = float(np.mean([way.likelihood for way in ways]))
        return cls(ways[0].name, likelihood, tuple(found), float(np.mean(again)) if again else None)


def judge(name: str, records: Sequence[Record], weights: PersonalWeights | None) -> Way:
    """Mix at each position of one user; without weights everybody's list stands as it is."""
    rows = np.array([_score(record, weights) for record in records])
    likelihood, *found = rows.mean(axis=0).tolist()
    known = [record for record in records if _is_known(record)]
    again = [_is_offered_again(record, weights) for record in known]
    return Way(name, likelihood, tuple(found), float(np.mean(again)) if again else None)


def table(title: str, ways: Iterable[Way]) -> str:
    """One row for each way, hits in per cent, as a Markdown table."""
    header = [title, "log-likelihood", *(f"first {k} %" for k in CUTOFFS), "typed twice, first 3 %"]
    rows = [
        [
            way.name,
            f"{way.likelihood:.4f}",
            *(f"{100 * share:.1f}" for share in way.found),
            "–" if way.again is None else f"{100 * way.again:.1f}",
        ]
        for way in ways
    ]
    return markdown_table(header, rows)


def as_rows(ways: Iterable[Way]) -> list[Mapping[str, object]]:
    """The ways as plain values."""
    return [
        {
            "name": way.name,
            "log_likelihood": way.likelihood,
            "found": list(way.found),
            "typed_twice": way.again,
        }
        for way in ways
    ]


def _score(record: Record, weights: PersonalWeights | None) -> tuple[float, ...]:
    rank = rank_of(record.came, _listed(record, weights))
    hits = [float(rank is not None and rank <= cutoff) for cutoff in CUTOFFS]
    share = np.array([_share(record, weights)])
    likelihood = log_likelihood(share, gave([record], own_words=False))
    return (float(likelihood[0]), *hits)


def _share(record: Record, weights: PersonalWeights | None) -> float:
    """The history's share as `mixed_in` takes it."""
    if weights is None or not record.recall.offered:
        return 0.0
    return share_of(record.features, weights) if record.others else 1.0


def _listed(record: Record, weights: PersonalWeights | None) -> list[str]:
    others = list(record.others)
    ranked = others if weights is None else mixed_in(others, record.recall, weights)
    return [each.text for each in Manners().chosen(ranked, record.word, CUTOFFS[-1])]


def _is_known(record: Record) -> bool:
    """Whether nothing is typed in a context after which one eojeol was used twice or oftener."""
    recall = record.recall
    return (
        not record.prefix and recall.order == 2 and recall.distinct == 1 and recall.count >= TWICE
    )


def _is_offered_again(record: Record, weights: PersonalWeights | None) -> bool:
    return record.recall.offered[0] in _listed(record, weights)[: CUTOFFS[1]]
