# SPDX-License-Identifier: Apache-2.0
"""`ieum component`: the IBus component XML of this installation."""

from __future__ import annotations

import argparse
from typing import Final

from ime_engine.cli.siblings import become

SUMMARY: Final = "print the IBus component XML of this installation"
DESCRIPTION: Final = """\
Print the IBus component XML of this installation. ibus-daemon reads such files
from /usr/share/ibus/component and from the folders in IBUS_COMPONENT_PATH."""
EXAMPLES: Final = """\
example:
  ieum component | sudo tee /usr/share/ibus/component/ieum.xml
  ibus write-cache && ibus restart"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def act(options: argparse.Namespace) -> int:
    """Hand over to the IBus component."""
    become("ibus_component", ["--xml"])
