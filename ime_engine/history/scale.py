# SPDX-License-Identifier: Apache-2.0
"""Weighs words at one position: what all levels, the stems and the words used last say together.

All of it is a sum of weights, each with a coefficient that is the same for every word of the
position; the formulas are those of `recall`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ime_engine.history.forms import Forms
from ime_engine.history.levels import Level, Question, weights_of
from ime_engine.history.recent import RECENT, Recent
from ime_engine.history.tables import TRIPLES
from ime_engine.history.vocabulary import Word

__all__ = ["Scale"]

SURE: Final = 1.25
"""Weight after both words before from which a word belongs there: it was typed twice of late, or
typed once and picked once."""

SURE_WORDS: Final = 3


class Scale:
    """Weighs words at one position.

    Args:
        question: What is asked.
        whole: The level of no context.
        levels: Of one and two words, as far as they are known.
    """

    def __init__(self, question: Question, whole: Level, levels: Sequence[Level]) -> None:
        self.whole = whole
        self.levels = levels
        self.forms = Forms(question)
        self.recent = Recent(question)
        self._question = question
        self._seen: list[dict[int, float]] = []
        self._often, self._lately, self._parts = _coefficients(whole, levels)
        typed = whole.typed + self.forms.typed_more
        weights = [level.typed for level in levels]
        self.typed = self._interpolated(typed, self.recent.typed, weights)

    def probabilities(self, words: Mapping[str, Word]) -> dict[str, float]:
        """Return the probability of each word, given what is typed."""
        keys = self._question.strokes
        fitting = [word for word in words.values() if word.strokes.startswith(keys)]
        known = {word.number for word in fitting if word.number > 0}
        self._seen = [weights_of(self._question, level, known) for level in self.levels]
        lone = self.forms.weights(fitting)
        whole = self.typed if keys else 1.0
        found = dict.fromkeys(words, 0.0)
        for word in fitting:
            weights = [each.get(word.number, 0.0) for each in self._seen]
            lately = self.recent.share(word.number)
            probability = self._interpolated(lone[word.text], lately, weights)
            found[word.text] = min(probability / whole, 1.0) if probability else 0.0
        return found

    def sure(self, words: Mapping[str, Word]) -> frozenset[str]:
        """Return the words that belong here; asked after `probabilities` of the same words."""
        if not self.levels or self.levels[-1].table is not TRIPLES:
            return frozenset()
        weights = {text: self._seen[-1].get(word.number, 0.0) for text, word in words.items()}
        found = [text for text, weight in weights.items() if weight >= SURE]
        return frozenset(sorted(found, key=lambda text: (-weights[text], text))[:SURE_WORDS])

    def _interpolated(self, weight: float, lately: float, weights: Sequence[float]) -> float:
        """Return the probability that the weights of all levels make."""
        probability = self._often * weight + self._lately * lately
        for part, seen in zip(self._parts, weights, strict=True):
            probability += part * seen
        return probability


def _coefficients(whole: Level, levels: Sequence[Level]) -> tuple[float, float, list[float]]:
    """Return what a lone weight, R, and a weight after each context add to a probability."""
    rest, parts = 1.0, []
    for level in reversed(levels):
        parts.append(rest * level.share / level.total)
        rest *= 1 - level.share
    alone = rest * whole.share
    return (1 - RECENT) * alone / whole.total, RECENT * alone, parts[::-1]
