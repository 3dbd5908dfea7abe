# SPDX-License-Identifier: Apache-2.0
"""Tables that read well on a terminal and paste into a Markdown file as they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

__all__ = ["markdown_table"]


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Draw a table whose columns line up in a fixed-width font.

    Args:
        header: One title a column.
        rows: Cells as text; none may hold a bar or a line break.
        left: How many columns are set flush left; the rest hold numbers.
    """
    widths = [max(_width(row[at]) for row in [header, *rows]) for at in range(len(header))]
    rule = [
        "-" * max(width, 3) if at < left else "-" * (max(width, 3) - 1) + ":"
        for at, width in enumerate(widths)
    ]
    widths = [max(width, 3) for width in widths]
    lines = [_line(header, widths, left), f"| {' | '.join(rule)} |"]
    return "\n".join(lines + [_line(row, widths, left) for row in rows]) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int], left: int) -> str:
    padded = [
        cell + _gap(cell, width) if at < left else _gap(cell, width) + cell
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"


def _gap(cell: str, width: int) -> str:
    return " " * (width - _width(cell))


def _width(text: str) -> int:
    """Columns on a terminal: Hangul takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
