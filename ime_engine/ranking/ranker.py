# SPDX-License-Identifier: Apache-2.0
"""Asks the n-gram beside the model and makes one list of both.

    model's list ─────────┐
    context ─► n-gram ────┴─► Evidence ─► mixed ─► Manners ─► list

Without a model's list the n-gram answers alone, without an n-gram the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.ngram.context import context_of
from ime_engine.ngram.model import Guess
from ime_engine.ranking.evidence import Evidence
from ime_engine.ranking.manners import Manners
from ime_engine.ranking.mixture import FIXED, Ranked, Weights, mixed
from ime_engine.scored import Scored

__all__ = ["Counts", "Ranker"]

OFFERED: Final = 20
"""Words asked of the n-gram."""


class Counts(Protocol):
    """What is asked of an n-gram."""

    def predict(self, context: Sequence[str], strokes: str = "", limit: int = 20) -> Guess:
        """The likeliest next eojeols that these keys begin."""
        ...

    def probability(self, context: Sequence[str], eojeol: str) -> float:
        """The probability of one eojeol, whatever is typed."""
        ...


class Ranker:
    """Makes the list.

    Args:
        ngram: Counts of everyday Korean; without them the model is alone.
        weights: How far each side is trusted.
        manners: What may be shown.
        digest: Names the n-gram in reports; empty without one.
    """

    def __init__(
        self,
        ngram: Counts | None = None,
        weights: Weights = FIXED,
        manners: Manners | None = None,
        digest: str = "",
    ) -> None:
        self.digest = digest
        self._ngram = ngram
        self.weights = weights
        self._manners = manners or Manners()

    @property
    def has_ngram(self) -> bool:
        """Whether it can make a list without a model."""
        return self._ngram is not None

    def evidence(self, before: str, word: str, listed: Iterable[Scored] = ()) -> Evidence:
        """Put together what both sides say.

        Args:
            before: Text before the eojeol.
            word: What is typed of it, without opening punctuation.
            listed: The model's list, probabilities given what is typed.
        """
        model = {each.text: each.probability for each in listed if each.text != word}
        if self._ngram is None:
            return Evidence(model, dict.fromkeys(model, 0.0))
        context, strokes = context_of(before), strokes_of(word)
        guess = self._ngram.predict(context, strokes, OFFERED)
        offered = {each.text: each.probability for each in guess.words if each.text != word}
        mass = self._mass(context, strokes, guess)
        # A look-up costs a tenth of a millisecond; what the n-gram offers is known already.
        known = {
            text: min(self._ngram.probability(context, text) / mass, 1.0)
            for text in model
            if text not in offered
        }
        return Evidence(
            model,
            known | offered,
            tuple(offered),
            guess.order,
            guess.count,
            guess.distinct,
            len(strokes),
            len(context),
        )

    def ranked(self, evidence: Evidence, word: str, limit: int) -> list[Ranked]:
        """Return the list, likeliest first, at most `limit`."""
        return list(self._manners.chosen(mixed(evidence, self.weights), word, limit))

    def _mass(self, context: Sequence[str], strokes: str, guess: Guess) -> float:
        """The n-gram's probability of what is typed; infinite where it knows no such word."""
        if not strokes:
            return 1.0
        if self._ngram is None or not guess.words:
            return float("inf")
        first = guess.words[0]
        return self._ngram.probability(context, first.text) / first.probability
