# SPDX-License-Identifier: Apache-2.0
"""`ieum history stats`: how much is kept."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
from typing import TYPE_CHECKING, Final

from ime_engine.cli.history.opening import NOTHING, reading
from ime_engine.cli.output import say, show, show_json, table
from ime_engine.cli.progress import megabytes

if TYPE_CHECKING:
    from ime_engine.history.history import Totals

SUMMARY: Final = "how much is kept, and since when"
DESCRIPTION: Final = """\
Show how many words, pairs and triples are kept, how much room they take and how
old they are. What they saved you is told by `ieum stats`."""
EXAMPLES: Final = """\
examples:
  ieum history stats
  ieum history stats --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to print."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def act(options: argparse.Namespace) -> int:
    """Print the totals.

    Raises:
        HistoryError: The history cannot be read.
    """
    with reading() as history:
        totals = history.totals() if history else None
    if options.json:
        show_json(dataclasses.asdict(totals) if totals else None)
    elif totals is None or not totals.words:
        say(NOTHING)
    else:
        show(report(totals))
    return 0


def report(totals: Totals) -> str:
    """Two columns a person can read."""
    return table(
        [
            ["words", f"{totals.words:,}"],
            ["pairs", f"{totals.pairs:,}"],
            ["triples", f"{totals.triples:,}"],
            ["on disk", f"{megabytes(totals.bytes)} MB"],
            ["oldest use", moment(totals.oldest)],
            ["last use", moment(totals.newest)],
        ]
    )


def moment(seconds: float | None) -> str:
    """A moment on the wall clock here."""
    if seconds is None:
        return "never"
    return f"{datetime.datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M}"
