# SPDX-License-Identifier: Apache-2.0
"""What was learned, taken along or forgotten: two buttons that run the `ieum` command.

The command opens the store, not this dialog: it runs in the environment that has what
the store needs, and knows how to share it with a predictor that is running.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gio, GLib, Gtk  # noqa: E402

from ibus_component.setup.rows import GAP  # noqa: E402
from ibus_component.texts import _  # noqa: E402

__all__ = ["History", "command"]

FILE: Final = "ieum-history.jsonl"


def command() -> str | None:
    """The `ieum` that belongs to this dialog, else one that is installed; None without any."""
    places = (
        folder / binaries / "ieum"
        for folder in Path(__file__).resolve().parents
        for binaries in (".venv/bin", "bin")
    )
    found = next((str(path) for path in places if path.is_file()), None)
    return found or shutil.which("ieum")


class History(Gtk.Box):  # type: ignore[misc]
    """The buttons, and what came of the last one that was pressed."""

    def __init__(self) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=GAP)
        buttons = Gtk.Box(spacing=GAP)
        buttons.add(self._button(_("E_xport…"), self._export))
        buttons.add(self._button(_("Forget _everything learned…"), self._forget))
        self._outcome = Gtk.Label(xalign=0, wrap=True, max_width_chars=60)
        self.add(buttons)
        self.add(self._outcome)

    def _button(self, text: str, clicked: Callable[[], None]) -> Gtk.Button:
        button = Gtk.Button(label=text, use_underline=True)
        button.connect("clicked", lambda _button: clicked())
        return button

    def _forget(self) -> None:
        question = Gtk.MessageDialog(
            title=_("Ieum Settings"),
            transient_for=self.get_toplevel(),
            modal=True,
            message_type=Gtk.MessageType.WARNING,
            buttons=Gtk.ButtonsType.NONE,
            text=_("Forget everything that was learned?"),
            secondary_text=_("It cannot be brought back, unless you have exported it."),
        )
        question.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
        question.add_button(_("_Forget"), Gtk.ResponseType.OK)
        question.set_default_response(Gtk.ResponseType.CANCEL)
        answer = question.run()
        question.destroy()
        if answer == Gtk.ResponseType.OK:
            self._run("clear", "--yes")

    def _export(self) -> None:
        chooser = Gtk.FileChooserNative.new(
            _("Export what was learned"),
            self.get_toplevel(),
            Gtk.FileChooserAction.SAVE,
            None,
            None,
        )
        chooser.set_do_overwrite_confirmation(True)
        chooser.set_current_name(FILE)
        answer, name = chooser.run(), chooser.get_filename()
        chooser.destroy()
        if answer == Gtk.ResponseType.ACCEPT and name:
            self._run("export", name)

    def _run(self, *words: str) -> None:
        """Run the command without waiting for it."""
        program = command()
        if program is None:
            self._fail(_("The command ieum is not installed; run `make setup`."))
            return
        flags = Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_PIPE
        try:
            process = Gio.Subprocess.new([program, "history", *words], flags)
        except GLib.Error as error:
            self._fail(error.message)
            return
        self.set_sensitive(False)
        process.communicate_utf8_async(None, None, self._ended)

    def _ended(self, process: Gio.Subprocess, result: Gio.AsyncResult) -> None:
        try:
            _whether, said, complaint = process.communicate_utf8_finish(result)
        except GLib.Error as error:
            said, complaint = "", error.message
        self.set_sensitive(True)
        if process.get_successful():
            # What is no answer but told by the way, such as how much was exported, is on stderr.
            self._outcome.set_text((said or complaint).strip().removeprefix("ieum: "))
        else:
            self._fail(complaint.strip().removeprefix("ieum: "))

    def _fail(self, sentence: str) -> None:
        self._outcome.set_text("")
        dialog = Gtk.MessageDialog(
            title=_("Ieum Settings"),
            transient_for=self.get_toplevel(),
            modal=True,
            message_type=Gtk.MessageType.ERROR,
            buttons=Gtk.ButtonsType.NONE,
            text=sentence or _("The command ieum failed without a word."),
        )
        dialog.add_button(_("_Close"), Gtk.ResponseType.CLOSE)
        dialog.run()
        dialog.destroy()
