# SPDX-License-Identifier: Apache-2.0
"""Asks for a key by having it pressed.

While it listens every key is an answer. Once there is one, the keys are the
dialog's again: Enter takes it, Esc does not. A key that cannot be bound is refused with
a sentence, and the dialog goes on listening; Esc then closes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

from ibus_component.keycaps import printed  # noqa: E402
from ibus_component.keys import Key, Sym  # noqa: E402
from ibus_component.setup.chords import name_of  # noqa: E402
from ibus_component.setup.rows import GAP  # noqa: E402
from ibus_component.texts import _  # noqa: E402

__all__ = ["Capture"]

X_OFFSET: Final = 8
"""X counts keys from 8, evdev and IBus from 0."""

WIDTH: Final = 420


class Capture(Gtk.Dialog):  # type: ignore[misc]
    """Modal; `name` is what was taken, empty when nothing was.

    Args:
        parent: The window that waits.
        purpose: What the key is for.
        refuse: The sentence against a key name; None when it may be bound.
    """

    def __init__(
        self, parent: Gtk.Window, purpose: str, refuse: Callable[[str], str | None]
    ) -> None:
        super().__init__(title=_("Add a key"), transient_for=parent, modal=True, resizable=False)
        self.name = ""
        self._refuse = refuse
        self._listening = True
        self._alone: Key | None = None
        self.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
        self._again = self.add_button(_("_Press again"), Gtk.ResponseType.NONE)
        self._take = self.add_button(_("_Add"), Gtk.ResponseType.OK)
        self._again.connect("clicked", lambda _button: self._listen())
        self._key = Gtk.Label()
        self._key.get_style_context().add_class("key")
        self._sentence = Gtk.Label(wrap=True, max_width_chars=44, xalign=0.5)
        self._fill(_("Press the key for “{deed}”.").format(deed=purpose))
        self.connect("key-press-event", self._pressed)
        self.connect("key-release-event", self._released)
        self._listen()

    def ask(self) -> str:
        """Show it; the name of the key that was taken, or nothing."""
        self.show_all()
        while (answer := self.run()) == Gtk.ResponseType.NONE:
            pass
        taken = self.name if answer == Gtk.ResponseType.OK else ""
        self.destroy()
        return taken

    def _fill(self, question: str) -> None:
        area = self.get_content_area()
        area.set_spacing(2 * GAP)
        area.set_border_width(2 * GAP)
        area.set_size_request(WIDTH, -1)
        for label in (Gtk.Label(label=question, wrap=True), self._key, self._sentence):
            area.add(label)

    def _listen(self) -> None:
        self._listening = True
        self.name = ""
        self._show("…", "")

    def _show(self, key: str, sentence: str) -> None:
        self._key.set_text(key)
        self._sentence.set_text(sentence)
        for button in (self._take, self._again):
            button.set_sensitive(bool(self.name))
        if self.name:
            self._take.grab_focus()

    def _pressed(self, _widget: Gtk.Widget, event: Gdk.EventKey) -> bool:
        if not self._listening:
            return False
        key = _key_of(event)
        self._alone = key if key.is_modifier else None
        if self._alone is None:
            self._answer(key)
        return True

    def _released(self, _widget: Gtk.Widget, event: Gdk.EventKey) -> bool:
        alone, self._alone = self._alone, None
        if alone is not None and alone.keyval == event.keyval:
            self._answer(alone)
        return self._listening

    def _answer(self, key: Key) -> None:
        name = name_of(key)
        if name is None:
            self._show("?", _("This key has no name by which it could be bound."))
            return
        refusal = self._refuse(name)
        if refusal is None:
            self._listening, self.name = False, name
        elif key.keyval == Sym.ESCAPE:
            self.response(Gtk.ResponseType.CANCEL)
        self._show(printed(name), refusal or "")


def _key_of(event: Gdk.EventKey) -> Key:
    place = max(0, event.hardware_keycode - X_OFFSET)
    return Key(event.keyval, place, int(event.state))
