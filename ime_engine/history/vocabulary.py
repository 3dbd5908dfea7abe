# SPDX-License-Identifier: Apache-2.0
"""Words of the history by number, by text and by stem."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final, NamedTuple

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.habits import particle_of
from ime_engine.history.heat import WEIGHT
from ime_engine.history.levels import Question
from ime_engine.history.stems import parts_of

__all__ = [
    "Word",
    "new_word",
    "words_by_id",
    "words_by_stem",
    "words_by_text",
    "words_of_longer_stems",
]

SELECT: Final = f"SELECT id, text, strokes, coalesce(stem, ''), {WEIGHT} FROM words"
BY_ID: Final = f"{SELECT} WHERE id IN (SELECT value FROM json_each(:wanted))"
BY_TEXT: Final = f"{SELECT} WHERE text IN (SELECT value FROM json_each(:wanted))"
BY_STEM: Final = (
    f"{SELECT} INDEXED BY words_by_stem WHERE stem IN (SELECT value FROM json_each(:wanted))"
)
BY_LONGER_STEM: Final = (
    f"{SELECT} INDEXED BY words_by_stem WHERE stem >= :low AND stem < :high "
    "ORDER BY heat DESC LIMIT :most"
)


class Word(NamedTuple):
    """An eojeol, taught or not."""

    number: int
    """Negative for one that was never taught."""

    text: str
    strokes: str
    stem: str
    """Keys of the stem; empty without one."""

    weight: float

    @property
    def root(self) -> str:
        """The stem as text; all of the eojeol without one."""
        return self.text.removesuffix(particle_of(self.strokes[len(self.stem) :]))


def new_word(text: str) -> Word:
    """Return a word that was never taught."""
    parts = parts_of(text)
    return Word(-1, text, strokes_of(text), strokes_of(parts.stem) if parts else "", 0.0)


def words_by_id(question: Question, numbers: Collection[int]) -> dict[str, Word]:
    """Return words by their text."""
    return _found(question, BY_ID, sorted(numbers))


def words_by_text(question: Question, texts: Collection[str]) -> dict[str, Word]:
    """Return words by their text, also those that were never taught."""
    found = _found(question, BY_TEXT, texts)
    return found | {text: new_word(text) for text in texts if text not in found}


def words_by_stem(question: Question, stems: Collection[str]) -> list[Word]:
    """Return all words that have one of these stems."""
    return list(_found(question, BY_STEM, stems).values())


def words_of_longer_stems(question: Question, most: int) -> list[Word]:
    """Return the heaviest words whose stems the keys begin."""
    return [Word(*values) for values in question.ask(BY_LONGER_STEM, most=most)]


def _found(question: Question, statement: str, wanted: Collection[Any]) -> dict[str, Word]:
    if not wanted:
        return {}
    found = question.ask(statement, wanted=json.dumps(list(wanted)))
    return {values[1]: Word(*values) for values in found}
