# SPDX-License-Identifier: Apache-2.0
"""Three fields in a GTK window, reported as facts (see client.py); `--gtk4` for GTK 4.

Run by the system's Python, which has gi; never imported by the rest.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import gi

VERSION = "4.0" if "--gtk4" in sys.argv[1:] else "3.0"
gi.require_version("Gdk", VERSION)
gi.require_version("Gtk", VERSION)
from gi.repository import GLib, Gtk  # noqa: E402

TITLE = "ieum-client"


def report(**fact: object) -> None:
    """Write one fact; a reader that has gone ends the window."""
    try:
        sys.stdout.write(json.dumps(fact) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        sys.exit(0)


def place(widget: Gtk.Widget, x: int = 0, y: int = 0) -> tuple[int, int]:
    """A spot of a widget, in pixels from the window's corner."""
    top = widget.get_root() if VERSION == "4.0" else widget.get_toplevel()
    spot = widget.translate_coordinates(top, x, y)
    return (int(spot[-2]), int(spot[-1])) if spot else (0, 0)


def text_view(name: str) -> Gtk.TextView:
    """A field of many lines."""
    view = Gtk.TextView(wrap_mode=Gtk.WrapMode.CHAR)
    view.set_size_request(-1, 420 if name == "main" else 80)
    document = view.get_buffer()

    def changed(*_: object) -> None:
        report(field=name, text=document.get_text(*document.get_bounds(), True))
        GLib.idle_add(caret)  # the new line is laid out only after this signal

    def caret(*_: object) -> None:
        if view.has_focus():
            at = view.get_iter_location(document.get_iter_at_mark(document.get_insert()))
            spot = view.buffer_to_window_coords(Gtk.TextWindowType.WIDGET, at.x, at.y)
            report(caret=[*place(view, *spot), 1, at.height])

    document.connect("changed", changed)
    document.connect("notify::cursor-position", caret)
    view.connect("preedit-changed", lambda _view, preedit: report(preedit=preedit))
    return view


def secret_entry() -> Gtk.Widget:
    """A field for a password."""
    if VERSION == "4.0":
        entry = Gtk.PasswordEntry()
    else:
        entry = Gtk.Entry(visibility=False, input_purpose=Gtk.InputPurpose.PASSWORD)
    entry.connect("changed", lambda *_: report(field="secret", text=entry.get_text()))
    return entry


def pin_entry() -> Gtk.Entry:
    """A field for a PIN whose digits are visible: it has an input method, which must hold back."""
    entry = Gtk.Entry(input_purpose=Gtk.InputPurpose.PIN)
    entry.connect("changed", lambda *_: report(field="pin", text=entry.get_text()))
    return entry


def watch(window: Gtk.Window, fields: dict[str, Gtk.Widget]) -> None:
    """Report where the fields are, and which has the focus."""

    def focus(*_: object) -> None:
        widget = window.get_focus()
        for name, field in fields.items():
            if widget is not None and (widget is field or widget.is_ancestor(field)):
                report(focus=name if window.is_active() else "")

    def places(*_: object) -> bool:
        boxes = {
            name: [*place(field), field.get_allocated_width(), field.get_allocated_height()]
            for name, field in fields.items()
        }
        if all(height > 0 for *_, height in boxes.values()):  # laid out
            report(places=boxes)
        return False

    window.connect("notify::is-active", focus)
    window.connect("notify::is-active", lambda *_: GLib.idle_add(places))
    window.connect("notify::focus-widget" if VERSION == "4.0" else "set-focus", later(focus))
    if VERSION == "3.0":
        fields["main"].connect("size-allocate", lambda *_: GLib.idle_add(places))
    else:
        GLib.timeout_add(100, lambda: places() or True)


def later(do: Callable[[], object]) -> Callable[..., object]:
    """A handler that acts once the signal is through."""
    return lambda *_: GLib.idle_add(lambda: do() or False)


def main() -> None:
    """Show the fields until the window is closed or the process ended."""
    Gtk.init()
    fields = {
        "main": text_view("main"),
        "second": text_view("second"),
        "secret": secret_entry(),
        "pin": pin_entry(),
    }
    column = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=16)
    window = Gtk.Window(title=TITLE)
    for field in fields.values():
        if VERSION == "4.0":
            column.append(field)
        else:
            column.pack_start(field, False, False, 0)
    window.fullscreen()
    watch(window, fields)
    if VERSION == "4.0":
        window.set_child(column)
        window.present()
    else:
        window.add(column)
        window.show_all()
    fields["main"].get_settings().set_property("gtk-cursor-blink", False)
    fields["main"].grab_focus()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
