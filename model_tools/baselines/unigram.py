# SPDX-License-Identifier: Apache-2.0
"""The commonest eojeols, whatever comes before: what a list is worth that reads nothing.

They are those of the lowest order of the n-gram, where a word counts by how many different words
it comes after (modified Kneser-Ney), so that one that follows a single word only is not common.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ime_engine.hangul.eojeol import is_word_char, normalised, split_opening
from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.ngram.model import NGram
from ime_engine.protocol import Candidate, Query
from ime_engine.ranking.manners import Manners

__all__ = ["Unigram"]

SPARE: Final = 20
"""Words beyond the list that are looked up, since some of them may not be shown."""


class Unigram:
    """The n-gram without its context.

    Args:
        ngram: Its words with their probabilities.
        manners: What may be shown, as in the daemon.
    """

    def __init__(self, ngram: NGram, manners: Manners) -> None:
        self._ngram = ngram
        self._manners = manners

    def predict(self, query: Query) -> list[Candidate]:
        """Return the commonest eojeols that what is typed begins, by its keys."""
        opening, word = split_opening(normalised(query.prefix))
        if not all(map(is_word_char, word)):
            return []
        guess = self._ngram.predict((), strokes_of(word), query.limit + SPARE)
        ranked = (Candidate(each.text, each.probability, "ngram") for each in guess.words)
        chosen = self._manners.chosen(ranked, word, query.limit)
        return [replace(each, text=opening + each.text) for each in chosen]

    def clear(self) -> None:
        """Nothing is kept."""
