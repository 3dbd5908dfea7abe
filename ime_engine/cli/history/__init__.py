# SPDX-License-Identifier: Apache-2.0
"""`ieum history`: what the user taught, to look at, correct, carry and add to."""

from __future__ import annotations

import argparse
from typing import Final

from ime_engine.cli.history import (
    clear,
    exporting,
    forget,
    importing,
    search,
    show,
    stats,
    train,
)

SUMMARY: Final = "see, search, forget, export and import what was learned"
DESCRIPTION: Final = """\
See and change what the predictor has learned from you. It lies in one file that
only you can read, ~/.local/state/ieum/history.sqlite3, and never leaves this
machine. A running predictor notices each change by itself."""
EXAMPLES: Final = """\
examples:
  ieum history show
  ieum history forget 민준이가
  ieum history train letters.txt novel.md
  ieum history export --help      the options of export"""

ACTIONS: Final = {
    "show": show,
    "search": search,
    "forget": forget,
    "export": exporting,
    "import": importing,
    "clear": clear,
    "stats": stats,
    "train": train,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A subcommand a module, as the command itself has them."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, module in ACTIONS.items():
        action = actions.add_parser(
            name,
            help=module.SUMMARY,
            description=module.DESCRIPTION,
            epilog=module.EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(action)
        action.set_defaults(action=module.act)


def act(options: argparse.Namespace) -> int:
    """Do what was asked."""
    return int(options.action(options))
