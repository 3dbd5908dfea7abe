# SPDX-License-Identifier: Apache-2.0
"""Asks the n-gram beside the model, and the user's history beside both; makes one list.

    model's list ─────────┐
    context ─► n-gram ────┴─► Evidence ─► mixed ─► what everybody may say
                                                        │ kept for a while
    context ─► history ─────────────────────────────────┴─► mixed_in ─► Manners ─► list

Without a model's list the n-gram answers alone, without an n-gram the model. The history is
asked last, and again once it has learned: what the user taught a moment ago counts in the next
list already, while the dear part of the answer stays as it was.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Final, Protocol

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.recall import Recall
from ime_engine.ngram.context import context_of
from ime_engine.ngram.model import Guess
from ime_engine.protocol import Candidate
from ime_engine.ranking.evidence import Evidence
from ime_engine.ranking.manners import Manners
from ime_engine.ranking.mixture import FIXED, Weights, mixed
from ime_engine.ranking.personal import UNFITTED, PersonalWeights, mixed_in
from ime_engine.scored import Scored

__all__ = ["Counts", "Ranker", "Remembering"]

OFFERED: Final = 20
"""Words asked of the n-gram."""

KEPT: Final = 32
"""Words of model and n-gram that may still be in the list once the history has spoken."""


class Counts(Protocol):
    """What is asked of an n-gram."""

    def predict(self, context: Sequence[str], strokes: str = "", limit: int = 20) -> Guess:
        """The likeliest next eojeols that these keys begin."""
        ...

    def probabilities(self, context: Sequence[str], eojeols: Iterable[str]) -> dict[str, float]:
        """The probability of each eojeol, whatever is typed."""
        ...

    def holds(self, eojeol: str) -> bool:
        """Whether it has a word."""
        ...


class Remembering(Protocol):
    """What is asked of a history."""

    @property
    def version(self) -> Hashable:
        """Another one whenever `recall` may answer otherwise."""
        ...

    def clear_memory(self) -> None:
        """Keep nothing of what was asked; what was taught stays."""
        ...

    def recall(
        self, context: Sequence[str], strokes: str = "", others: Sequence[str] = ()
    ) -> Recall:
        """What it expects, and how likely it thinks the others; nothing where it may not."""
        ...

    def foregoing(self, before: str, field: str) -> str:
        """What was written before a text; empty where that is all, or it may not say."""
        ...


class Ranker:
    """Makes the list.

    Args:
        ngram: Counts of everyday Korean; without them the model is alone.
        weights: How far each side is trusted.
        manners: What may be shown.
        digest: Names the n-gram in reports; empty without one.
        history: What the user taught.
        personal: How far that is trusted.
    """

    def __init__(
        self,
        ngram: Counts | None = None,
        weights: Weights = FIXED,
        manners: Manners | None = None,
        digest: str = "",
        history: Remembering | None = None,
        personal: PersonalWeights = UNFITTED,
    ) -> None:
        self.digest = digest
        self._ngram = ngram
        self.weights = weights
        self.personal = personal
        self.manners = manners or Manners()
        self._history = history

    def beside(self, history: Remembering | None) -> Ranker:
        """Return the same with another history."""
        return Ranker(self._ngram, self.weights, self.manners, self.digest, history, self.personal)

    @property
    def version(self) -> Hashable:
        """Another one whenever `listed` may make another list of the same answer."""
        return None if self._history is None else self._history.version

    def clear(self) -> None:
        """Drop what the history keeps in memory of what was asked."""
        if self._history is not None:
            self._history.clear_memory()

    @property
    def has_ngram(self) -> bool:
        """Whether it can make a list without a model."""
        return self._ngram is not None

    def is_everyday(self, word: str) -> bool:
        """Tell whether the n-gram has a word: then it is everybody's and tells of nobody."""
        return self._ngram is not None and self._ngram.holds(word)

    def foregoing(self, before: str, field: str) -> str:
        """Return what the user wrote in a field before its text, for the model to read."""
        return "" if self._history is None else self._history.foregoing(before, field)

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
        # What the n-gram offers it has told already, given what is typed; the rest it has not.
        others = self._ngram.probabilities(context, (text for text in model if text not in offered))
        known = {
            text: min(p / guess.mass, 1.0) if guess.mass else 0.0 for text, p in others.items()
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

    def everybody(self, evidence: Evidence) -> list[Candidate]:
        """Return what model and n-gram offer together, likeliest first."""
        return mixed(evidence, self.weights)[:KEPT]

    def listed(
        self, everybody: Sequence[Candidate], before: str, word: str, limit: int, *, private: bool
    ) -> list[Candidate]:
        """Return the list, likeliest first.

        Args:
            everybody: What `everybody` gave at this place.
            before: Text before the eojeol.
            word: What is typed of it, without opening punctuation.
            limit: Most words.
            private: Whether the history is left out.
        """
        ranked = everybody
        if self._history is not None and not private:
            others = [each.text for each in everybody]
            recall = self._history.recall(context_of(before), strokes_of(word), others)
            ranked = mixed_in(everybody, recall, self.personal)
        return self.manners.chosen(ranked, word, limit)
