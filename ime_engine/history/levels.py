# SPDX-License-Identifier: Apache-2.0
"""What the tables say of one context: how much was seen after it, how much of it fits the keys.

Nothing here takes longer the more there is, but for a context whose followers all fit: sums and
indexes by the first keys stand for the two that thousands of words follow, none and the
sentence start.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ime_engine.history.heat import WEIGHT
from ime_engine.history.kept import Kept
from ime_engine.history.schema import ALL, HEADS
from ime_engine.history.sums import START_ID
from ime_engine.history.tables import PAIRS, TRIPLES, WORDS, Table

__all__ = ["Level", "Question", "after", "everything", "weights_of"]

SUM_OF: Final = f"SELECT {WEIGHT}, members FROM sums WHERE context = :context AND head = :head"
DOUBT_OF_PAIRS: Final = 3
"""Times that a follower counts against a context of one word; on texts of several authors this
foretells best what comes. What was seen after two words may be trusted as it is."""

FEW: Final = 64
"""Words that count against a history of few: of the first sentences hardly a word comes again."""

TYPED: Final = "strokes >= :low AND strokes < :high"


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked up, at which moment."""

    connection: sqlite3.Connection
    kept: Kept
    """What was read before of the same file."""

    values: Mapping[str, Any]
    """For the statements: day, rate; low and high, between which fitting words lie."""

    strokes: str
    most: int
    """Words wanted of each context."""

    def ask(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Return all rows that a statement finds."""
        return self.connection.execute(statement, {**self.values, **values}).fetchall()

    @property
    def has_head(self) -> bool:
        """Whether there are sums for the keys."""
        return len(self.strokes) <= HEADS


@dataclass(frozen=True, slots=True)
class Level:
    """What was seen after a context."""

    table: Table
    numbers: Mapping[str, int]
    """Of the words of the context, by column."""

    total: float
    """Weight of everything after it."""

    members: int
    """Different words after it."""

    typed: float
    """Weight of those that the keys begin."""

    top: tuple[int, ...]
    """Numbers of the heaviest of those."""

    @property
    def share(self) -> float:
        """How far the level is trusted against the shorter ones, 0 to 1."""
        doubt = DOUBT_OF_PAIRS if self.table is PAIRS else 1
        few = FEW if self.table is WORDS else 0
        return self.total / (self.total + doubt * self.members + few)


def everything(question: Question) -> Level | None:
    """Return the level of no context; None for an empty history."""
    total, members = _sum(question, ALL, "")
    if not total:
        return None
    if question.has_head:
        typed = _sum(question, ALL, question.strokes)[0] if question.strokes else total
        keys = len(question.strokes)
        order = "INDEXED BY words_by_heat"
        if keys:
            order = f"INDEXED BY words_by_head_{keys} WHERE substr(strokes, 1, {keys}) = :low"
    else:
        order = f"INDEXED BY words_by_strokes WHERE {TYPED}"
        ((typed,),) = question.ask(f"SELECT total({WEIGHT}) FROM words {order}")
    top = _top(question, f"SELECT id FROM words {order}")
    return Level(WORDS, {}, total, members, typed, top)


def after(question: Question, numbers: Mapping[str, int]) -> Level | None:
    """Return the level of a context of words; None when nothing was seen after it.

    Args:
        question: What is asked.
        numbers: Of the words by column: second, or first and second.
    """
    table = TRIPLES if len(numbers) > 1 else PAIRS
    here = f"FROM {table.name} WHERE {table.here}"
    if table is PAIRS:
        total, members = _sum(question, numbers["second"], "")
    else:
        ((total, members),) = question.ask(f"SELECT total({WEIGHT}), count(*) {here}", **numbers)
    if not total:
        return None
    index = f"{table.name}_by_strokes" if question.strokes or table is TRIPLES else "pairs_by_heat"
    fitting = f"FROM {table.name} INDEXED BY {index} WHERE {table.here}"
    fitting += f" AND {TYPED}" if question.strokes else ""
    typed = total
    if question.strokes and question.has_head and table is PAIRS and not numbers["second"]:
        typed, _ = _sum(question, START_ID, question.strokes)
    elif question.strokes:
        ((typed,),) = question.ask(f"SELECT total({WEIGHT}) {fitting}", **numbers)
    top = _top(question, f"SELECT word {fitting}", **numbers) if typed else ()
    return Level(table, numbers, total, members, typed, top)


def weights_of(question: Question, level: Level, words: Collection[int]) -> dict[int, float]:
    """Return the weight of words after a context, of those that were seen after it."""
    statement = (
        f"SELECT {level.table.word}, {WEIGHT} FROM {level.table.name} "
        f"WHERE {level.table.here} AND {level.table.word} IN (SELECT value FROM json_each(:words))"
    )
    return dict(question.ask(statement, words=json.dumps(sorted(words)), **level.numbers))


def _sum(question: Question, context: int, head: str) -> tuple[float, int]:
    sums = question.kept.sums
    if (context, head) not in sums:
        found = question.ask(SUM_OF, context=context, head=head)
        sums[context, head] = found[0] if found else (0.0, 0)
    return sums[context, head]


def _top(question: Question, statement: str, **numbers: int) -> tuple[int, ...]:
    found = question.ask(f"{statement} ORDER BY heat DESC LIMIT {question.most}", **numbers)
    return tuple(number for (number,) in found)
