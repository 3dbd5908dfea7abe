# SPDX-License-Identifier: Apache-2.0
"""Keeps what recalls have read in step with the file.

    lessons since            ─► the words they used are read again, sums and habits on demand
    anything else, a minute  ─► all is read again

A typist asks after every few keys and teaches one word with each Space: nearly all that a question
needs, the one before has read. Whatever is forgotten, dropped, imported or turned back by the clock
has the sums counted anew, and that leaves its mark (`sums.count_anew`).
"""

from __future__ import annotations

import sqlite3
from typing import Final

from ime_engine.history.heat import DAY_S, Decay
from ime_engine.history.kept import Kept
from ime_engine.history.recent import LATEST
from ime_engine.history.recent import MOST as RECENT
from ime_engine.history.sums import COUNTED
from ime_engine.history.vocabulary import COLUMNS, word_of

__all__ = ["renewed"]

LASTS_S: Final = 60.0
"""Seconds for which things weigh what they did; they fade by a hundred-thousandth in them."""

MOST: Final = 4096
"""Words kept."""

FEW: Final = 64
"""Words that are read again; where more were used, all is."""

FACTS: Final = f"SELECT name, value FROM facts WHERE name IN ('newest', '{COUNTED}')"
USED: Final = f"SELECT {COLUMNS} {LATEST.format(since='AND last >= :since')} LIMIT {FEW + 1}"


def renewed(kept: Kept | None, connection: sqlite3.Connection, now_s: float, decay: Decay) -> Kept:
    """Return what may still be kept, or nothing yet.

    Args:
        kept: What this connection has read before, if anything.
        connection: Within a transaction.
        now_s: In seconds since 1970.
        decay: How weights fall.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    fresh = kept is not None and abs(now_s - kept.now_s) <= LASTS_S and kept.size <= MOST
    if kept is not None and fresh and kept.version == version:
        return kept
    facts = dict(connection.execute(FACTS).fetchall())
    counted, newest_s = facts.get(COUNTED, 0.0), facts.get("newest", 0.0)
    if kept is not None and fresh and kept.counted == counted:
        values = {"since": kept.newest_s, "day": kept.day, "rate": decay.rate}
        rows = connection.execute(USED, values).fetchall()
        if len(rows) <= FEW:
            _take(kept, rows)
            kept.version, kept.newest_s = version, newest_s
            return kept
    return Kept(version, counted, newest_s, now_s, max(now_s, newest_s) / DAY_S)


def _take(kept: Kept, rows: list[tuple[int, str, str, str, float]]) -> None:
    """Take words that were used since, the last one first."""
    words = [word_of(*values) for values in rows]
    for word in words:
        kept.words[word.number] = kept.named[word.text] = word
        kept.stems.pop(word.stem, None)
    kept.sums.clear()
    kept.habits = None
    if kept.last is not None:
        numbers = {word.number for word in words}
        before = (each for each in kept.last if each[0] not in numbers)
        used = ((word.number, word.strokes) for word in words)
        kept.last = [*used, *before][:RECENT]
        kept.places = None
