# SPDX-License-Identifier: Apache-2.0
"""A small letter in a GTK window that reports what happens to its text.

Run by the system's Python, which has gi; never imported by the rest. Writes
one JSON object a line to standard output:

    {"text": "..."}                     after each change of the document
    {"preedit": "..."}                  after each change of what is being composed
    {"caret": [x, y, width, height]}    in pixels from the window's corner
    {"focus": true}                     whether the text has the keyboard
"""

from __future__ import annotations

import json
import sys

import gi

VERSION = "4.0" if "--gtk4" in sys.argv[1:] else "3.0"
gi.require_version("Gdk", VERSION)
gi.require_version("Gtk", VERSION)
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

TITLE = "이음 — demo"
WIDTH, HEIGHT = 1280, 720
STYLE = b"""
window { background: #e9edf2; }
.paper { background: #ffffff; border: 1px solid #cfd8e3; border-radius: 8px; }
.heading { font: bold 22px "Noto Sans CJK KR", sans-serif; color: #1f3a5f; }
.note { font: 15px "Noto Sans CJK KR", sans-serif; color: #64748b; }
textview, textview text { background: #ffffff; color: #111827; caret-color: #d1495b; }
textview { font: 28px "Noto Sans CJK KR", sans-serif; }
"""


def report(**fact: object) -> None:
    """Write one line; a reader that has gone ends the window."""
    try:
        sys.stdout.write(json.dumps(fact, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        sys.exit(0)


def style(widget: Gtk.Widget, name: str) -> Gtk.Widget:
    """Give a widget one of the classes of STYLE."""
    widget.get_style_context().add_class(name)
    return widget


def put(box: Gtk.Box, child: Gtk.Widget, *, fill: bool = False) -> None:
    """Append to a box, in either version of GTK."""
    if VERSION == "4.0":
        child.set_vexpand(fill)
        box.append(child)
    else:
        box.pack_start(child, fill, fill, 0)


def label(text: str, name: str) -> Gtk.Widget:
    """A line of text at the left edge."""
    return style(Gtk.Label(label=text, xalign=0), name)


def letter() -> Gtk.TextView:
    """The text view, wide enough to read from across a room."""
    view = Gtk.TextView(wrap_mode=Gtk.WrapMode.WORD_CHAR)
    for side in ("left", "right", "top", "bottom"):
        getattr(view, f"set_{side}_margin")(28)
    view.set_pixels_below_lines(8)
    return view


def watch(view: Gtk.TextView) -> None:
    """Report each change of text, caret and focus."""
    document = view.get_buffer()

    def caret(*_: object) -> None:
        at = view.get_iter_location(document.get_iter_at_mark(document.get_insert()))
        x, y = view.buffer_to_window_coords(Gtk.TextWindowType.WIDGET, at.x, at.y)
        left, top = origin(view)
        report(caret=[left + x, top + y, max(at.width, 1), at.height])

    def changed(*_: object) -> None:
        start, end = document.get_bounds()
        report(text=document.get_text(start, end, True))
        # The new line is laid out only after this signal.
        GLib.idle_add(caret)

    document.connect("changed", changed)
    document.connect("notify::cursor-position", caret)
    view.connect("preedit-changed", lambda _view, preedit: report(preedit=preedit))
    view.connect("notify::has-focus", lambda *_: report(focus=view.has_focus()))
    if VERSION == "3.0":
        view.connect("size-allocate", caret)


def origin(view: Gtk.TextView) -> tuple[int, int]:
    """Where the view begins in its window, in pixels."""
    if VERSION == "4.0":
        spot = view.translate_coordinates(view.get_root(), 0, 0)
    else:
        spot = view.translate_coordinates(view.get_toplevel(), 0, 0)
    return (int(spot[-2]), int(spot[-1])) if spot else (0, 0)


def content() -> tuple[Gtk.Widget, Gtk.TextView]:
    """The sheet of paper on its desk, and the text view in it."""
    view = letter()
    desk = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12)
    for side in ("start", "end", "top", "bottom"):
        getattr(desk, f"set_margin_{side}")(36)
    paper = style(Gtk.Box(orientation=Gtk.Orientation.VERTICAL), "paper")
    put(paper, view, fill=True)
    put(desk, label("이음 — 다음 어절을 이어 줍니다", "heading"))
    put(desk, paper, fill=True)
    put(desk, label("Tab 목록으로 · Alt+1…5 바로 고르기 · 마우스 클릭", "note"))
    return desk, view


def dress() -> None:
    """Load STYLE for the whole display."""
    css = Gtk.CssProvider()
    css.load_from_data(STYLE)
    priority = Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
    if VERSION == "4.0":
        Gtk.StyleContext.add_provider_for_display(Gdk.Display.get_default(), css, priority)
    else:
        Gtk.StyleContext.add_provider_for_screen(Gdk.Screen.get_default(), css, priority)


def main() -> None:
    """Show the letter until the window is closed or the process ended."""
    Gtk.init()
    dress()
    desk, view = content()
    window = Gtk.Window(title=TITLE, default_width=WIDTH, default_height=HEIGHT)
    loop = GLib.MainLoop()
    if VERSION == "4.0":
        window.set_child(desk)
        window.connect("close-request", lambda *_: loop.quit())
    else:
        window.add(desk)
        window.connect("destroy", lambda *_: loop.quit())
    watch(view)
    if VERSION == "4.0":
        window.present()
    else:
        window.show_all()
    # A caret that blinks would be missing in every other picture.
    view.get_settings().set_property("gtk-cursor-blink", False)
    view.grab_focus()
    loop.run()


if __name__ == "__main__":
    main()
