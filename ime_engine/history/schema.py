# SPDX-License-Identifier: Apache-2.0
"""The tables of the history, and the steps that lead to them from every earlier version.

    words     an eojeol: its keys, the keys of its stem, how often and how lately
    pairs     an eojeol after one word; words are numbers here, and 0 is the sentence start
    triples   an eojeol after two words
    sums      what several rows weigh together, so that no look-up has to add up thousands:
              all words (context -1), those that begin with one to three keys (`head`), the
              particles (context -2, their keys), what follows a word (its number), and what
              follows the sentence start by one to three keys
    facts     `newest` (s since 1970), the last moment at which something was learned,
              `half_life` (days), which the heats were worked out for, and how far documents
              were read (see `documents`)
    tallies   counts by day; no text

Every `heat` is a day since 1970 (see `heat`), every `last` a second. PRAGMA user_version is the
number of steps that were taken.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import Final

__all__ = [
    "ALL",
    "HEADS",
    "PARTICLE_SUMS",
    "STEPS",
    "VERSION",
    "migrate",
    "tables_of_version",
    "version_of",
]

ALL: Final = -1
"""In place of a context: all words."""

PARTICLE_SUMS: Final = -2
"""In place of a context: by particle."""

HEADS: Final = 3
"""Most keys of an eojeol for which there are sums."""

FIRST: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;

CREATE TABLE words (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE,
    strokes TEXT NOT NULL,
    stem TEXT,
    heat REAL NOT NULL,
    uses INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    last INTEGER NOT NULL
);
CREATE INDEX words_by_strokes ON words (strokes, heat);
CREATE INDEX words_by_stem ON words (stem, heat) WHERE stem IS NOT NULL;
CREATE INDEX words_by_particle ON words (substr(strokes, length(stem) + 1), heat)
    WHERE stem IS NOT NULL;
CREATE INDEX words_by_heat ON words (heat);
CREATE INDEX words_by_head_1 ON words (substr(strokes, 1, 1), heat);
CREATE INDEX words_by_head_2 ON words (substr(strokes, 1, 2), heat);
CREATE INDEX words_by_head_3 ON words (substr(strokes, 1, 3), heat);

CREATE TABLE pairs (
    second INTEGER NOT NULL,
    word INTEGER NOT NULL,
    strokes TEXT NOT NULL,
    heat REAL NOT NULL,
    uses INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (second, word)
) WITHOUT ROWID;
CREATE INDEX pairs_by_strokes ON pairs (second, strokes, heat);
CREATE INDEX pairs_by_heat ON pairs (second, heat);
CREATE INDEX pairs_by_word ON pairs (word);

CREATE TABLE triples (
    first INTEGER NOT NULL,
    second INTEGER NOT NULL,
    word INTEGER NOT NULL,
    strokes TEXT NOT NULL,
    heat REAL NOT NULL,
    uses INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (first, second, word)
) WITHOUT ROWID;
CREATE INDEX triples_by_strokes ON triples (first, second, strokes, heat);
CREATE INDEX triples_by_second ON triples (second);
CREATE INDEX triples_by_word ON triples (word);

CREATE TABLE sums (
    context INTEGER NOT NULL,
    head TEXT NOT NULL,
    heat REAL NOT NULL,
    members INTEGER NOT NULL,
    PRIMARY KEY (context, head)
) WITHOUT ROWID;
"""

SECOND: Final = """
CREATE TABLE tallies (
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, name)
) WITHOUT ROWID;
"""

THIRD: Final = "CREATE INDEX words_by_last ON words (last, strokes);"

FOURTH: Final = """
DROP INDEX words_by_last;
CREATE INDEX words_by_last ON words (last, strokes, uses) WHERE uses > 0;
"""

STEPS: Final = (FIRST, SECOND, THIRD, FOURTH)
"""The n-th leads from version n to n + 1; one that was released is never changed."""

VERSION: Final = len(STEPS)


def version_of(connection: sqlite3.Connection) -> int:
    """Return how many steps were taken."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, steps: tuple[str, ...] = STEPS) -> None:
    """Take the steps that are missing, each of them whole or not at all.

    Raises:
        sqlite3.Error: a step failed; the file is as the step before left it.
    """
    for number in range(version_of(connection), len(steps)):
        # The script begins with what executescript would commit otherwise.
        script = f"BEGIN IMMEDIATE;{steps[number]};PRAGMA user_version = {number + 1};COMMIT;"
        try:
            connection.executescript(script)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            raise


@cache
def tables_of_version(version: int) -> frozenset[str]:
    """Return the names of all tables and indexes that a version has."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, STEPS[:version])
        found = connection.execute("SELECT name FROM sqlite_master").fetchall()
    return frozenset(name for (name,) in found)
