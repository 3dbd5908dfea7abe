# SPDX-License-Identifier: Apache-2.0
"""`ieum history import`: what an export holds, all of it or nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from ime_engine.cli.files import readable
from ime_engine.cli.history.opening import writing
from ime_engine.cli.output import say, show
from ime_engine.errors import InputError

SUMMARY: Final = "take in what was exported before, or on another machine"
DESCRIPTION: Final = """\
Take in the JSON lines that `ieum history export` wrote. Of a word that is known
the greater count stands, so that the same file twice changes nothing. A file with
a broken line is refused whole; the sentence names the line, never its text."""
EXAMPLES: Final = """\
example:
  ieum history import words.jsonl"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where from."""
    parser.add_argument("file", type=Path, metavar="FILE", help="written by export")


def act(options: argparse.Namespace) -> int:
    """Read the file to its end, then take it in.

    Raises:
        HistoryError: The history cannot be changed.
        InputError: The file cannot be read, or is no export.
    """
    from ime_engine.cli.history.lines import parse_lines

    with readable(options.file) as stream:
        try:
            rows = list(parse_lines(lines_in(stream)))
        except InputError as error:
            raise InputError(f"{options.file}: {error}; nothing was imported.") from None
    with writing() as history:
        taken = history.merge(rows)
    show(f"Took in {taken:,} rows.")
    if taken < len(rows):
        passed = len(rows) - taken
        say(f"Passed over {passed:,} of {len(rows):,} rows: such words are never kept.")
    return 0


def lines_in(stream: BinaryIO) -> Iterator[bytes]:
    """Its lines; of an overlong one only so much that it is seen to be one."""
    from ime_engine.cli.history.lines import MAX_LINE

    return iter(lambda: stream.readline(MAX_LINE + 1), b"")
