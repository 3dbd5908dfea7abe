# SPDX-License-Identifier: Apache-2.0
"""`ieum history export`: everything that was learned, as JSON lines."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from ime_engine.cli.files import check_destination, written_whole
from ime_engine.cli.history.opening import reading
from ime_engine.cli.output import say

SUMMARY: Final = "write everything that was learned as JSON lines"
DESCRIPTION: Final = """\
Write everything that was learned as JSON lines (docs/history.md), to FILE or to
stdout. Only you may read the file; it is there whole or not at all."""
EXAMPLES: Final = """\
examples:
  ieum history export words.jsonl
  ieum history export --force words.jsonl
  ieum history export | grep 민준"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: stdout")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def act(options: argparse.Namespace) -> int:
    """Write all rows.

    Raises:
        HistoryError: The history cannot be read.
        InputError: The file is there already, or cannot be written.
    """
    from ime_engine.cli.history.lines import to_lines

    if options.file is not None:
        check_destination(options.file, force=options.force)
    with reading() as history:
        lines = to_lines(history.rows() if history else ())
        if options.file is None:
            # The format is UTF-8, whatever the locale says.
            sys.stdout.flush()
            sys.stdout.buffer.writelines(line.encode() for line in lines)
            return 0
        with written_whole(options.file) as stream:
            stream.writelines(lines)
    say(f"Wrote {options.file}.")
    return 0
