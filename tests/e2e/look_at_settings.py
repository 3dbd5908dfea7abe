# SPDX-License-Identifier: Apache-2.0
"""Opens the settings dialog and tells as JSON what a person, or a screen reader, finds in it.

Run by the system's Python, which has gi. Each page is shown before it is looked at.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402

sys.path.append(str(Path(__file__).resolve().parents[2]))
from ibus_component.setup.window import Window  # noqa: E402

SPOKEN = (Gtk.Button, Gtk.ComboBox, Gtk.SpinButton)
SETTLE_MS = 400


def inside(widget: Gtk.Widget) -> Iterator[Gtk.Widget]:
    """The widget and all it holds."""
    yield widget
    if isinstance(widget, Gtk.Container):
        for child in widget.get_children():
            yield from inside(child)


def name_of(widget: Gtk.Widget) -> str:
    return widget.get_accessible().get_name() or ""


def page_of(page: Gtk.Widget) -> dict[str, Any]:
    """What one page shows, and what is wrong with how it does."""
    widgets = [widget for widget in inside(page) if widget.get_mapped()]
    labels = [widget for widget in widgets if isinstance(widget, Gtk.Label)]
    return {
        "labels": [label.get_text() for label in labels],
        "clipped": [
            label.get_text()
            for label in labels
            if label.get_allocated_width()
            < label.get_preferred_width()[0] - label.get_margin_start()
            or label.get_layout().is_ellipsized()
        ],
        "nameless": [
            str(type(widget).__name__)
            for widget in widgets
            if isinstance(widget, SPOKEN) and not name_of(widget)
        ],
        "chosen": {
            name_of(widget): widget.get_active_text()
            for widget in widgets
            if isinstance(widget, Gtk.ComboBoxText)
        },
        "choices": {
            name_of(widget): [row[0] for row in widget.get_model()]
            for widget in widgets
            if isinstance(widget, Gtk.ComboBoxText)
        },
        "insensitive": [name_of(w) for w in widgets if not w.get_sensitive() and name_of(w)],
    }


def look(window: Window) -> dict[str, Any]:
    """Everything, page by page."""
    everything = list(inside(window))
    (notebook,) = (widget for widget in everything if isinstance(widget, Gtk.Notebook))
    bars = [widget for widget in everything if isinstance(widget, Gtk.InfoBar)]
    pages = []
    for number in range(notebook.get_n_pages()):
        notebook.set_current_page(number)
        while Gtk.events_pending():
            Gtk.main_iteration()
        page = notebook.get_nth_page(number)
        pages.append({"tab": notebook.get_tab_label_text(page), **page_of(page)})
    said = [w.get_text() for bar in bars for w in inside(bar) if isinstance(w, Gtk.Label)]
    return {
        "title": window.get_title(),
        "size": list(window.get_size()),
        "needs": window.get_preferred_size()[1].height,
        "complaint": said[0] if bars[0].get_visible() else "",
        "pages": pages,
    }


def main() -> None:
    application = Gtk.Application()

    def tell() -> bool:
        sys.stdout.write(json.dumps(look(application.get_active_window()), ensure_ascii=False))
        application.quit()
        return False

    def activate(_application: Gtk.Application) -> None:
        Window(application).show_all()
        GLib.timeout_add(SETTLE_MS, tell)

    application.connect("activate", activate)
    application.run(None)


if __name__ == "__main__":
    main()
