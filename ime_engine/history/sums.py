# SPDX-License-Identifier: Apache-2.0
"""Keeps the table `sums` right: a little with each lesson, all of it after something went."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from ime_engine.history.heat import ADDED, SUM, Decay
from ime_engine.history.schema import ALL, HEADS, PARTICLE_SUMS

__all__ = ["COUNTED", "START_ID", "Additions", "count_anew"]

START_ID: Final = 0
"""Number of the sentence start, which is no word."""

COUNTED: Final = "counted"
"""Name of the fact that is another number whenever all was counted anew."""

ADD: Final = f"""
INSERT INTO sums (context, head, heat, members) VALUES (:context, :head, :heat, :members)
ON CONFLICT DO UPDATE SET heat = {ADDED}, members = members + :members
"""

ANEW: Final = (
    f"INSERT INTO sums SELECT {ALL}, '', {SUM}, count(*) FROM words HAVING count(*)",
    *(
        # Over the index, whose expression this must be, so that nothing has to be sorted.
        f"INSERT INTO sums SELECT {ALL}, substr(strokes, 1, {keys}) AS head, {SUM}, count(*) "
        f"FROM words INDEXED BY words_by_head_{keys} GROUP BY substr(strokes, 1, {keys}) "
        f"HAVING length(head) = {keys}"
        for keys in range(1, HEADS + 1)
    ),
    f"INSERT INTO sums SELECT {PARTICLE_SUMS}, substr(strokes, length(stem) + 1) AS head, {SUM}, "
    "count(*) FROM words INDEXED BY words_by_particle WHERE stem IS NOT NULL "
    "GROUP BY substr(strokes, length(stem) + 1)",
    f"INSERT INTO sums SELECT second, '', {SUM}, count(*) FROM pairs INDEXED BY pairs_by_heat "
    "GROUP BY second",
    *(
        f"INSERT INTO sums SELECT second, substr(strokes, 1, {keys}) AS head, {SUM}, count(*) "
        f"FROM pairs WHERE second = {START_ID} AND length(strokes) >= {keys} GROUP BY head"
        for keys in range(1, HEADS + 1)
    ),
)


class Additions:
    """What a batch of lessons adds to the sums, each of them written once.

    Args:
        day: Of the batch.
        decay: How weights fall.
    """

    def __init__(self, day: float, decay: Decay) -> None:
        self._day = day
        self._decay = decay
        self._added: dict[tuple[int, str], float] = defaultdict(float)
        self._members: dict[tuple[int, str], int] = defaultdict(int)

    def add(self, context: int, heads: Iterable[str], weight: float, *, new: bool) -> None:
        """Add one use.

        Args:
            context: As the table has it.
            heads: Which sums of that context.
            weight: Of the use.
            new: Whether it is the first of its row.
        """
        for head in heads:
            self._added[context, head] += weight
            self._members[context, head] += new

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all of it, within a transaction."""
        connection.executemany(ADD, (self._values(*key) for key in self._added))

    def _values(self, context: int, head: str) -> dict[str, float | str]:
        added = self._added[context, head]
        return {
            "context": context,
            "head": head,
            "heat": self._decay.heat(added, self._day),
            "added": added,
            "members": self._members[context, head],
            "day": self._day,
            "rate": self._decay.rate,
        }


def count_anew(connection: sqlite3.Connection, day: float, decay: Decay) -> None:
    """Work out every sum from the rows; some tenths of a second for 300,000."""
    connection.execute("DELETE FROM sums")
    connection.execute(f"INSERT OR REPLACE INTO facts VALUES ('{COUNTED}', random())")
    for statement in ANEW:
        connection.execute(statement, {"day": day, "rate": decay.rate})
