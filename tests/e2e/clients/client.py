# SPDX-License-Identifier: Apache-2.0
"""One open window of a client, and what it says of itself.

Every client, whatever it is written in, reports facts, one JSON object a line:

    {"field": "main", "text": "..."}        what a field holds
    {"preedit": "..."}                      what is being composed in the field with the focus
    {"focus": "main"}                       which field has the keyboard; empty for none
    {"places": {"main": [x, y, w, h]}}      where the fields are, in pixels from the window's corner
    {"caret": [x, y, w, h]}                 where the caret is, likewise
    {"address": "http://..."}               where a page is served, before any other fact
"""

from __future__ import annotations

import json
import subprocess
from typing import Final

from ibus_component.demo.screen import Box
from ibus_component.demo.waiting import DemoError, Lines

__all__ = ["Client"]

OPEN_S: Final = 60.0
TEXT_S: Final = 5.0
ONE_LINE_PX: Final = 60


class Client:
    """Reads the facts; `reporter` is the process that writes them."""

    def __init__(self, reporter: subprocess.Popen[str]) -> None:
        self.texts: dict[str, str] = {}
        self.preedit = ""
        self.focus = ""
        self.places: dict[str, Box] | None = None
        self.corner = Box(0, 0, 0, 0)
        """The inside of the window on the screen."""
        self._caret = Box(0, 0, 0, 0)
        self.patience_s = TEXT_S
        """How long to wait for a text."""
        self._address = ""
        self._lines = Lines(reporter, self._heed)

    def await_address(self) -> str:
        """Wait until the server of a page says where it is."""
        return self._lines.wait(lambda: self._address, "The page has no server")

    def await_focus(self, field: str, timeout_s: float = TEXT_S) -> None:
        """Wait until this field has the keyboard, and its place is known.

        Raises:
            DemoError: It has not.
        """
        missing = f"The field {field!r} did not get the keyboard"
        self._lines.wait(
            lambda: self.focus == field and self.places is not None, missing, timeout_s
        )

    def await_text(self, field: str, text: str, *, composing: bool = False) -> None:
        """Wait until a field holds exactly this.

        Args:
            field: Its name.
            text: What it must hold.
            composing: Whether what is being composed at its end counts.

        Raises:
            DemoError: It holds something else.
        """

        def held() -> str:
            return self.texts.get(field, "") + (self.preedit if composing else "")

        try:
            self._lines.wait(lambda: held() == text, "", self.patience_s)
        except DemoError:
            more = f", composing {self.preedit!r}" if self.preedit and not composing else ""
            raise DemoError(
                f"{field!r} should hold {text!r}, but holds {held()!r}{more}."
            ) from None

    def spot(self, field: str) -> tuple[int, int]:
        """A place on the screen: the beginning of a tall field, the middle of a low one."""
        assert self.places is not None
        box, corner = self.places[field], self.corner
        x, y = (3, 12) if box.height > ONE_LINE_PX else (box.width // 2, box.height // 2)
        return corner.x + box.x + x, corner.y + box.y + y

    @property
    def caret(self) -> Box:
        """The caret on the screen."""
        at, corner = self._caret, self.corner
        return Box(corner.x + at.x, corner.y + at.y, at.width, at.height)

    def _heed(self, line: str) -> None:
        fact = json.loads(line)
        if "field" in fact:
            self.texts[fact["field"]] = fact["text"]
        self.preedit = fact.get("preedit", self.preedit)
        self._address = fact.get("address", self._address)
        self.focus = fact.get("focus", self.focus)
        if "places" in fact:
            self.places = {name: Box(*box) for name, box in fact["places"].items()}
        if "caret" in fact:
            self._caret = Box(*fact["caret"])
