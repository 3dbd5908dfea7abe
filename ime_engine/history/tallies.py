# SPDX-License-Identifier: Apache-2.0
"""Counts by day: how often lists were shown and used, how many keys were saved. No text."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["Tally", "add_tally", "adding", "check_tally", "read_tallies"]

DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NAME: Final = re.compile(r"[a-z_]{1,32}")
"""Too little for a name to carry text."""

MOST: Final = 1 << 40
"""Greatest count of one day."""

KEPT_DAYS: Final = 1100
"""Days that are kept; three years."""

ADD: Final = """
INSERT INTO tallies VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET count = min(count + excluded.count, ?)
"""
FORGET_OLD: Final = """
DELETE FROM tallies
WHERE day < (SELECT DISTINCT day FROM tallies ORDER BY day DESC LIMIT 1 OFFSET ?)
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one day."""

    day: str
    """YYYY-MM-DD, as the user's calendar had it."""

    counts: Mapping[str, int]


def check_tally(day: str, counts: Mapping[str, int]) -> None:
    """Refuse what is no day or no count.

    Raises:
        ValueError: names what is wrong.
    """
    if not DAY.fullmatch(day):
        raise ValueError("A day is written YYYY-MM-DD.")
    for name, count in counts.items():
        if not NAME.fullmatch(name):
            raise ValueError("The name of a count is of small letters and _.")
        if not 0 <= count <= MOST:
            raise ValueError(f"A count is from 0 to {MOST}.")


def add_tally(connection: sqlite3.Connection, day: str, counts: Mapping[str, int]) -> None:
    """Add counts to those of a day, within a transaction."""
    values = [(day, name, count, MOST) for name, count in counts.items()]
    connection.executemany(ADD, values)
    connection.execute(FORGET_OLD, (KEPT_DAYS - 1,))


def adding(day: str, counts: Mapping[str, int]) -> Callable[[sqlite3.Connection], None]:
    """Return what adds counts as they are now to those of a day, in a transaction of its own.

    Raises:
        ValueError: that is no day, or no count.
    """
    check_tally(day, counts)
    kept = dict(counts)

    def add(connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        add_tally(connection, day, kept)
        connection.execute("COMMIT")

    return add


def read_tallies(connection: sqlite3.Connection) -> list[Tally]:
    """Return the counts of all days, oldest first."""
    days: dict[str, dict[str, int]] = {}
    query = "SELECT day, name, count FROM tallies ORDER BY day, name"
    for day, name, count in connection.execute(query).fetchall():
        days.setdefault(day, {})[name] = count
    return [Tally(day, counts) for day, counts in days.items()]
