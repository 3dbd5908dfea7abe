# SPDX-License-Identifier: Apache-2.0
r"""The history as JSON lines: a header, then a row a line. Pure; docs/history.md describes it.

    {"format": "ieum-history", "version": 1}
    {"eojeol": "민준이가", "context": ["<s>"], "weight": 2.0, "uses": 2, "accepted": 1, …}

What is wrong with a line is told by its number, never by its text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any, Final, NoReturn

from ime_engine.errors import InputError
from ime_engine.history.lesson import storable
from ime_engine.history.rows import Row
from ime_engine.ngram.context import ORDER, START

__all__ = ["MAX_LINE", "fields_of", "parse_lines", "to_lines"]

FORMAT: Final = "ieum-history"
VERSION: Final = 1
MAX_LINE: Final = 4096
"""Longest line in bytes; a row of the longest eojeols takes a tenth of it."""

MAX_USES: Final = 2**53
BROKEN: Final = (ValueError, TypeError, RecursionError)
FIELDS: Final = ("eojeol", "context", "weight", "uses", "accepted", "last_used")


def to_lines(rows: Iterable[Row]) -> Iterator[str]:
    """The export, line by line, each with its line end.

    Sorted, so that two histories that know the same are the same file.
    """
    yield json.dumps({"format": FORMAT, "version": VERSION}) + "\n"
    for row in sorted(rows, key=lambda row: (len(row.context), row.eojeol, row.context)):
        yield json.dumps(fields_of(row), ensure_ascii=False) + "\n"


def fields_of(row: Row) -> dict[str, Any]:
    """A row by the names of its fields."""
    return {
        "eojeol": row.eojeol,
        "context": list(row.context),
        "weight": row.weight,
        "uses": row.uses,
        "accepted": row.accepted,
        "last_used": row.last_used,
    }


def parse_lines(lines: Iterable[bytes]) -> Iterator[Row]:
    """Read an export.

    Args:
        lines: With or without their line ends.

    Raises:
        InputError: It is none, it is of another version, or a line is broken; the end of a
            sentence, without its stop.
    """
    numbered = enumerate(lines, start=1)
    _check_header(next(numbered, (1, b""))[1])
    for number, line in numbered:
        try:
            yield _row(_loaded(line))
        except BROKEN:
            raise InputError(f"line {number} is no row of a history") from None


def _check_header(line: bytes) -> None:
    try:
        header = _loaded(line)
    except BROKEN:
        header = {}
    version = header.get("version")
    if header.get("format") != FORMAT or not _is_whole(version):
        raise InputError("its first line is not the header that `ieum history export` writes")
    if version != VERSION:
        raise InputError("it was exported by another version of ieum, for another format")


def _loaded(line: bytes) -> dict[str, Any]:
    """One JSON object.

    Raises:
        ValueError: It is broken, or longer than any row.
        TypeError: It is another value.
    """
    if len(line) > MAX_LINE:
        raise ValueError
    value = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    if not isinstance(value, dict):
        raise TypeError
    return value


def _refuse(_: str) -> NoReturn:
    """NaN and Infinity, which are no JSON."""
    raise ValueError


def _row(found: dict[str, Any]) -> Row:
    """A row whose every field is what the history itself would write.

    Raises:
        ValueError: It is not.
    """
    if set(found) != set(FIELDS):
        raise ValueError
    eojeol, context = found["eojeol"], found["context"]
    weight, uses = found["weight"], found["uses"]
    accepted, last_used = found["accepted"], found["last_used"]
    fine = (
        _is_word(eojeol)
        and isinstance(context, list)
        and len(context) < ORDER
        and all(word == START or _is_word(word) for word in context)
        and _is_number(weight)
        and weight > 0
        and _is_whole(uses)
        and 1 <= uses <= MAX_USES
        and _is_whole(accepted)
        and 0 <= accepted <= uses
        and _is_number(last_used)
    )
    if not fine:
        raise ValueError
    return Row(eojeol, tuple(context), float(weight), uses, accepted, float(last_used))


def _is_word(value: object) -> bool:
    return isinstance(value, str) and storable(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value) and value >= 0)
