# SPDX-License-Identifier: Apache-2.0
"""How far a long piece of work is: a bar where somebody watches, else a line now and then.

    novel.txt  ████████████▌         41 %  8.1 of 19.6 MB  0:42 left

The time left is what the rest takes at the speed so far.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import Final, Self

from ime_engine.cli.output import blocks, width

__all__ = ["Progress", "clipped", "line", "megabytes", "span"]

REDRAW_S: Final = 0.1
SPEAK_S: Final = 10.0
"""Between two lines where nobody watches."""

BAR: Final = 24
TITLE: Final = 24
CLEAR: Final = "\r\x1b[K"


class Progress:
    """Draws inside `with`; the bar is gone when that is left.

    Args:
        title: Stands before the bar.
        total: Bytes of the whole work.
        done: Bytes that were done before.
        quiet: Write nothing.
        clock: Monotonic, in seconds.
    """

    def __init__(
        self,
        title: str,
        total: int,
        done: int = 0,
        *,
        quiet: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title, self._total, self._from = clipped(title, TITLE), total, done
        self._quiet, self._clock = quiet, clock
        self._watched = sys.stderr.isatty()
        self._began = clock()
        # The first line comes when there is something to tell of the speed.
        self._told = self._began

    def __enter__(self) -> Self:
        """Nothing is drawn yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._watched and not self._quiet:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()

    def at(self, done: int) -> None:
        """Draw, unless that was done a moment ago."""
        now = self._clock()
        if self._quiet or now - self._told < (REDRAW_S if self._watched else SPEAK_S):
            return
        self._told = now
        fresh = done - self._from
        left_s = (now - self._began) * (self._total - done) / fresh if fresh > 0 else None
        drawn = line(self._title, done, self._total, left_s, bar=self._watched)
        if self._watched:
            columns = shutil.get_terminal_size().columns
            sys.stderr.write(CLEAR + clipped(drawn, columns - 1))
        else:
            sys.stderr.write(drawn + "\n")
        sys.stderr.flush()


def line(title: str, done: int, total: int, left_s: float | None, *, bar: bool) -> str:
    """One moment of the work.

    >>> line("novel.txt", 2_000_000, 8_000_000, 42.4, bar=False)
    'novel.txt  25 %  2.0 of 8.0 MB  0:42 left'
    """
    part = done / total if total else 1.0
    cells = [title]
    if bar:
        drawn = blocks(part, BAR)
        cells.append(drawn + " " * (BAR - len(drawn)))
    cells.append(f"{int(part * 100)} %")
    cells.append(f"{megabytes(done)} of {megabytes(total)} MB")
    if left_s is not None:
        cells.append(f"{span(left_s)} left")
    return "  ".join(cells)


def megabytes(size: int) -> str:
    """Bytes as millions.

    >>> megabytes(1_234_567), megabytes(0)
    ('1.2', '0.0')
    """
    return f"{size / 1e6:,.1f}"


def span(seconds: float) -> str:
    """A span as a clock shows it.

    >>> span(42.4), span(3723)
    ('0:42', '1:02:03')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def clipped(text: str, cells: int) -> str:
    """What fits into so many cells of a terminal, without signs that would move its cursor.

    >>> clipped("가나다라", 6), clipped("a.txt", 6)
    ('가나…', 'a.txt')
    """
    clean = "".join(char if char.isprintable() else "?" for char in text)
    if width(clean) <= cells:
        return clean
    while clean and width(clean) >= cells:
        clean = clean[:-1]
    return clean + "…"
