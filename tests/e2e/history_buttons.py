# SPDX-License-Identifier: Apache-2.0
"""Presses the two buttons of the settings dialog's history; run by the system's Python.

history_buttons.py FILE     exports to FILE, then forgets everything; prints what was said
"""

from __future__ import annotations

import sys
from pathlib import Path
from unittest import mock

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402

sys.path.append(str(Path(__file__).resolve().parents[2]))
from ibus_component.setup.history import History  # noqa: E402


class Chooser:
    """Answers at once with the name that was given."""

    def set_do_overwrite_confirmation(self, confirm: bool) -> None: ...

    def set_current_name(self, name: str) -> None: ...

    def run(self) -> Gtk.ResponseType:
        return Gtk.ResponseType.ACCEPT

    def get_filename(self) -> str:
        return sys.argv[1]

    def destroy(self) -> None: ...


def press(history: History, button: Gtk.Button) -> None:
    """Press a button, wait until its command has ended, and print what it said."""
    button.clicked()
    while not history.is_sensitive():
        GLib.MainContext.default().iteration(may_block=True)
    print(history.get_children()[1].get_text())  # noqa: T201


def main() -> None:
    window = Gtk.Window()
    history = History()
    window.add(history)
    window.show_all()
    export, forget = history.get_children()[0].get_children()
    with (
        mock.patch.object(Gtk.FileChooserNative, "new", return_value=Chooser()),
        mock.patch.object(Gtk.MessageDialog, "run", return_value=Gtk.ResponseType.OK),
    ):
        press(history, export)
        press(history, forget)


main()
