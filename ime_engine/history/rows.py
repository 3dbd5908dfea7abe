# SPDX-License-Identifier: Apache-2.0
"""The history as rows of text, to be shown, and written to a file.

A row's weight is that of the moment it was last used at, which no passing of time changes: what is
exported today and imported next year is the same history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ime_engine.hangul.eojeol import normalised
from ime_engine.history.heat import DAY_S, Decay
from ime_engine.history.lesson import UNREADABLE
from ime_engine.history.sums import START_ID
from ime_engine.history.tables import TABLES, Table
from ime_engine.ngram.context import START

__all__ = ["LEAST", "Row", "read_rows"]

Ask = Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]

DIGITS: Final = 6
"""Decimals of a weight; more would differ from one export to the next."""

LEAST: Final = 10.0**-DIGITS

PAGE: Final = 2000
"""Rows that are read at a time, so that no reading holds up a writer."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of an eojeol after a context."""

    eojeol: str
    context: tuple[str, ...]
    """Words before it, the nearest last; empty for the eojeol itself."""

    weight: float
    """At the moment it was last used."""

    uses: int
    accepted: int
    """Uses in which it was picked from a list."""

    last_used: float
    """In seconds since 1970."""


def read_rows(ask: Ask, decay: Decay, search: str = "", limit: int | None = None) -> Iterator[Row]:
    """Return words, then pairs, then triples.

    Args:
        ask: Returns all rows that a statement finds; nothing stays open in between.
        decay: How weights fall.
        search: Only rows whose eojeol or context holds this text.
        limit: Most rows, and then those that weigh most; else all, in the order they were taught.
    """
    left = limit
    for table in TABLES:
        for row in _of_table(ask, decay, table, normalised(search), left):
            yield row
            left = None if left is None else left - 1


def _of_table(
    ask: Ask, decay: Decay, table: Table, search: str, limit: int | None
) -> Iterator[Row]:
    if limit is not None:
        statement = _select(table, search, after=False) + " ORDER BY e.heat DESC LIMIT :limit"
        found = ask(statement, {"search": search, "limit": limit})
        yield from _readable(_row(values, decay, table) for values in found)
        return
    keys = ", ".join(f"e.{key}" for key in table.keys)
    statement = f"{_select(table, search, after=True)} ORDER BY {keys} LIMIT {PAGE}"
    last: dict[str, Any] = dict.fromkeys(table.keys, -1)
    while page := ask(statement, {"search": search, **last}):
        yield from _readable(_row(values, decay, table) for values in page)
        last = dict(zip(table.keys, page[-1], strict=False))


def _readable(rows: Iterable[Row]) -> Iterator[Row]:
    """Leave out what damage has made unreadable."""
    return (row for row in rows if UNREADABLE not in "".join((row.eojeol, *row.context)))


def _select(table: Table, search: str, *, after: bool) -> str:
    """A query: the keys of a row, the words of its context, the eojeol, and its numbers."""
    word = "w" if table.context else "e"
    columns = [f"e.{key}" for key in table.keys] + [f"{each}.text" for each in table.context]
    columns += [f"{word}.text"] + [f"e.{name}" for name in ("heat", "uses", "accepted", "last")]
    joins = [f"JOIN words AS w ON w.id = e.{table.word}"] if table.context else []
    joins += [f"LEFT JOIN words AS {each} ON {each}.id = e.{each}" for each in table.context]
    wanted = ["1"]
    if after:
        old, new = (", ".join(names) for names in zip(*_marks(table), strict=True))
        wanted.append(f"({old}) > ({new})")
    if search:
        texts = [f"{each}.text" for each in (*table.context, word)]
        wanted.append(f"({' OR '.join(f'instr({text}, :search)' for text in texts)})")
    # Only names of tables and columns are put together here.
    return f"SELECT {', '.join(columns)} FROM {table.name} AS e {' '.join(joins)} WHERE " + (
        " AND ".join(wanted)
    )


def _marks(table: Table) -> list[tuple[str, str]]:
    return [(f"e.{key}", f":{key}") for key in table.keys]


def _row(values: tuple[Any, ...], decay: Decay, table: Table) -> Row:
    size = len(table.context)
    numbers = values[:size]
    texts = values[size + 1 : 2 * size + 1]
    eojeol, heat, uses, accepted, last = values[2 * size + 1 :]
    context = tuple(
        START if number == START_ID else text for number, text in zip(numbers, texts, strict=True)
    )
    weight = max(round(decay.weight(heat, last / DAY_S), DIGITS), LEAST)
    return Row(eojeol, context, weight, uses, accepted, float(last))
