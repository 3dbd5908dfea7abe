# SPDX-License-Identifier: Apache-2.0
"""`ieum config`: the engine's preferences from a terminal."""

from __future__ import annotations

import argparse
from typing import Final

from ime_engine.cli.siblings import become

SUMMARY: Final = "show or change the engine's settings from a terminal"
DESCRIPTION: Final = """\
Without a name, list every setting of the engine; * marks what is not at its
default. With a name, print its value; with a name and a value, change it. A
change reaches the running engine and the settings dialog at once."""
EXAMPLES: Final = """\
examples:
  ieum config
  ieum config popup_delay_ms 0
  ieum config toggle_keys Hangul,Shift+space
  ieum config toggle_keys --reset"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A setting, its new value, and how to print."""
    parser.add_argument("name", nargs="?", help="a setting; without it all are listed")
    parser.add_argument("value", nargs="?", help="its new value; keys are separated by commas")
    parser.add_argument("--reset", action="store_true", help="give the setting its default back")
    parser.add_argument("--json", action="store_true", help="print JSON")


def act(options: argparse.Namespace) -> int:
    """Hand over to the IBus component."""
    given = [part for part in (options.name, options.value) if part is not None]
    flags = [f"--{flag}" for flag in ("reset", "json") if getattr(options, flag)]
    become("ibus_component.configure", [*flags, "--", *given])
