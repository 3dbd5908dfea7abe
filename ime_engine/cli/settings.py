# SPDX-License-Identifier: Apache-2.0
"""`ieum settings`: the settings dialog."""

from __future__ import annotations

import argparse
import os
from typing import Final

from ime_engine.cli.siblings import become
from ime_engine.errors import NotAvailableError

SUMMARY: Final = "open the settings dialog on this desktop"
DESCRIPTION: Final = """\
Open the settings of typing, prediction and keys. Each change acts at once, in
the running engine too. The same dialog is behind Preferences in ibus-setup."""
EXAMPLES: Final = """\
example:
  ieum settings"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def act(options: argparse.Namespace) -> int:
    """Hand over to the dialog.

    Raises:
        NotAvailableError: There is no display, or the dialog is not installed.
    """
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise NotAvailableError(
            "There is no display here for a dialog; `ieum config` shows and changes settings too."
        )
    become("ibus_component.setup", [])
