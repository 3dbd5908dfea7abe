# SPDX-License-Identifier: Apache-2.0
"""Takes rows into the history: an export of another machine, or of a damaged file.

Two rows of one word become the greater of everything, so the same rows may come twice. What may
never be kept is not taken from a file either; nothing is heavier than its uses, or newer than now.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.heat import DAY_S, Decay
from ime_engine.history.lesson import ACCEPTED, TYPED, storable
from ime_engine.history.policy import never_kept
from ime_engine.history.rows import Row
from ime_engine.history.stems import parts_of
from ime_engine.history.sums import count_anew
from ime_engine.history.tables import TABLES, Table
from ime_engine.history.teach import BORROWED_WEIGHT, id_of, newest_s, set_fact, stem_of
from ime_engine.ngram.context import ORDER, START

__all__ = ["merge"]

GREATER: Final = """
DO UPDATE SET heat = max(heat, :heat), uses = max(uses, :uses),
accepted = max(accepted, :accepted), last = max(last, :last)
"""

WORD: Final = f"""
INSERT INTO words (text, strokes, stem, heat, uses, accepted, last)
VALUES (:text, :strokes, :stem, :heat, :uses, :accepted, :last) ON CONFLICT (text) {GREATER}
"""


def merge(connection: sqlite3.Connection, rows: Iterable[Row], now_s: float, decay: Decay) -> int:
    """Take rows, and return how many were fit to be taken.

    Rows of a context are taken after all words, whatever their order, and only where all their
    words are known then.

    Args:
        connection: Within a transaction.
        rows: In any order.
        now_s: In seconds since 1970.
        decay: How weights fall.
    """
    taken, newest = 0, newest_s(connection)
    later: list[Row] = []
    for row in rows:
        if not _is_fit(row):
            continue
        if row.context:
            later.append(row)
        else:
            connection.execute(WORD, _values(row, now_s, decay))
            newest = max(newest, min(row.last_used, now_s))
            taken += 1
    taken += sum(_merge_context(connection, row, now_s, decay) for row in later)
    set_fact(connection, "newest", math.floor(newest))
    count_anew(connection, newest / DAY_S, decay)
    return taken


def _merge_context(connection: sqlite3.Connection, row: Row, now_s: float, decay: Decay) -> bool:
    table = TABLES[len(row.context)]
    numbers = [id_of(connection, word) for word in (*row.context, row.eojeol)]
    if None in numbers or row.eojeol == START:
        return False
    values = _values(row, now_s, decay) | dict(zip(table.keys, numbers, strict=True))
    connection.execute(_context_statement(table), values)
    return True


def _context_statement(table: Table) -> str:
    keys = ", ".join(f":{key}" for key in table.keys)
    return (
        f"INSERT INTO {table.name} VALUES ({keys}, :strokes, :heat, :uses, :accepted, :last) "
        f"ON CONFLICT {GREATER}"
    )


def _values(row: Row, now_s: float, decay: Decay) -> dict[str, Any]:
    last = math.floor(min(row.last_used, now_s))
    most = (row.uses - row.accepted) * TYPED + row.accepted * ACCEPTED or BORROWED_WEIGHT
    return {
        "text": row.eojeol,
        "strokes": strokes_of(row.eojeol),
        "stem": stem_of(parts_of(row.eojeol)),
        "heat": decay.heat(min(row.weight, most), last / DAY_S),
        "uses": row.uses,
        "accepted": row.accepted,
        "last": last,
    }


def _is_fit(row: Row) -> bool:
    words = (row.eojeol, *(word for word in row.context if word != START))
    return (
        len(row.context) < ORDER
        and all(storable(word) and not never_kept(word) for word in words)
        and 0 <= row.accepted <= row.uses < 1 << 62
        and (row.uses > 0 or not row.context)
        and math.isfinite(row.weight)
        and row.weight > 0
        and 0 <= row.last_used < 1 << 62
    )
