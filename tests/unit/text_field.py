# SPDX-License-Identifier: Apache-2.0
"""Text fields, and the kinds of client they belong to."""

from __future__ import annotations

from dataclasses import dataclass

from tests.unit.keyboard import CARET_KEYS

__all__ = ["CLIENTS", "SURROUNDING_BIT", "SYNC_BIT", "Client", "Field"]

SYNC_BIT = 1 << 7
SURROUNDING_BIT = 1 << 5


@dataclass(frozen=True)
class Client:
    """How a kind of application treats the engine."""

    name: str
    version: tuple[int, int, int]
    sync_bit: bool
    answer_first: bool = False
    """Applies a passed key before the commits that came with it."""
    loses_forwarded: bool = False
    commit_ends_preedit: bool = False


CLIENTS = (
    Client("gtk3", (1, 5, 27), sync_bit=True),
    Client("gtk4", (1, 5, 27), sync_bit=True, loses_forwarded=True),
    Client("chromium", (1, 5, 27), sync_bit=True, commit_ends_preedit=True),
    Client("sync_1_5_27", (1, 5, 27), sync_bit=False, answer_first=True),
    Client("sync_1_5_28", (1, 5, 28), sync_bit=True, answer_first=True),
    Client("ordered_1_5_29", (1, 5, 29), sync_bit=True, loses_forwarded=True),
)


@dataclass
class Field:
    """A text field: what it holds, and where."""

    text: str = ""
    caret: int = 0
    anchor: int = 0
    preedit: str = ""
    purpose: int = 0
    hints: int = 0

    def insert(self, text: str) -> None:
        start, end = sorted((self.caret, self.anchor))
        self.text = self.text[:start] + text + self.text[end:]
        self.caret = self.anchor = start + len(text)

    def keep_preedit(self) -> bool:
        """COMMIT mode: the client itself puts the preedit into the text."""
        text, self.preedit = self.preedit, ""
        if text:
            self.insert(text)
        return bool(text)

    def receive(self, name: str, shift: bool) -> None:
        """The application's own handling of a key."""
        if name == "Return":
            self.insert("\n")
        elif name == "Tab" and not shift:
            self.insert("\t")
        elif name == "space":
            self.insert(" ")
        elif name == "BackSpace":
            if self.caret == self.anchor:
                self.anchor = max(0, self.caret - 1)
            self.insert("")
        elif name in CARET_KEYS:
            step = {"Left": self.caret - 1, "Right": self.caret + 1, "Home": 0}
            place = step.get(name, len(self.text))
            self.caret = self.anchor = max(0, min(place, len(self.text)))
        elif len(name) == 1:
            self.insert(name)
