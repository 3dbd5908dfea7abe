# SPDX-License-Identifier: Apache-2.0
"""How the command talks: results to stdout, talk to stderr, colour on terminals only."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Collection, Sequence
from typing import Final, TextIO

__all__ = ["blocks", "paint", "say", "show", "show_json", "table", "width"]

COLOURS: Final = {"green": "32", "yellow": "33", "red": "31", "bold": "1"}
EIGHTHS: Final = " ▏▎▍▌▋▊▉"


def show(text: str) -> None:
    """Write a line of the result."""
    sys.stdout.write(text + "\n")


def show_json(value: object) -> None:
    """Write the result for machines; Korean stays readable."""
    show(json.dumps(value, ensure_ascii=False, indent=2))


def say(text: str) -> None:
    """Write a line of talk."""
    sys.stderr.write(text + "\n")


def paint(text: str, colour: str, stream: TextIO | None = None) -> str:
    """The text in a colour when it goes to a terminal that wants colours."""
    where = stream or sys.stdout
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if plain or not where.isatty():
        return text
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"


def table(rows: Sequence[Sequence[str]], figures: Collection[int] = ()) -> str:
    """Columns, two spaces apart, the last one ragged; Hangul counts as two cells.

    Args:
        rows: Of as many cells each.
        figures: Columns, from 0, that end where their widest cell ends.

    >>> print(table([["1", "잘", "a"], ["10", "부탁", "b"]], figures=[0]))
     1  잘    a
    10  부탁  b
    """
    if not rows:
        return ""
    widths = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for at, cell in enumerate(row):
            blanks = " " * (widths[at] - width(cell))
            cells.append(blanks + cell if at in figures else cell + blanks)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def width(text: str) -> int:
    """Cells of a terminal that the text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def blocks(share: float, cells: int) -> str:
    """A bar of characters, as long as its share of so many cells; never empty above 0.

    >>> blocks(1.0, 3), blocks(0.5, 3), blocks(0.001, 3), blocks(0, 3)
    ('███', '█▌', '▏', '')
    """
    eighths = round(min(share, 1.0) * cells * 8) or int(share > 0)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
