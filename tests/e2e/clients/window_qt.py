# SPDX-License-Identifier: Apache-2.0
"""Three fields in a Qt window, reported as facts (see client.py); the argument is 5 or 6.

Run by the system's Python, which has PyQt; never imported by the rest.
"""

from __future__ import annotations

import json
import signal
import sys
from importlib import import_module
from typing import Any

QT: Any = import_module(f"PyQt{sys.argv[1]}.QtCore")
WIDGETS: Any = import_module(f"PyQt{sys.argv[1]}.QtWidgets")
GUI: Any = import_module(f"PyQt{sys.argv[1]}.QtGui")

TITLE = "ieum-client"


def report(**fact: object) -> None:
    """Write one fact; a reader that has gone ends the window."""
    try:
        sys.stdout.write(json.dumps(fact) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        sys.exit(0)


class TextEdit(WIDGETS.QPlainTextEdit):  # type: ignore[misc]
    """A field of many lines."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedHeight(420 if name == "main" else 80)
        self.textChanged.connect(lambda: report(field=name, text=self.toPlainText()))
        self.cursorPositionChanged.connect(self.report_caret)

    def inputMethodEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Report what is being composed."""
        super().inputMethodEvent(event)
        report(preedit=event.preeditString())

    def report_caret(self) -> None:
        """Report where the caret is, in pixels from the window's corner."""
        box = self.cursorRect()
        spot = self.viewport().mapTo(self.window(), box.topLeft())
        report(caret=[spot.x(), spot.y(), 1, box.height()])


def secret_edit() -> Any:
    """A field for a password."""
    edit = WIDGETS.QLineEdit()
    edit.setEchoMode(WIDGETS.QLineEdit.EchoMode.Password)
    edit.textChanged.connect(lambda text: report(field="secret", text=text))
    return edit


def main() -> int:
    """Show the fields until the window is closed or the process ended."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    app = WIDGETS.QApplication(sys.argv[:1])
    app.setCursorFlashTime(0)
    fields = {"main": TextEdit("main"), "second": TextEdit("second"), "secret": secret_edit()}
    window = WIDGETS.QWidget()
    window.setWindowTitle(TITLE)
    column = WIDGETS.QVBoxLayout(window)
    for field in fields.values():
        column.addWidget(field)
    column.addStretch()

    def places() -> None:
        spots = {name: field.mapTo(window, QT.QPoint(0, 0)) for name, field in fields.items()}
        report(
            places={
                name: [spot.x(), spot.y(), fields[name].width(), fields[name].height()]
                for name, spot in spots.items()
            }
        )

    def focus(_: object = None, now: Any = None) -> None:
        name = next((name for name, field in fields.items() if field is now), "")
        report(focus=name)
        places()

    app.focusChanged.connect(focus)
    window.showFullScreen()
    fields["main"].setFocus()
    run = getattr(app, "exec", None) or app.exec_
    return int(run())


if __name__ == "__main__":
    sys.exit(main())
