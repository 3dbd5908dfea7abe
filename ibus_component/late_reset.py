# SPDX-License-Identifier: Apache-2.0
"""A Reset that comes late: told from a click by the text that the client then tells.

A text view of GTK 4 resets its input method when it inserts a line break. The key goes
round by the daemon, so a quick next key may overtake the Reset:

    Return   ㅇ   Reset   text "가↵", caret at its end   ㅏ …

Taken for a click, that Reset costs the ㅇ, for GTK 4 with IBus 1.5.27 itself puts
nothing into the text. So the syllable is held until the client says its text, which it
does before the next key. Only the very text that the Return must have left, on both
sides of the caret, shows that nothing was put in and nothing clicked; then the syllable
stays. Any other text, or none, and it is forgotten as ever: what the client may have
committed itself is never kept.
"""

from __future__ import annotations

from typing import Final

from ibus_component.keys import Key, Sym

__all__ = ["LateReset"]

CLIENTS: Final = "gtk4-im"
"""They tell their text before each key, so what they tell is never older than a Reset."""


class LateReset:
    """Expects at most one Reset, and holds at most one syllable."""

    def __init__(self) -> None:
        self.client = ""
        """What kind of program has the focus."""
        self.clear()

    def clear(self) -> None:
        """Nothing is expected."""
        self._expected: tuple[str, str] | None = None
        self.holds = False
        """Whether a Reset came and what it meant is not known yet."""

    def passed(self, key: Key, around: tuple[str, str] | None) -> None:
        """A key goes to the application.

        Args:
            key: The key.
            around: Text before and behind the caret as the key will find it; None when
                that is not certain, and when nothing was committed there: no Reset comes then.
        """
        self.clear()
        if key.symbol == Sym.RETURN and around and self.client.startswith(CLIENTS):
            self._expected = (around[0] + "\n", around[1])

    def reset(self, composing: str) -> bool:
        """A Reset came; whether to hold what is being composed until more is known."""
        self.holds = bool(self._expected and composing and not self.holds)
        return self.holds

    def told(self, around: tuple[str, str]) -> bool:
        """The client told its text; whether the held syllable has to be forgotten."""
        if not self.holds:
            return False
        (before, behind), expected = around, self._expected or ("", "")
        self.clear()
        # GTK tells the last words only, and moves on at a line break.
        stays = before.strip() and expected[0].endswith(before) and behind == expected[1]
        return not stays
