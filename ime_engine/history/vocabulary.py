# SPDX-License-Identifier: Apache-2.0
"""Words of the history by number, by text and by stem."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.habits import KEYS, particle_of
from ime_engine.history.heat import WEIGHT
from ime_engine.history.levels import Question
from ime_engine.history.stems import parts_of, stands_alone

__all__ = [
    "COLUMNS",
    "Word",
    "new_word",
    "word_of",
    "words_by_id",
    "words_by_stem",
    "words_by_text",
    "words_of_longer_stems",
]

COLUMNS: Final = f"id, text, strokes, coalesce(stem, ''), {WEIGHT}"
"""Of a word, for `word_of`."""

SELECT: Final = f"SELECT {COLUMNS} FROM words"
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
    parts, strokes = parts_of(text), strokes_of(text)
    if parts is None:
        return word_of(-1, text, strokes, "", 0.0)
    return word_of(-1, text, strokes, strokes[: len(strokes) - len(KEYS[parts.particle])], 0.0)


def words_by_id(question: Question, numbers: Collection[int]) -> dict[str, Word]:
    """Return words by their text."""
    kept = question.kept.words
    _found(question, BY_ID, [number for number in numbers if number not in kept])
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
    return _words(question, question.ask(BY_LONGER_STEM, most=most))


def _found(question: Question, statement: str, wanted: Collection[Any]) -> dict[str, Word]:
    if not wanted:
        return {}
    found = _words(question, question.ask(statement, wanted=json.dumps(list(wanted))))
    return {word.text: word for word in found}


def _words(question: Question, rows: Sequence[tuple[Any, ...]]) -> list[Word]:
    """Read rows of `COLUMNS`, as far as they were not read before."""
    kept = question.kept.words
    for number, *rest in rows:
        if number not in kept:
            kept[number] = word_of(number, *rest)
    return [kept[number] for number, *_ in rows]


def word_of(number: int, text: str, strokes: str, stem: str, weight: float) -> Word:
    """Return a word from its `COLUMNS`."""
    particle = strokes[len(stem) :] if stem else ""
    root = text.removesuffix(particle_of(particle))
    bare = not particle or stands_alone(root)
    return Word(number, text, strokes, stem, particle, root, bare, weight)
