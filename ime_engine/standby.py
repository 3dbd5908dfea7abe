# SPDX-License-Identifier: Apache-2.0
"""Answers from the n-gram alone, for as long as there is no model.

Nothing is kept: an answer of these moments must not be repeated once the model is there.
"""

from __future__ import annotations

from dataclasses import replace

from ime_engine.hangul.eojeol import is_word_char, normalised, split_opening
from ime_engine.protocol import Candidate, Query
from ime_engine.queries import check_query
from ime_engine.ranking.ranker import Ranker

__all__ = ["Standby"]


class Standby:
    """What the n-gram knows; a look-up takes about a millisecond.

    Args:
        ranker: Has an n-gram.
    """

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker

    def predict(self, query: Query) -> list[Candidate]:
        """Return candidates, best first; none where raw tokens are asked for.

        Raises:
            InputError: the query is malformed.
        """
        check_query(query)
        opening, word = split_opening(normalised(query.prefix))
        if query.tokens or not all(map(is_word_char, word)):
            return []
        evidence = self._ranker.evidence(query.before, word)
        everybody = self._ranker.everybody(evidence)
        listed = self._ranker.listed(
            everybody, query.before, word, query.limit, private=query.private
        )
        return [replace(each, text=opening + each.text) for each in listed]
