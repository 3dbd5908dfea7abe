# SPDX-License-Identifier: Apache-2.0
"""`ieum history search`: the words that hold a text, and what stands around them."""

from __future__ import annotations

import argparse
from typing import Final

from ime_engine.cli.arguments import read_stdin
from ime_engine.cli.history.listing import add_listing_arguments, print_rows
from ime_engine.cli.history.opening import reading
from ime_engine.cli.output import say
from ime_engine.errors import InputError
from ime_engine.hangul.eojeol import normalised

SUMMARY: Final = "search what was learned for a text"
DESCRIPTION: Final = """\
Show every learned word that holds TEXT, what it was used after, and what was used
after it; | stands where a sentence begins."""
EXAMPLES: Final = """\
examples:
  ieum history search 민준
  ieum history search 학교 --by recent --json
  ieum history search -      reads the text from stdin, which no list of processes shows"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to look for."""
    parser.add_argument("text", metavar="TEXT", help="part of an eojeol; - reads stdin")
    add_listing_arguments(parser)


def act(options: argparse.Namespace) -> int:
    """Print what is found.

    Raises:
        HistoryError: The history cannot be read.
        InputError: There is nothing to look for.
    """
    text = normalised(read_stdin() if options.text == "-" else options.text).strip()
    if not text:
        raise InputError("There is nothing to search for; give a part of an eojeol.")
    with reading() as history:
        found = print_rows(history.rows(text) if history else (), options, contexts=True)
    if not found:
        say("Nothing that was learned holds this text.")
    return 0
