# SPDX-License-Identifier: Apache-2.0
"""Brings heats in line with the clock and the settings, where one of them has changed.

A clock that was ahead has made things that will not fade for as long as it was: what was used
"later than now" is taken as used now, at the weight it had. Nothing gets heavier by that, and
nothing is lost. Another half-life keeps the weight that each row had when it was last used.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from ime_engine.history.heat import DAY_S, Decay
from ime_engine.history.sums import count_anew
from ime_engine.history.tables import TABLES
from ime_engine.history.teach import newest_s, set_fact

__all__ = ["moment_of", "settle"]

JITTER_S: Final = 60
"""Seconds that a clock may go back without anything being made of it."""


def moment_of(connection: sqlite3.Connection, now_s: float) -> int:
    """Return the second at which a lesson is written: now, or the last one of the store."""
    return int(max(now_s, newest_s(connection)))


def settle(connection: sqlite3.Connection, now_s: float, decay: Decay) -> None:
    """Change what the clock or the settings ask for, within a transaction."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'half_life'").fetchone()
    before = float(row[0]) if row else decay.half_life_days
    ahead = newest_s(connection) > now_s + JITTER_S
    if before != decay.half_life_days:
        _stretch(connection, decay.half_life_days / before)
    if ahead:
        _turn_back(connection, int(now_s))
    if ahead or before != decay.half_life_days:
        count_anew(connection, newest_s(connection) / DAY_S, decay)
    if row is None or before != decay.half_life_days:
        set_fact(connection, "half_life", decay.half_life_days)


def _stretch(connection: sqlite3.Connection, factor: float) -> None:
    for table in TABLES:
        connection.execute(
            f"UPDATE {table.name} SET heat = last / {DAY_S} + (heat - last / {DAY_S}) * ?",
            (factor,),
        )


def _turn_back(connection: sqlite3.Connection, now_s: int) -> None:
    for table in TABLES:
        connection.execute(
            f"UPDATE {table.name} SET heat = heat - (last - :now) / {DAY_S}, last = :now "
            "WHERE last > :now",
            {"now": now_s},
        )
    set_fact(connection, "newest", now_s)
