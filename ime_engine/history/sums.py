# SPDX-License-Identifier: Apache-2.0
"""Keeps the table `sums` right: a little with each lesson, all of it after something went."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from ime_engine.history.heat import ADDED, SUM, Decay
from ime_engine.history.schema import ALL, HEADS, PARTICLE_SUMS

__all__ = ["START_ID", "add_to_sums", "count_anew"]

START_ID: Final = 0
"""Number of the sentence start, which is no word."""

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


def add_to_sums(
    connection: sqlite3.Connection,
    context: int,
    heads: Iterator[str],
    added: float,
    day: float,
    decay: Decay,
    *,
    new: bool,
) -> None:
    """Add one use to sums.

    Args:
        connection: Within a transaction.
        context: As the table has it.
        heads: Which sums of that context.
        added: Weight of the use.
        day: On which it was.
        decay: How weights fall.
        new: Whether it is the first of its row.
    """
    values = {
        "context": context,
        "heat": decay.heat(added, day),
        "added": added,
        "day": day,
        "rate": decay.rate,
        "members": int(new),
    }
    connection.executemany(ADD, ({**values, "head": head} for head in heads))


def count_anew(connection: sqlite3.Connection, day: float, decay: Decay) -> None:
    """Work out every sum from the rows; some tenths of a second for 300,000."""
    connection.execute("DELETE FROM sums")
    for statement in ANEW:
        connection.execute(statement, {"day": day, "rate": decay.rate})
