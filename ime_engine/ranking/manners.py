# SPDX-License-Identifier: Apache-2.0
"""What a good list is made of: few words, each once, none that one would not say aloud.

Candidates are eojeols and hold no space, so two that differ only in spacing are one text.
What a user types in full is nobody's business; only what is offered is held to the list of
words that are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ime_engine.hangul.eojeol import PARTICLES, is_eojeol
from ime_engine.protocol import Candidate
from ime_engine.ranking.left_out import Allowed, any_word
from ime_engine.ranking.savings import most_saving

__all__ = ["Manners"]

RUN_TOGETHER: Final = re.compile("(?:할|될|을|볼|쓸|알|갈|올)수(?:가|는|도|밖에)?$")
"""Ends of two eojeols whose space was left out: 할 수, 있을 수 (한글 맞춤법, § 42); 탈수 and
밀수 are nouns, 할수록 is one form."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What may be shown."""

    allowed: Allowed = any_word
    """Whether a word may be offered to anybody."""

    least: float = 0.001
    """Least probability of a candidate."""

    def chosen(self, ranked: Iterable[Candidate], typed: str, limit: int) -> list[Candidate]:
        """Choose what is shown, in the order given.

        Args:
            ranked: Likeliest first, no text twice.
            typed: What is typed of the word; it is not offered again.
            limit: Most words.
        """
        return most_saving(list(self._fit(ranked, typed)), typed, limit)

    def _fit(self, ranked: Iterable[Candidate], typed: str) -> Iterator[Candidate]:
        for each in ranked:
            if each.probability < self.least:
                return
            if each.text != typed and self._is_word(each.text):
                yield each

    def _is_word(self, text: str) -> bool:
        if not is_eojeol(text) or text in PARTICLES:
            return False
        return not _is_run_together(text) and self.allowed(text)


def _is_run_together(text: str) -> bool:
    return "수" in text and RUN_TOGETHER.search(text) is not None
