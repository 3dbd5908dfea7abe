# SPDX-License-Identifier: Apache-2.0
"""`ibus-setup` and `ieum settings` start this file with the system's Python.

Environments seldom have gi, so any other Python hands over to the system's.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from pathlib import Path

SYSTEM_PYTHON = "/usr/bin/python3"
HANDED_OVER = "IEUM_SETTINGS_HANDED_OVER"


def main(arguments: list[str] | None = None) -> int:
    """Show the dialog; the exit status."""
    options = _parser().parse_args(arguments)
    problem = _without_gtk() or (_check() if options.check else _show())
    if problem:
        sys.stderr.write(f"ieum: {problem}\n")
        return 1
    if options.check:
        sys.stdout.write("The settings dialog can be opened.\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ieum settings", description="Show the settings of 이음 (Ieum); changes act at once."
    )
    parser.add_argument(
        "--check", action="store_true", help="only say whether the dialog could be shown"
    )
    return parser


def _without_gtk() -> str:
    from ibus_component.texts import _

    try:
        import gi

        gi.require_version("Gtk", "3.0")
    except (ImportError, ValueError):
        return _(
            "The settings dialog needs GTK 3 for the system's Python; "
            "install it: `sudo apt install python3-gi gir1.2-gtk-3.0`."
        )
    return ""


def _check() -> str:
    from ibus_component.setup.store import MissingSchemaError, Store

    try:
        Store()
    except MissingSchemaError as error:
        return str(error)
    return ""


def _show() -> str:
    from ibus_component.setup.application import run

    return run()


def _find_ourselves() -> None:
    """Started by its path, this file brings no package along; the system's own come first."""
    sys.path.append(str(Path(__file__).resolve().parents[2]))


def _hand_over() -> None:
    if importlib.util.find_spec("gi") is None and HANDED_OVER not in os.environ:
        command = [SYSTEM_PYTHON, "-I", str(Path(__file__).resolve()), *sys.argv[1:]]
        if Path(SYSTEM_PYTHON).exists():
            os.execve(SYSTEM_PYTHON, command, os.environ | {HANDED_OVER: "1"})  # noqa: S606


if __name__ == "__main__":
    _hand_over()
    _find_ourselves()
    sys.exit(main())
