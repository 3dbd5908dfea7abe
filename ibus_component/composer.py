# SPDX-License-Identifier: Apache-2.0
"""One syllable at a time: letters in, finished text and the syllable in work out."""

from __future__ import annotations

from dataclasses import dataclass

from ibus_component.libhangul import HangulContext

__all__ = ["Composed", "Composer"]


@dataclass(frozen=True, slots=True)
class Composed:
    """What one letter did."""

    taken: bool
    """Whether the keyboard has a jamo there; else the letter itself is still to be typed."""

    text: str
    """What became finished."""

    preedit: str
    """The syllable now being composed."""


class Composer:
    """Composing state of a keyboard of libhangul."""

    def __init__(self, layout: str = "2") -> None:
        self._hangul = HangulContext(layout)
        self.preedit = ""
        """The syllable being composed; empty when none is."""

    def type(self, character: str) -> Composed:
        """Feed the US character of a position; one that gives no jamo ends the syllable."""
        if not (character and "!" <= character <= "~"):
            return Composed(False, self.flush(), "")
        taken = self._hangul.process(character)
        self.preedit = self._hangul.preedit
        return Composed(taken, self._hangul.commit, self.preedit)

    def backspace(self) -> bool:
        """Take the last jamo back; False when there is none."""
        removed = self._hangul.backspace()
        self.preedit = self._hangul.preedit
        return removed

    def flush(self) -> str:
        """Finish the syllable and return it."""
        self.preedit = ""
        return self._hangul.flush()

    def clear(self) -> None:
        """Forget the syllable: somebody else has already put it into the document."""
        self.preedit = ""
        self._hangul.reset()
