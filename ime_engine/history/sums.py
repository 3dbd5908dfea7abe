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

WORDS: Final = f"INSERT INTO sums SELECT {ALL}, substr(strokes, 1, :keys) AS head, {SUM}, count(*) \
FROM words WHERE length(strokes) >= :keys GROUP BY head"
PARTICLES: Final = f"INSERT INTO sums SELECT {PARTICLE_SUMS}, substr(strokes, length(stem) + 1) \
AS head, {SUM}, count(*) FROM words WHERE stem IS NOT NULL GROUP BY head"
FOLLOWERS: Final = f"INSERT INTO sums SELECT second, '', {SUM}, count(*) FROM pairs GROUP BY second"
STARTS: Final = f"INSERT INTO sums SELECT {START_ID}, substr(strokes, 1, :keys) AS head, {SUM}, \
count(*) FROM pairs WHERE second = {START_ID} AND length(strokes) >= :keys GROUP BY head"


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
    """Work out every sum from the rows; a third of a second for 300,000."""
    values: dict[str, float] = {"day": day, "rate": decay.rate}
    connection.execute("DELETE FROM sums")
    for keys in range(HEADS + 1):
        connection.execute(WORDS, {**values, "keys": keys})
        if keys:
            connection.execute(STARTS, {**values, "keys": keys})
    connection.execute(PARTICLES, values)
    connection.execute(FOLLOWERS, values)
