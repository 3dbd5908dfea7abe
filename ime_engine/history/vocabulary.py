# SPDX-License-Identifier: Apache-2.0
"""Words of the history by number, by text and by stem."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.heat import WEIGHT
from ime_engine.history.levels import Question
from ime_engine.history.stems import Parts, parts_of

__all__ = [
    "Word",
    "new_word",
    "words_by_id",
    "words_by_stem",
    "words_by_text",
    "words_of_longer_stems",
]

SELECT: Final = f"SELECT id, text, strokes, {WEIGHT} FROM words"
BY_ID: Final = f"{SELECT} WHERE id IN (SELECT value FROM json_each(:wanted))"
BY_TEXT: Final = f"{SELECT} WHERE text IN (SELECT value FROM json_each(:wanted))"
BY_STEM: Final = (
    f"{SELECT} INDEXED BY words_by_stem WHERE stem IN (SELECT value FROM json_each(:wanted))"
)
BY_LONGER_STEM: Final = (
    f"{SELECT} INDEXED BY words_by_stem WHERE stem >= :low AND stem < :high "
    "ORDER BY heat DESC LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Word:
    """An eojeol, taught or not."""

    number: int | None
    """None for one that was never taught."""

    text: str
    strokes: str
    weight: float
    parts: Parts | None

    @property
    def stem(self) -> str:
        """Keys of the stem; empty without one."""
        return self.strokes[: len(self.strokes) - len(self.particle)] if self.parts else ""

    @property
    def particle(self) -> str:
        """Keys of the particle."""
        return strokes_of(self.parts.particle) if self.parts else ""


def new_word(text: str) -> Word:
    """Return a word that was never taught."""
    return Word(None, text, strokes_of(text), 0.0, parts_of(text))


def words_by_id(question: Question, numbers: Collection[int]) -> dict[str, Word]:
    """Return words by their text."""
    return _found(question, BY_ID, sorted(numbers))


def words_by_text(question: Question, texts: Collection[str]) -> dict[str, Word]:
    """Return words by their text, also those that were never taught."""
    if not texts:
        return {}
    found = _found(question, BY_TEXT, texts)
    return found | {text: new_word(text) for text in texts if text not in found}


def words_by_stem(question: Question, stems: Iterable[str]) -> list[Word]:
    """Return all words that have one of these stems."""
    return list(_found(question, BY_STEM, list(stems)).values())


def words_of_longer_stems(question: Question, most: int) -> list[Word]:
    """Return the heaviest words whose stems the keys begin."""
    return [_word(*values) for values in question.ask(BY_LONGER_STEM, most=most)]


def _found(question: Question, statement: str, wanted: Collection[object]) -> dict[str, Word]:
    if not wanted:
        return {}
    found = question.ask(statement, wanted=json.dumps(list(wanted)))
    return {values[1]: _word(*values) for values in found}


def _word(number: int, text: str, strokes: str, weight: float) -> Word:
    return Word(number, text, strokes, weight, parts_of(text))
