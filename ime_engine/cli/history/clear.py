# SPDX-License-Identifier: Apache-2.0
"""`ieum history clear`: forgets everything, after asking."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from ime_engine.cli.history.opening import NOTHING, reading
from ime_engine.cli.output import say, show
from ime_engine.errors import InputError

SUMMARY: Final = "forget everything that was learned"
DESCRIPTION: Final = """\
Forget every word that was learned, the counts of `ieum stats`, which documents were
read, and damaged files that were set aside. Nothing brings them back; `ieum history
export` keeps a copy of the words. Asks first, unless --yes is given."""
EXAMPLES: Final = """\
examples:
  ieum history clear
  ieum history clear --yes"""

QUESTION: Final = "Forget all {count} words that were learned? Type yes: "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to ask."""
    parser.add_argument("--yes", action="store_true", help="do not ask")


def act(options: argparse.Namespace) -> int:
    """Ask, then forget; 1 when the answer is not yes.

    Raises:
        HistoryError: The history cannot be changed.
        InputError: There is nobody to ask.
    """
    if not options.yes and not sys.stdin.isatty():
        raise InputError("Nobody can be asked here; --yes forgets everything without asking.")
    with reading() as history:
        if history is None:
            say(NOTHING)
            return 0
        if not options.yes and not agreed(history.totals().words):
            say("Nothing was forgotten.")
            return 1
        show(f"Forgot everything: {history.clear():,} records.")
    return 0


def agreed(count: int) -> bool:
    """Whether the user types yes."""
    sys.stderr.write(QUESTION.format(count=f"{count:,}"))
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() == "yes"
