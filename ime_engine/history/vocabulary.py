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
from ime_engine.history.stems import parts_of, stands_alone

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

    particle: str
    """Keys of what follows the stem."""

    root: str
    """The stem as text; all of the eojeol without one."""

    bare: bool
    """Whether the stem may stand alone: 민준이 in 민준이가 may not, for it is 민준 and 이."""

    weight: float


def new_word(text: str) -> Word:
    """Return a word that was never taught."""
    parts = parts_of(text)
    return _word(-1, text, strokes_of(text), strokes_of(parts.stem) if parts else "", 0.0)


def words_by_id(question: Question, numbers: Collection[int]) -> dict[str, Word]:
    """Return words by their text."""
    kept = question.kept.words
    new = [number for number in numbers if number not in kept]
    kept.update((word.number, word) for word in _found(question, BY_ID, new).values())
    return {kept[number].text: kept[number] for number in numbers if number in kept}


def words_by_text(question: Question, texts: Collection[str]) -> dict[str, Word]:
    """Return words by their text, also those that were never taught."""
    kept = question.kept.named
    new = [text for text in texts if text not in kept]
    kept.update(_found(question, BY_TEXT, new))
    kept.update((text, new_word(text)) for text in new if text not in kept)
    return {text: kept[text] for text in texts}


def words_by_stem(question: Question, stems: Collection[str]) -> list[Word]:
    """Return all words that have one of these stems."""
    return list(_found(question, BY_STEM, stems).values())


def words_of_longer_stems(question: Question, most: int) -> list[Word]:
    """Return the heaviest words whose stems the keys begin."""
    return [_word(*values) for values in question.ask(BY_LONGER_STEM, most=most)]


def _found(question: Question, statement: str, wanted: Collection[Any]) -> dict[str, Word]:
    if not wanted:
        return {}
    found = question.ask(statement, wanted=json.dumps(list(wanted)))
    return {values[1]: _word(*values) for values in found}


def _word(number: int, text: str, strokes: str, stem: str, weight: float) -> Word:
    particle = strokes[len(stem) :] if stem else ""
    root = text.removesuffix(particle_of(particle))
    bare = not particle or stands_alone(root)
    return Word(number, text, strokes, stem, particle, root, bare, weight)
