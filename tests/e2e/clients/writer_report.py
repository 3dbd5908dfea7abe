# SPDX-License-Identifier: Apache-2.0
"""Reports what a Writer document holds as facts (see client.py); the argument is Writer's port.

Run by the system's Python, which has uno; never imported by the rest. Writer tells nobody
of a change in its text, so it is asked again and again.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import Any

UNO: Any = import_module("uno")
NO_CONNECTION: Any = UNO.getClass("com.sun.star.connection.NoConnectException")
PARAGRAPH: Any = UNO.getConstantByName("com.sun.star.accessibility.AccessibleRole.PARAGRAPH")

POLL_S = 0.02
PATIENCE_S = 60.0


def report(**fact: object) -> None:
    """Write one fact; a reader that has gone ends this."""
    try:
        sys.stdout.write(json.dumps(fact) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        sys.exit(0)


def connected(port: str) -> Any:
    """The desktop object of a Writer that may still be starting."""
    local = UNO.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    address = f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext"
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            context = resolver.resolve(address)
            return context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
        except NO_CONNECTION:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_S)


def page_place(document: Any) -> list[int] | None:
    """Where the first paragraph is on the screen; None while it is not drawn."""
    window = document.CurrentController.Frame.ComponentWindow
    context = window.AccessibleContext if hasattr(window, "AccessibleContext") else None
    found = first_paragraph(context, 8) if context else None
    if found is None:
        return None
    spot, size = found.getLocationOnScreen(), found.getSize()
    return [spot.X, spot.Y, size.Width, max(size.Height, 80)]


def first_paragraph(context: Any, depth: int) -> Any:
    """The first paragraph below a window, as assistive technology finds it."""
    if context.getAccessibleRole() == PARAGRAPH:
        return context
    count = context.getAccessibleChildCount() if depth else 0
    for index in range(min(count, 20)):
        child = context.getAccessibleChild(index).getAccessibleContext()
        if found := first_paragraph(child, depth - 1):
            return found
    return None


def main() -> None:
    """Report until Writer is gone."""
    desktop = connected(sys.argv[1])
    while (document := desktop.getCurrentComponent()) is None:
        time.sleep(POLL_S)
    while (place := page_place(document)) is None:
        time.sleep(POLL_S)
    report(places={"main": place})
    report(focus="main")
    known = ""
    while True:
        text = document.Text.String
        if text != known:
            known = text
            report(field="main", text=text)
        time.sleep(POLL_S)


if __name__ == "__main__":
    main()
