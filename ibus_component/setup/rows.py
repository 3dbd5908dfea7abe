# SPDX-License-Identifier: Apache-2.0
"""One setting, one row: a widget bound to GSettings, named for eyes, keyboard and screen reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gio, Gtk  # noqa: E402

from ibus_component.setup.labels import CHOICES, LABELS, Section  # noqa: E402
from ibus_component.setup.store import Store  # noqa: E402
from ibus_component.texts import _  # noqa: E402

__all__ = ["Rows", "describe", "heading", "plain"]

GAP: Final = 8
INDENT: Final = 12
LETTER: Final = re.compile(r"\(_.\)|_")
"""The mark of a label's letter: in Korean the letter stands in brackets behind the words."""


class Rows(Gtk.Grid):  # type: ignore[misc]
    """Settings under each other: what it is on the left, its value on the right."""

    def __init__(self, store: Store) -> None:
        super().__init__(column_spacing=2 * GAP, row_spacing=GAP, border_width=2 * GAP)
        self.widgets: dict[str, Gtk.Widget] = {}
        self._choices: dict[str, dict[str, str]] = {}
        self._filling = False
        self._store = store
        self._next = 0

    def section(self, section: Section) -> None:
        """A heading and the settings below it."""
        self.across(heading(_(section.title)), indented=False)
        for key in section.keys:
            self.setting(key)

    def setting(self, key: str) -> None:
        """A row for one setting, by the kind of its value."""
        kind = self._store.settings.get_value(key).get_type_string()
        if key in CHOICES:
            self.choice(key, {name: _(text) for name, text in CHOICES[key].items()})
        elif kind == "s":
            self.choice(key, {})
        elif kind == "as":
            self._names(key)
        elif kind == "b":
            self._switch(key)
        else:
            self._number(key, fractions=kind == "d")

    def choice(self, key: str, choices: Mapping[str, str]) -> None:
        """A row with a list to choose from; `fill` may change the list later."""
        box = Gtk.ComboBoxText()
        self._labelled(key, box)
        self.fill(key, choices)
        # Bound by hand: a binding would store the default as soon as the list is drawn.
        box.connect("changed", lambda _box: self._choose(key))
        self._store.settings.bind_writable(key, box, "sensitive", False)
        self._store.watch(key, lambda: self._follow(key))

    def fill(self, key: str, choices: Mapping[str, str]) -> None:
        """What there is to choose from."""
        self._choices[key] = dict(choices)
        self._show_choice(key)

    def across(self, widget: Gtk.Widget, *, indented: bool = True) -> None:
        """A row of its own kind."""
        widget.set_margin_start(INDENT if indented else 0)
        self.attach(widget, 0, self._next, 2, 1)
        self._next += 1

    def put(self, key: str, text: str, widget: Gtk.Widget) -> None:
        """A row with a widget of its own kind."""
        label = Gtk.Label(label=text, xalign=0, margin_start=INDENT)
        label.set_tooltip_text(_(LABELS[key].tip))
        widget.set_hexpand(True)
        self._beside(key, label, widget)

    def depend(self, key: str, on: str, *, inverted: bool = False) -> None:
        """A setting that means something only while another one is on, or off."""
        flags = Gio.SettingsBindFlags.GET | Gio.SettingsBindFlags.NO_SENSITIVITY
        if inverted:
            flags |= Gio.SettingsBindFlags.INVERT_BOOLEAN
        self._store.settings.bind(on, self.widgets[key], "sensitive", flags)

    def _switch(self, key: str) -> None:
        label = LABELS[key]
        box = Gtk.CheckButton(label=_(label.text), use_underline=True)
        describe(box, _(label.tip))
        self._bind(key, box, "active")
        self.widgets[key] = box
        self.across(box)

    def _number(self, key: str, *, fractions: bool) -> None:
        least, most = self._store.limits(key)
        step = 0.01 if fractions else (50 if most > 100 else 1)
        spin = Gtk.SpinButton.new_with_range(least, most, step)
        spin.set_digits(2 if fractions else 0)
        spin.set_numeric(True)
        spin.set_width_chars(6)
        spin.set_halign(Gtk.Align.START)
        self._labelled(key, spin)
        self._bind(key, spin, "value")

    def _names(self, key: str) -> None:
        """A row for names, separated by commas."""
        entry = Gtk.Entry()
        self._labelled(key, entry)
        settings = self._store.settings

        def follow() -> None:
            """Show what somebody else has stored; while one types, the text stays as it is."""
            if names_in(entry.get_text()) != self._store.list_of(key):
                entry.set_text(", ".join(self._store.list_of(key)))

        def keep(_entry: Gtk.Entry) -> None:
            names = names_in(entry.get_text())
            if names != self._store.list_of(key):
                settings.set_strv(key, names)

        follow()
        entry.connect("changed", keep)
        settings.bind_writable(key, entry, "sensitive", False)
        self._store.watch(key, follow)

    def _labelled(self, key: str, widget: Gtk.Widget) -> None:
        label = Gtk.Label(label=_(LABELS[key].text), use_underline=True, xalign=0)
        label.set_mnemonic_widget(widget)
        label.set_margin_start(INDENT)
        describe(widget, _(LABELS[key].tip), plain(LABELS[key].text))
        widget.set_hexpand(True)
        widget.connect("scroll-event", _let_the_page_scroll)
        self._beside(key, label, widget)

    def _beside(self, key: str, label: Gtk.Label, widget: Gtk.Widget) -> None:
        self.widgets[key] = widget
        self.attach(label, 0, self._next, 1, 1)
        self.attach(widget, 1, self._next, 1, 1)
        self._next += 1

    def _show_choice(self, key: str) -> None:
        """Show the stored value; one that is not among the choices as it is."""
        stored = self._store.settings.get_string(key)
        choices = self._choices[key]
        box, self._filling = self.widgets[key], True
        box.remove_all()
        for name, text in choices.items():
            box.append(name, text)
        if stored not in choices:
            box.append(stored, _("{value} (not found)").format(value=stored))
        box.set_active_id(stored)
        self._filling = False

    def _follow(self, key: str) -> None:
        if self.widgets[key].get_active_id() != self._store.settings.get_string(key):
            self._show_choice(key)

    def _choose(self, key: str) -> None:
        chosen = self.widgets[key].get_active_id()
        if chosen is not None and not self._filling:
            self._store.settings.set_string(key, chosen)

    def _bind(self, key: str, widget: Gtk.Widget, what: str) -> None:
        self._store.settings.bind(key, widget, what, Gio.SettingsBindFlags.DEFAULT)


def heading(text: str) -> Gtk.Label:
    """A heading within a page."""
    label = Gtk.Label(label=text, xalign=0, margin_top=GAP)
    label.get_style_context().add_class("heading")
    return label


def names_in(text: str) -> list[str]:
    """Names that are separated by commas."""
    return [name for name in map(str.strip, text.split(",")) if name]


def plain(text: str) -> str:
    """A label without the mark of its letter, for a screen reader."""
    return LETTER.sub("", _(text)).removesuffix(":")


def describe(widget: Gtk.Widget, tip: str, name: str = "") -> None:
    """Explain a widget to whoever points at it, and to whoever cannot see it."""
    widget.set_tooltip_text(tip)
    accessible = widget.get_accessible()
    accessible.set_description(tip)
    if name:
        accessible.set_name(name)


def _let_the_page_scroll(widget: Gtk.Widget, _event: object) -> bool:
    """A wheel that means the page must not turn a value on the way."""
    widget.stop_emission_by_name("scroll-event")
    return False
