# SPDX-License-Identifier: Apache-2.0
"""Writes lessons into the tables, each as one use of a word, of a pair and of a triple.

A word of the context counts where it is a word of the history itself, or one that everybody
uses: such a word is borrowed, with no use and next to no weight, until the user teaches it.
Any other word that the user did not teach is not kept as context either.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Final

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.heat import ADDED, DAY_S, Decay
from ime_engine.history.lesson import Lesson
from ime_engine.history.schema import ALL, HEADS, PARTICLE_SUMS
from ime_engine.history.stems import Parts, parts_of
from ime_engine.history.sums import START_ID, Additions
from ime_engine.ngram.context import START

__all__ = ["BORROWED_WEIGHT", "heads_of", "id_of", "newest_s", "set_fact", "stem_of", "teach"]

USED: Final = f"""
DO UPDATE SET heat = {ADDED}, uses = uses + 1, accepted = accepted + :accepted, last = :last
RETURNING uses
"""

WORD: Final = f"""
INSERT INTO words (text, strokes, stem, heat, uses, accepted, last)
VALUES (:text, :strokes, :stem, :heat, 1, :accepted, :last) ON CONFLICT (text) {USED}, id
"""

BORROWED: Final = """
INSERT INTO words (text, strokes, stem, heat, uses, accepted, last)
VALUES (:text, :strokes, :stem, :heat, 0, 0, :last) RETURNING id
"""

BORROWED_WEIGHT: Final = 1e-9
"""Of a word that was never taught: it goes first when there is too much, and is not offered."""

PAIR: Final = f"""
INSERT INTO pairs VALUES (:second, :word, :strokes, :heat, 1, :accepted, :last)
ON CONFLICT {USED}
"""

TRIPLE: Final = f"""
INSERT INTO triples VALUES (:first, :second, :word, :strokes, :heat, 1, :accepted, :last)
ON CONFLICT {USED}
"""


def newest_s(connection: sqlite3.Connection) -> float:
    """Return the last moment at which something was learned, in seconds; 0 for never."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'newest'").fetchone()
    return float(row[0]) if row else 0.0


def set_fact(connection: sqlite3.Connection, name: str, value: float) -> None:
    """Write a number of `facts`."""
    connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))


def id_of(connection: sqlite3.Connection, word: str) -> int | None:
    """Return the number of a word of the history, or of the sentence start."""
    if word == START:
        return START_ID
    row = connection.execute("SELECT id FROM words WHERE text = ?", (word,)).fetchone()
    return int(row[0]) if row else None


def heads_of(strokes: str) -> Iterator[str]:
    """The beginnings of an eojeol for which there are sums."""
    return (strokes[:keys] for keys in range(min(HEADS, len(strokes)) + 1))


def stem_of(parts: Parts | None) -> str | None:
    """The stem of an eojeol as the tables have it."""
    return None if parts is None else strokes_of(parts.stem)


def teach(
    connection: sqlite3.Connection, lessons: Iterable[Lesson], now_s: int, decay: Decay
) -> None:
    """Write lessons that were given at a moment.

    Args:
        connection: Within a transaction.
        lessons: In the order in which they were given.
        now_s: In seconds since 1970; not before the last moment of the store.
        decay: How weights fall.
    """
    pen = _Pen(connection, now_s, decay)
    for lesson in lessons:
        pen.write(lesson)
    pen.sums.write(connection)
    set_fact(connection, "newest", now_s)


class _Pen:
    """Writes at one moment."""

    def __init__(self, connection: sqlite3.Connection, now_s: int, decay: Decay) -> None:
        self.sums = Additions(now_s / DAY_S, decay)
        self._connection = connection
        self._now_s = now_s
        self._decay = decay

    def write(self, lesson: Lesson) -> None:
        strokes, stem = strokes_of(lesson.eojeol), stem_of(parts_of(lesson.eojeol))
        day = self._now_s / DAY_S
        values = {
            "text": lesson.eojeol,
            "strokes": strokes,
            "stem": stem,
            "heat": self._decay.heat(lesson.weight, day),
            "added": lesson.weight,
            "accepted": int(lesson.accepted),
            "last": self._now_s,
            "day": day,
            "rate": self._decay.rate,
        }
        uses, word = self._one(WORD, values)
        self.sums.add(ALL, heads_of(strokes), lesson.weight, new=uses == 1)
        if stem is not None:
            self.sums.add(PARTICLE_SUMS, [strokes[len(stem) :]], lesson.weight, new=uses == 1)
        self._write_context(lesson, {**values, "word": word}, strokes)

    def _write_context(self, lesson: Lesson, values: dict[str, Any], strokes: str) -> None:
        known = [self._number(word, lesson) for word in lesson.context]
        if not known or known[-1] is None:
            return
        values["second"] = known[-1]
        (uses,) = self._one(PAIR, values)
        heads = heads_of(strokes) if known[-1] == START_ID else [""]
        self.sums.add(known[-1], heads, lesson.weight, new=uses == 1)
        if len(known) > 1 and known[-2] is not None:
            self._one(TRIPLE, {**values, "first": known[-2]})

    def _number(self, word: str, lesson: Lesson) -> int | None:
        number = id_of(self._connection, word)
        if number is not None or word not in lesson.everyday:
            return number
        values = {
            "text": word,
            "strokes": strokes_of(word),
            "stem": stem_of(parts_of(word)),
            "heat": self._decay.heat(BORROWED_WEIGHT, self._now_s / DAY_S),
            "last": self._now_s,
        }
        return self._one(BORROWED, values)[0]

    def _one(self, statement: str, values: dict[str, Any]) -> tuple[int, ...]:
        # All rows are fetched, or the statement would stay open within the transaction.
        (row,) = self._connection.execute(statement, values).fetchall()
        return tuple(row)
