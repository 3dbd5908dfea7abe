# SPDX-License-Identifier: Apache-2.0
"""The lists of keys: what is bound, what else shall be, what shall not."""

from __future__ import annotations

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402

from ibus_component.keycaps import printed  # noqa: E402
from ibus_component.setup.capture import Capture  # noqa: E402
from ibus_component.setup.chords import is_known, rival, why_not  # noqa: E402
from ibus_component.setup.labels import CHOICES, KEYS, LABELS  # noqa: E402
from ibus_component.setup.rows import GAP, Rows, describe, heading  # noqa: E402
from ibus_component.setup.store import Store  # noqa: E402
from ibus_component.texts import _  # noqa: E402

__all__ = ["KeyList", "keys_page"]


def keys_page(store: Store) -> Rows:
    """The preset, and a row for each list of keys."""
    rows = Rows(store)
    for section in KEYS:
        rows.across(heading(_(section.title)), indented=False)
        for key in section.keys:
            if key in CHOICES:
                rows.setting(key)
            else:
                rows.put(key, _(LABELS[key].text), KeyList(store, key))
    return rows


class KeyList(Gtk.Box):  # type: ignore[misc]
    """Keys of one list: each can be taken away, others be added, all be put back."""

    def __init__(self, store: Store, key: str) -> None:
        super().__init__(spacing=GAP)
        self._store = store
        self._key = key
        self._deed = _(LABELS[key].text)
        self._keys = Gtk.Box(spacing=GAP // 2)
        self._add = self._button(_("Add…"), _("Add a key: {deed}"), self._ask)
        self._default = self._button(_("Default"), _("Put back: {deed}"), self._put_back)
        self.pack_start(self._keys, True, True, 0)
        self.pack_end(self._default, False, False, 0)
        self.pack_end(self._add, False, False, 0)
        store.watch(key, self._refresh)
        self._refresh()

    def refusal(self, name: str) -> str | None:
        """The sentence against adding a key; None when it may be added."""
        lists = self._store.key_lists()
        if name in lists[self._key]:
            return _("{key} is in this list already.").format(key=printed(name))
        against = why_not(name, self._key)
        other = rival(name, self._key, lists) if against is None else None
        if other is None:
            return against
        deed = _(LABELS[other].text)
        return _("{key} is bound already: {deed}.").format(key=printed(name), deed=deed)

    def _button(self, text: str, meaning: str, clicked: object) -> Gtk.Button:
        button = Gtk.Button(label=text, valign=Gtk.Align.CENTER)
        meant = meaning.format(deed=self._deed)
        describe(button, meant, meant)
        button.connect("clicked", clicked)
        return button

    def _refresh(self) -> None:
        focus = any(child.has_focus() for child in self._keys.get_children())
        for child in self._keys.get_children():
            child.destroy()
        for name in self._store.list_of(self._key):
            self._keys.add(self._chip(name))
        self._keys.show_all()
        if focus:  # what had it is gone
            self._add.grab_focus()
        self._default.set_sensitive(self._store.is_changed(self._key))

    def _chip(self, name: str) -> Gtk.Button:
        known = is_known(name)
        label = printed(name) if known else _("{value} (no key)").format(value=name)
        chip = Gtk.Button(label=f"{label}  ×")
        chip.get_style_context().add_class("chip")
        if not known:
            chip.get_style_context().add_class("destructive-action")
        meant = _("Remove {key}").format(key=label)
        describe(chip, meant, meant)
        chip.connect("clicked", lambda _chip: self._remove(name))
        return chip

    def _remove(self, name: str) -> None:
        self._write([kept for kept in self._store.list_of(self._key) if kept != name])

    def _ask(self, _button: Gtk.Button) -> None:
        name = Capture(self.get_toplevel(), self._deed, self.refusal).ask()
        if name:
            self._write([*self._store.list_of(self._key), name])

    def _put_back(self, _button: Gtk.Button) -> None:
        self._add.grab_focus()
        self._store.reset([self._key])

    def _write(self, names: list[str]) -> None:
        self._store.settings.set_strv(self._key, names)
