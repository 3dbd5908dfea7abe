# SPDX-License-Identifier: Apache-2.0
"""The GTK window, as the desktop's other end of the wire: what it holds, where its caret is."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Final

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.needs import SYSTEM_PYTHON
from ibus_component.demo.screen import Box, Screen
from ibus_component.demo.waiting import DemoError, Lines, wait_until

__all__ = ["Application"]

TITLE: Final = "이음 — demo"
WINDOW: Final = Path(__file__).with_name("window.py")


class Application:
    """A running window; `open_on` returns it ready to be typed into."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.text = ""
        self.preedit = ""
        self.focused = False
        self.changed_at_s = 0.0
        """When the text changed last, on the monotonic clock."""
        self._caret = Box(0, 0, 0, 0)
        self._inside = Box(0, 0, 0, 0)
        self._lines = Lines(process, self._heed)

    @classmethod
    def open_on(cls, desktop: Desktop) -> Application:
        """Start the window and wait until IBus listens to it."""
        before = desktop.buses.input_context()
        flags = ["--gtk4"] if desktop.plan.gtk == 4 else []
        process = desktop.start(SYSTEM_PYTHON, "-I", str(WINDOW), *flags, stdout=subprocess.PIPE)
        window = cls(process)
        window._lines.wait(lambda: window.focused, "The window did not open", 20.0)
        wait_until(
            lambda: desktop.buses.input_context() not in ("", before),
            "The window has no input method",
        )
        window._inside = Screen(desktop.environment).window_box(TITLE)
        return window

    @property
    def shown(self) -> str:
        """What a person sees: the text with the syllable being composed at its end."""
        return self.text + self.preedit

    @property
    def caret(self) -> Box:
        """The caret on the screen."""
        caret, inside = self._caret, self._inside
        return Box(inside.x + caret.x, inside.y + caret.y, caret.width, caret.height)

    def await_text(self, text: str, timeout_s: float = 5.0) -> None:
        """Wait until a person sees exactly this.

        Raises:
            DemoError: The window holds something else.
        """
        try:
            self._lines.wait(lambda: self.shown == text, "", timeout_s)
        except DemoError:
            raise DemoError(
                f"The document should hold {text!r}, but holds {self.shown!r}."
            ) from None

    def _heed(self, line: str) -> None:
        fact = json.loads(line)
        if "text" in fact:
            self.text, self.changed_at_s = fact["text"], time.monotonic()
        self.preedit = fact.get("preedit", self.preedit)
        self.focused = fact.get("focus", self.focused)
        if "caret" in fact:
            self._caret = Box(*fact["caret"])
