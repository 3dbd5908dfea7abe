# SPDX-License-Identifier: Apache-2.0
"""Letters in; finished text, and the syllable or the word in work, out.

keys        r k s k space          by syllable            by word
finished                           가 (at the second k)   가나 (at the space)
preedit                            ㄱ 가 간 나            ㄱ 가 간 가나
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ibus_component.libhangul import HangulContext, HangulOption, keyboards
from ibus_component.settings import Settings

__all__ = ["Composed", "Composer"]

FALLBACK: Final = "2"


@dataclass(frozen=True, slots=True)
class Composed:
    """What one letter did."""

    taken: bool
    """Whether the keyboard has something there; else the letter itself is still to be typed."""

    text: str
    """What became finished."""

    preedit: str
    """What is now being composed."""


class Composer:
    """Composing state of a keyboard of libhangul.

    Args:
        settings: Keyboard and ways of composing; an unknown keyboard is taken for dubeolsik.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        settings = settings or Settings()
        known = settings.layout == FALLBACK or settings.layout in keyboards()
        self._hangul = HangulContext(settings.layout if known else FALLBACK)
        self._hangul.set_option(HangulOption.AUTO_REORDER, settings.auto_reorder)
        self._hangul.set_option(HangulOption.COMBI_ON_DOUBLE_STROKE, settings.double_stroke)
        self._hangul.set_option(HangulOption.NON_CHOSEONG_COMBI, settings.non_choseong)
        self._by_word = settings.preedit == "word"
        self._word = ""
        self.by_symbol = self._hangul.is_transliteration
        """Whether letters count by what is written on them, and not by their place."""
        self.preedit = ""
        """The syllable or word being composed; empty when none is."""

    def type(self, character: str) -> Composed:
        """Feed the character of a key; one that gives no jamo ends the syllable."""
        if not (character and "!" <= character <= "~"):
            return Composed(False, self.flush(), "")
        taken = self._hangul.process(character)
        syllable = self._hangul.preedit
        text, self._word = self._word + self._hangul.commit, ""
        if self._by_word and syllable:
            text, self._word = "", text
        self.preedit = self._word + syllable
        return Composed(taken, text, self.preedit)

    def backspace(self) -> bool:
        """Take the last jamo back, else the last syllable of the word; False without any."""
        removed = self._hangul.backspace()
        if not removed and self._word:
            self._word = _without_last(self._word)
            removed = True
        self.preedit = self._word + self._hangul.preedit
        return removed

    def flush(self) -> str:
        """Finish what is being composed and return it."""
        text = self._word + self._hangul.flush()
        self.preedit = self._word = ""
        return text

    def clear(self) -> None:
        """Forget what is being composed: somebody else has already put it into the document."""
        self.preedit = self._word = ""
        self._hangul.reset()


def _without_last(text: str) -> str:
    """The text without its last syllable, which in old Hangul is up to three conjoining jamo."""
    end = len(text) - 1
    while end > 0 and _continues(text[end]):
        end -= 1
    return text[:end]


def _continues(character: str) -> bool:
    """Whether a conjoining vowel or final: it stands in one syllable with its initial."""
    return "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb"
