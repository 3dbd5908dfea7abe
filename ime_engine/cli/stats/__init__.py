# SPDX-License-Identifier: Apache-2.0
"""`ieum stats`: what the lists saved, in the terminal or as a page."""

from __future__ import annotations

import argparse
import datetime
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from ime_engine.cli.arguments import at_least_one
from ime_engine.cli.output import blocks, paint, say, show, show_json, table
from ime_engine.cli.stats.figures import Figures, figures_of, last_days, total

Day = tuple[str, Figures]

SUMMARY: Final = "keystrokes saved, lists used and ignored, day by day"
DESCRIPTION: Final = """\
Show how many keystrokes the lists saved and how often a candidate was taken,
together and by day; with --html, write one page of it that needs nothing else.
Counts only: no text is kept with them, and nothing leaves this machine."""
EXAMPLES: Final = """\
examples:
  ieum stats
  ieum stats --days 30
  ieum stats --html typing.html"""

DAYS: Final = 14
PAGE_DAYS: Final = 90
NOTHING: Final = "Nothing is counted yet; type a while with 이음, then look again."
COLUMNS: Final = (
    *("day", "eojeols", "keys", "saved", "share"),
    *("lists", "used", "ignored", "taken"),
)
GAP: Final = "  "
LONGEST_BAR: Final = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How far back, and how to print."""
    parser.add_argument(
        "--days",
        type=at_least_one,
        metavar="N",
        help=f"days shown one by one; default {DAYS}, on a page {PAGE_DAYS}",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page; replaces the file")


def act(options: argparse.Namespace) -> int:
    """Print or write what was counted.

    Raises:
        HistoryError: The history cannot be read.
        InputError: The page cannot be written there.
    """
    counted = read_counts()
    days = last_days(counted, options.days or default_days(options), datetime.date.today())
    if options.html is not None:
        write_page(options.html, counted, days)
    if options.json:
        show_json(record(counted, days))
    elif not counted:
        say(NOTHING)
    elif options.html is None:
        show(report(counted, days, shutil.get_terminal_size().columns))
    return 0


def default_days(options: argparse.Namespace) -> int:
    """More on a page than in a terminal."""
    return PAGE_DAYS if options.html is not None else DAYS


def read_counts() -> dict[str, Figures]:
    """What was counted, by day."""
    from ime_engine.cli.history.opening import reading

    with reading() as history:
        tallies = history.tallies() if history else []
    return {tally.day: figures_of(tally.counts) for tally in tallies}


def write_page(path: Path, counted: Mapping[str, Figures], days: Sequence[Day]) -> None:
    """Write the page, unless there is nothing to draw.

    Raises:
        InputError: It cannot be written there.
    """
    from ime_engine.cli.files import check_destination, written_whole
    from ime_engine.cli.stats.page import page

    check_destination(path, force=True)
    if counted:
        with written_whole(path) as stream:
            stream.write(page(days, total(counted.values()), min(counted)))
        say(f"Wrote {path}; open it in a browser.")


def record(counted: Mapping[str, Figures], days: Sequence[Day]) -> dict[str, Any]:
    """What is printed as JSON: counts, and shares from 0 to 1."""
    return {
        "since": min(counted, default=None),
        "total": numbers(total(counted.values())),
        "days": [{"day": day, **numbers(of)} for day, of in days] if counted else [],
    }


def numbers(of: Figures) -> dict[str, int | float]:
    """Counts and shares by name."""
    return {**asdict(of), "saved": round(of.saved, 4), "accepted": round(of.accepted, 4)}


def report(counted: Mapping[str, Figures], days: Sequence[Day], columns: int) -> str:
    """The sum in words, then a line a day with a bar.

    Args:
        counted: By day, at least one.
        days: Those shown one by one.
        columns: Cells of the terminal in a line.
    """
    plain = table([list(COLUMNS), *(cells(*day) for day in days)], figures=range(1, len(COLUMNS)))
    head, *lines = plain.splitlines()
    room = min(columns - len(head) - len(GAP), LONGEST_BAR)
    highest = max(of.keys_saved for _, of in days) or 1
    bars = [paint(blocks(of.keys_saved / highest, max(room, 1)), "green") for _, of in days]
    drawn = [f"{line}{GAP}{bar}".rstrip() for line, bar in zip(lines, bars, strict=True)]
    return "\n".join([summary(counted), "", paint(head, "bold"), *drawn])


def cells(day: str, of: Figures) -> list[str]:
    """A day's line without its bar."""
    return [
        day,
        *(f"{count:,}" for count in (of.eojeols, of.keys, of.keys_saved)),
        f"{of.saved:.1%}",
        *(f"{count:,}" for count in (of.lists_shown, of.lists_used, of.lists_ignored)),
        f"{of.accepted:.0%}",
    ]


def summary(counted: Mapping[str, Figures]) -> str:
    """The sum of all days there are, in three lines."""
    of, days = total(counted.values()), len(counted)
    span = f"since {min(counted)}, on {days} day{'s' if days > 1 else ''}"
    full = of.keys + of.keys_saved
    return table(
        [
            ["keystrokes saved", f"{of.keys_saved:,}", f"of {full:,} ({of.saved:.1%})"],
            [
                "lists accepted",
                f"{of.lists_used:,}",
                f"of {of.lists_shown:,} ({of.accepted:.1%}); {of.lists_ignored:,} ignored",
            ],
            ["eojeols", f"{of.eojeols:,}", span],
        ],
        figures=[1],
    )
