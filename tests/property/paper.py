# SPDX-License-Identifier: Apache-2.0
"""A sheet of paper: what text fields ought to hold, by the few rules that a typist knows."""

from __future__ import annotations

from dataclasses import dataclass, field

from ibus_component.libhangul import HangulContext, HangulOption
from ibus_component.settings import Settings
from tests.unit.text_field import Field

__all__ = ["WINDOWS", "Paper"]

WINDOWS = ("main", "other")


@dataclass
class Paper:
    """What the fields ought to hold."""

    fields: dict[str, Field] = field(default_factory=lambda: {name: Field() for name in WINDOWS})
    window: str = "main"
    hangul: bool = True
    deferred: bool = False
    """Whether an accepted eojeol still owes its space."""

    def __post_init__(self) -> None:
        self._letters = HangulContext("2")
        self._letters.set_option(HangulOption.NON_CHOSEONG_COMBI, Settings().non_choseong)

    @property
    def field(self) -> Field:
        return self.fields[self.window]

    @property
    def before(self) -> str:
        """Text before the caret, the syllable in work included."""
        return self.field.text[: self.field.caret] + self._letters.preedit

    @property
    def whole(self) -> tuple[str, int]:
        return self.before + self.field.text[self.field.caret :], len(self.before)

    def letter(self, character: str) -> None:
        if not self.hangul:
            self.field.insert(character)
            return
        self._owed(" ")
        self._letters.process(character)
        self.field.insert(self._letters.commit)

    def write(self, character: str) -> None:
        """A key that is no letter of the Hangul keyboard."""
        self.finish(owed=" " if character.isdigit() else "")
        self.field.insert(character)

    def finish(self, owed: str = "") -> None:
        """The syllable is done, and stays where it is."""
        self.field.insert(self._letters.flush())
        self._owed(owed)

    def press(self, name: str) -> None:
        """A key that is the application's once the syllable is done."""
        self.finish()
        self.field.receive(name, shift=False)

    def erase(self) -> None:
        self.deferred = False
        if not self._letters.backspace():
            self.field.receive("BackSpace", shift=False)

    def replace(self, count: int, text: str) -> None:
        """Put text in place of what is before the caret, the syllable in work counted."""
        kept = self.before[: len(self.before) - count]
        after = self.field.text[self.field.caret :]
        self._letters.reset()
        self.field.text = kept + text + after
        self.field.caret = self.field.anchor = len(kept + text)

    def _owed(self, space: str) -> None:
        was, self.deferred = self.deferred, False
        if was:
            self.field.insert(space)
