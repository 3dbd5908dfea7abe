# SPDX-License-Identifier: Apache-2.0
"""Figures of two predictors at the positions that both answered, and their difference.

    A  1 0 2 0 …  ┐ position by position    b − a, sentences redrawn with both   interval
    B  1 1 0 0 …  ┘                         pairs that only one side has right   p

Both sides of a pair are redrawn together, so what is hard for both cancels out: a difference is
known far better than either figure. A mean over registers weighs each the same, as elsewhere.

Source: Efron and Tibshirani 1993 (see `bootstrap`); Koehn 2004, Statistical Significance Tests
for Machine Translation Evaluation, EMNLP (paired bootstrap).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, expm1
from typing import Final, Literal

import numpy as np

from ime_engine.errors import ConfigError
from model_tools.bootstrap import Estimate, estimate, ratio_draws
from model_tools.comparison.outcomes import Outcomes
from model_tools.comparison.significance import sign_test
from model_tools.evaluation.accuracy import CUTOFFS, stream
from model_tools.evaluation.registers import UNSEEN_PREFIX

__all__ = ["PERPLEXITY", "Difference", "differences", "shared_registers"]

PERPLEXITY: Final = "perplexity per syllable"
KSR: Final = "KSR"

Group = Literal["registers", "unseen sources"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both."""

    title: str
    group: Group
    pairs: int
    """Positions, or sentences for the perplexity."""

    first: float
    second: float
    """Shares are 0 to 1; a perplexity is >= 1."""

    change: Estimate
    """Second minus first, in the unit of both; of perplexities the share by which it is higher."""

    only_first: int
    only_second: int
    """Pairs in which one side alone is right, or is the better one."""

    p: float
    """Two-sided, of the exact sign test over these pairs."""

    @property
    def lower_is_better(self) -> bool:
        """Whether a smaller figure is the better one."""
        return self.title == PERPLEXITY

    @property
    def winner(self) -> Literal["first", "second"] | None:
        """Who is better, where the interval leaves out 0."""
        if self.change.low <= 0 <= self.change.high:
            return None
        rises = self.change.value > 0
        return "second" if rises is not self.lower_is_better else "first"


@dataclass(frozen=True, slots=True)
class _Pairs:
    """What both did in one register; (n,) each."""

    first: Sequence[float]
    second: Sequence[float]
    """What counts for each side."""

    of: Sequence[float]
    """What it is a share of."""

    sentences: Sequence[int]


def shared_registers(first: Outcomes, second: Outcomes) -> list[str]:
    """Return the registers that both were asked about.

    Raises:
        ConfigError: there is none, or their text differs.
    """
    names = [name for name in first.lists if name in second.lists]
    other = [name for name in names if first.texts.get(name) != second.texts.get(name)]
    if not names or other:
        what = f"the text of {other[0]} differs" if other else "they have no register in common"
        raise ConfigError(
            f"The two cannot be compared: {what}; evaluate both on the same folder with the "
            "same --seed."
        )
    return names


def differences(first: Outcomes, second: Outcomes, seed: int) -> list[Difference]:
    """Compare every figure that both have.

    Args:
        first: One predictor.
        second: The other one, at the same positions or at some of them.
        seed: Of the bootstrap.

    Raises:
        ConfigError: they have no register in common, or not the same text, or no position.
    """
    names = shared_registers(first, second)
    groups: tuple[tuple[Group, bool], ...] = (("registers", False), ("unseen sources", True))
    found: list[Difference] = []
    for group, unseen in groups:
        mine = [name for name in names if name.startswith(UNSEEN_PREFIX) is unseen]
        for title in (*(f"NEA@{k}" for k in CUTOFFS), KSR, PERPLEXITY):
            pairs = {name: _pairs(title, name, first, second) for name in mine}
            there = {name: some for name, some in pairs.items() if some.sentences}
            if there:
                found.append(_difference(title, group, there, seed))
    if not found:
        raise ConfigError(
            "The two cannot be compared: they have no position in common; "
            "evaluate both with the same --seed and --positions."
        )
    return found


def _pairs(title: str, register: str, first: Outcomes, second: Outcomes) -> _Pairs:
    if title == PERPLEXITY:
        one, other = first.read.get(register, {}), second.read.get(register, {})
        both = sorted(one.keys() & other.keys())
        return _Pairs(
            [one[at].nats for at in both],
            [other[at].nats for at in both],
            [one[at].syllables for at in both],
            both,
        )
    if title == KSR:
        keys, others = first.keys.get(register, {}), second.keys.get(register, {})
        places = sorted(keys.keys() & others.keys())
        return _Pairs(
            [keys[at].full - keys[at].spent for at in places],
            [others[at].full - others[at].spent for at in places],
            [keys[at].full for at in places],
            [at.sentence for at in places],
        )
    cutoff = int(title.partition("@")[2])
    lists, other_lists = first.lists[register], second.lists[register]
    places = sorted(lists.keys() & other_lists.keys())
    return _Pairs(
        [0 < lists[at] <= cutoff for at in places],
        [0 < other_lists[at] <= cutoff for at in places],
        [1] * len(places),
        [at.sentence for at in places],
    )


def _difference(title: str, group: Group, pairs: dict[str, _Pairs], seed: int) -> Difference:
    first = _mean(np.sum(some.first) / np.sum(some.of) for some in pairs.values())
    second = _mean(np.sum(some.second) / np.sum(some.of) for some in pairs.values())
    draws = [
        ratio_draws(
            np.subtract(some.second, some.first, dtype=np.float64),
            some.of,
            some.sentences,
            stream(seed, name),
        )
        for name, some in pairs.items()
    ]
    change = estimate(second - first, np.mean(np.stack(draws), axis=0))
    rises, falls = _wins(pairs.values())
    count = sum(len(some.sentences) for some in pairs.values())
    if title == PERPLEXITY:
        share = Estimate(expm1(change.value), expm1(change.low), expm1(change.high))
        p = sign_test(rises, falls)
        return Difference(title, group, count, exp(first), exp(second), share, rises, falls, p)
    p = sign_test(falls, rises)
    return Difference(title, group, count, first, second, change, falls, rises, p)


def _wins(pairs: Iterable[_Pairs]) -> tuple[int, int]:
    """In how many pairs the second is higher, and in how many it is lower."""
    both = [
        (one, other) for some in pairs for one, other in zip(some.first, some.second, strict=True)
    ]
    return sum(other > one for one, other in both), sum(other < one for one, other in both)


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
