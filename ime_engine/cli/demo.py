# SPDX-License-Identifier: Apache-2.0
"""`ieum demo`: typing Korean in a private headless desktop."""

from __future__ import annotations

import argparse
from typing import Final

from ime_engine.cli.siblings import become

SUMMARY: Final = "type Korean in a private headless desktop and save pictures of it"
DESCRIPTION: Final = """\
Start a private headless desktop, type Korean into a real window as a person
would, take candidates from the list, print the transcript and save pictures.
Nothing is left running. Every option goes to the demo itself."""
EXAMPLES: Final = """\
examples:
  ieum demo
  ieum demo -- --help      the demo's own options"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything is passed on."""
    parser.add_argument("rest", nargs="*", metavar="OPTION", help="passed on to the demo")


def act(options: argparse.Namespace) -> int:
    """Hand over to the demo."""
    become("ibus_component.demo", options.rest)
