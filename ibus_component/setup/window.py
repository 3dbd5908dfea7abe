# SPDX-License-Identifier: Apache-2.0
"""The window: five pages, each change at once, each page put back by a button."""

from __future__ import annotations

import os
from importlib import metadata
from typing import Final

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

from ibus_component.setup import layouts, models  # noqa: E402
from ibus_component.setup.history import History  # noqa: E402
from ibus_component.setup.keys_page import keys_page  # noqa: E402
from ibus_component.setup.labels import (  # noqa: E402
    KEYS,
    LABELS,
    LEARNING,
    PREDICTION,
    TYPING,
    Section,
    keys_of,
)
from ibus_component.setup.rows import GAP, Rows, heading, plain  # noqa: E402
from ibus_component.setup.store import Store  # noqa: E402
from ibus_component.texts import _  # noqa: E402

__all__ = ["Window"]

WIDTH: Final = 660
TALLEST: Final = 560
"""A page that is taller scrolls."""

STYLE: Final = b"""
.heading { font-weight: bold; }
.key { font-size: 160%; font-weight: bold; }
.chip { padding: 2px 8px; }
"""


class Window(Gtk.ApplicationWindow):  # type: ignore[misc]
    """All settings."""

    def __init__(self, application: Gtk.Application) -> None:
        super().__init__(application=application, title=_("Ieum Settings"))
        self.set_default_size(WIDTH, -1)
        self.set_icon_name("ieum")
        keyboards = layouts.names()
        self._store = Store(keyboards)
        self._complaint = Gtk.InfoBar(message_type=Gtk.MessageType.WARNING, no_show_all=True)
        self._sentence = Gtk.Label(wrap=True, xalign=0)
        self._pages = Gtk.Notebook(border_width=GAP)
        self._fill_complaint()
        self._add_pages(keyboards)
        everything = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        everything.pack_start(self._complaint, False, False, 0)
        everything.pack_start(self._pages, True, True, 0)
        self.add(everything)
        self._style()
        self._store.watch("", self._complain)
        self._complain()

    def _add_pages(self, keyboards: dict[str, str]) -> None:
        typing = self._plain_page(TYPING)
        typing.fill("layout", keyboards)
        prediction = self._plain_page(PREDICTION)
        prediction.depend("completeafter", "complete")
        for key in ("popupdelay", "minconfidence"):
            prediction.depend(key, "showonrequest", inverted=True)
        prediction.fill("model", models.in_folders(os.environ))
        models.ask(lambda found: prediction.fill("model", found))
        learning = self._plain_page(LEARNING)
        for key in ("learnfrom", "terminallearn"):
            learning.depend(key, "learn")
        learning.across(heading(_("What was learned")), indented=False)
        learning.across(History())
        self._page(_("_Typing"), typing, keys_of(TYPING))
        self._page(_("_Prediction"), prediction, keys_of(PREDICTION))
        self._page(_("_Learning"), learning, keys_of(LEARNING))
        self._page(_("_Keys"), keys_page(self._store), keys_of(KEYS))
        self._page(_("_About"), _about(), ())

    def _plain_page(self, sections: tuple[Section, ...]) -> Rows:
        rows = Rows(self._store)
        for section in sections:
            rows.section(section)
        return rows

    def _page(self, title: str, content: Gtk.Widget, keys: tuple[str, ...]) -> None:
        scrolled = Gtk.ScrolledWindow(
            hscrollbar_policy=Gtk.PolicyType.NEVER,
            propagate_natural_height=True,
            max_content_height=TALLEST,
        )
        scrolled.add(content)
        page = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
        page.pack_start(scrolled, True, True, 0)
        if keys:
            page.pack_end(self._reset_button(keys), False, False, 0)
        self._pages.append_page(page, Gtk.Label(label=title, use_underline=True))
        self._pages.child_set(page, tab_expand=True)

    def _reset_button(self, keys: tuple[str, ...]) -> Gtk.Button:
        button = Gtk.Button(label=_("_Reset this page to the defaults"), use_underline=True)
        button.set_halign(Gtk.Align.END)
        button.set_border_width(GAP)
        button.connect("clicked", lambda _button: self._store.reset(keys))
        return button

    def _fill_complaint(self) -> None:
        self._complaint.get_content_area().pack_start(self._sentence, True, True, 0)
        self._complaint.add_button(_("P_ut them back"), Gtk.ResponseType.OK)
        self._complaint.connect("response", lambda *_: self._store.reset(self._store.broken()))
        for child in (self._complaint.get_content_area(), self._complaint.get_action_area()):
            child.show_all()

    def _complain(self) -> None:
        """Say once what was stored by hand and cannot be used."""
        broken = self._store.broken()
        told = ", ".join(f"{plain(LABELS[key].text)} “{value}”" for key, value in broken.items())
        sentence = _("These stored values cannot be used and are passed over: {values}.")
        self._sentence.set_text(sentence.format(values=told))
        self._complaint.set_visible(bool(broken))

    def _style(self) -> None:
        provider = Gtk.CssProvider()
        provider.load_from_data(STYLE)
        screen = Gdk.Screen.get_default()
        priority = Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
        Gtk.StyleContext.add_provider_for_screen(screen, provider, priority)


def _about() -> Gtk.Widget:
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=GAP, border_width=3 * GAP)
    name = Gtk.Label(label="이음 (Ieum)")
    name.get_style_context().add_class("key")
    lines = (
        _version(),
        _("A Korean input method that offers the next word, computed on your own machine."),
        _("Nothing you type leaves this machine, and nothing is kept unless learning is on."),
        _("Each change here acts at once."),
        _("Apache License 2.0"),
    )
    box.pack_start(name, False, False, GAP)
    for line in filter(None, lines):
        label = Gtk.Label(label=line, wrap=True, max_width_chars=60, selectable=False)
        box.pack_start(label, False, False, 0)
    return box


def _version() -> str:
    try:
        return _("Version {number}").format(number=metadata.version("ieum"))
    except metadata.PackageNotFoundError:
        return ""
