# SPDX-License-Identifier: Apache-2.0
"""What several recalls have in common while the file stays as it is: read once, then at hand.

A typist asks after every few keys and teaches at a Space only; most questions find the words,
the stems and the habits that the one before has read. Each connection has its own, and whatever
program writes to the file, it is dropped.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ime_engine.history.habits import Habits
    from ime_engine.history.vocabulary import Word

__all__ = ["Kept", "still"]

MOST: Final = 4096
"""Words kept."""

LASTS_S: Final = 60.0
"""Seconds for which weights are those of one moment; they fade by a hundred-thousandth in them."""


@dataclass(slots=True)
class Kept:
    """What was read of one version of the file, at one moment."""

    version: int
    now_s: float
    """In seconds since 1970, as of which things weigh what they weigh."""

    words: dict[int, Word] = field(default_factory=dict)
    """By number."""

    named: dict[str, Word] = field(default_factory=dict)
    """By text, also words that were never taught."""

    stems: dict[str, float] = field(default_factory=dict)
    """Weight of all forms of a stem, by its keys."""

    sums: dict[tuple[int, str], tuple[float, int]] = field(default_factory=dict)
    """Weight and number of words, by context and first keys."""

    last: list[tuple[int, str]] | None = None
    """Number and keys of the words used last, the last one first."""

    habits: Habits | None = None
    newest_s: float | None = None
    """Moment of the last lesson."""


def still(kept: Kept | None, connection: sqlite3.Connection, now_s: float) -> Kept:
    """Return what was kept, or nothing yet where the file or the moment is another one.

    Args:
        kept: Of this connection, if there is any.
        connection: Within a transaction.
        now_s: In seconds since 1970.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    if (
        kept is None
        or kept.version != version
        or abs(now_s - kept.now_s) > LASTS_S
        or len(kept.words) + len(kept.named) > MOST
    ):
        return Kept(version, now_s)
    return kept
