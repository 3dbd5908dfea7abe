# SPDX-License-Identifier: Apache-2.0
"""`ieum history show`: the words that were learned."""

from __future__ import annotations

import argparse
from typing import Final

from ime_engine.cli.history.listing import add_listing_arguments, print_rows
from ime_engine.cli.history.opening import NOTHING, reading
from ime_engine.cli.output import say

SUMMARY: Final = "show the words that were learned"
DESCRIPTION: Final = """\
Show the words that were learned: their weight (how often they were used, an old
use counting less), how often they were used, how often picked from a list, and
when last. What they stand after is shown by `ieum history search`."""
EXAMPLES: Final = """\
examples:
  ieum history show
  ieum history show --by recent --limit 50
  ieum history show --json | jq -r '.[].eojeol'"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many, in which order."""
    add_listing_arguments(parser)


def act(options: argparse.Namespace) -> int:
    """Print them.

    Raises:
        HistoryError: The history cannot be read.
    """
    with reading() as history:
        words = (row for row in history.rows() if not row.context) if history else ()
        if not print_rows(words, options, contexts=False):
            say(NOTHING)
    return 0
