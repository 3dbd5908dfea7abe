# SPDX-License-Identifier: Apache-2.0
"""Rows of the history as a person or a program reads them: `show` and `search` print alike."""

from __future__ import annotations

import argparse
import datetime
import heapq
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from ime_engine.cli.arguments import at_least_one
from ime_engine.cli.output import paint, say, show, show_json, table
from ime_engine.ngram.context import START

if TYPE_CHECKING:
    from ime_engine.history.history import Row

__all__ = ["add_listing_arguments", "print_rows"]

LIMIT: Final = 20
BOUNDARY: Final = "|"
"""Shown where a sentence begins."""

ORDERS: Final = ("recent", "weight")


def add_listing_arguments(parser: argparse.ArgumentParser) -> None:
    """How many rows, in which order, and how to print."""
    parser.add_argument(
        "--limit",
        type=at_least_one,
        default=LIMIT,
        metavar="N",
        help=f"most rows; default {LIMIT}",
    )
    parser.add_argument(
        "--by",
        choices=ORDERS,
        default="weight",
        help="the last used first, or the heaviest (often and lately), which is the default",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def print_rows(rows: Iterable[Row], options: argparse.Namespace, *, contexts: bool) -> int:
    """Print the first rows; return how many there are.

    Args:
        rows: As they come; never held all at once.
        options: Of `add_listing_arguments`.
        contexts: Whether to show what stands before each.
    """
    from ime_engine.cli.history.lines import fields_of

    count, weight = 0, weights(time.time())

    def counted() -> Iterable[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    def place(row: Row) -> tuple[float, str, tuple[str, ...]]:
        first = row.last_used if options.by == "recent" else weight(row)
        return -first, row.eojeol, row.context

    shown = heapq.nsmallest(options.limit, counted(), key=place)
    if options.json:
        show_json([fields_of(row) for row in shown])
    elif shown:
        head, *lines = _table(shown, weight, contexts=contexts).splitlines()
        show("\n".join([paint(head, "bold"), *lines]))
        if count > len(shown):
            say(f"… and {count - len(shown):,} more; --limit shows more.")
    return count


def weights(now_s: float) -> Callable[[Row], float]:
    """What tells the weight of a row at a moment; the row itself has that of its last use."""
    from ime_engine.config import load_config
    from ime_engine.history.heat import DAY_S, Decay

    decay = Decay(load_config().history_half_life_days)
    return lambda row: decay.weight(
        decay.heat(row.weight, row.last_used / DAY_S), max(now_s, row.last_used) / DAY_S
    )


def _table(rows: Sequence[Row], weight: Callable[[Row], float], *, contexts: bool) -> str:
    head = ["eojeol", "weight", "uses", "picked", "last used"]
    cells = [head, *(_cells(row, weight(row)) for row in rows)]
    if contexts:
        after = ["after", *(_after(row.context) for row in rows)]
        cells = [[word, *more] for word, more in zip(after, cells, strict=True)]
    figures = range(1, 4)
    return table(cells, figures=[at + 1 for at in figures] if contexts else figures)


def _cells(row: Row, weight: float) -> list[str]:
    moment = datetime.datetime.fromtimestamp(row.last_used).astimezone()
    return [
        row.eojeol,
        f"{weight:.1f}",
        f"{row.uses:,}",
        f"{row.accepted:,}",
        f"{moment:%Y-%m-%d %H:%M}",
    ]


def _after(context: Sequence[str]) -> str:
    """What stands before an eojeol, as it is read.

    >>> _after(("고마워", "<s>")), _after(())
    ('고마워 |', '')
    """
    return " ".join(BOUNDARY if word == START else word for word in context)
