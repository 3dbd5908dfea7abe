# SPDX-License-Identifier: Apache-2.0
"""One dialog a session: who asks for a second gets the first one raised."""

from __future__ import annotations

import signal
from typing import Final

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gio, GLib, Gtk  # noqa: E402

from ibus_component.setup.store import MissingSchemaError  # noqa: E402
from ibus_component.setup.window import Window  # noqa: E402
from ibus_component.texts import _  # noqa: E402

__all__ = ["APPLICATION", "complain", "run"]

APPLICATION: Final = "org.ieum.Settings"
DESKTOP_FILE: Final = "ibus-setup-ieum"
CLOSING: Final = ("<Primary>w", "<Primary>q", "Escape")


class Application(Gtk.Application):  # type: ignore[misc]
    """The program around the window."""

    def __init__(self) -> None:
        super().__init__(application_id=APPLICATION, flags=Gio.ApplicationFlags.FLAGS_NONE)
        self.failure = ""

    def do_startup(self) -> None:
        """Prepare what does not depend on a window."""
        Gtk.Application.do_startup(self)
        close = Gio.SimpleAction.new("close", None)
        close.connect("activate", lambda *_: self.quit())
        self.add_action(close)
        self.set_accels_for_action("app.close", CLOSING)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, self._end)

    def do_activate(self) -> None:
        """Show the window."""
        window = self.get_active_window()
        if window is None:
            try:
                window = Window(self)
            except MissingSchemaError as error:
                self.failure = str(error)
                self.quit()
                return
            window.show_all()
        window.present()

    def _end(self) -> bool:
        self.quit()
        return True


def run() -> str:
    """Run the dialog until it is closed; the sentence that says why it could not be shown."""
    GLib.set_prgname(DESKTOP_FILE)  # by this the desktop finds name and icon
    if not Gtk.init_check(None)[0]:
        return _("There is no display here: the settings dialog needs a desktop.")
    application = Application()
    try:
        application.register(None)
    except GLib.Error:  # no session bus: then there can be several, and each works
        application.set_application_id(None)
    application.run(None)
    if application.failure:
        complain(application.failure)
    return application.failure


def complain(sentence: str) -> None:
    """Say it where somebody looks who started the dialog from a menu."""
    dialog = Gtk.MessageDialog(
        title=_("Ieum Settings"),
        message_type=Gtk.MessageType.ERROR,
        buttons=Gtk.ButtonsType.NONE,
        text=sentence,
    )
    dialog.add_button(_("_Close"), Gtk.ResponseType.CLOSE)
    dialog.run()
    dialog.destroy()
