# SPDX-License-Identifier: Apache-2.0
"""The 한/영 key while it is down: its repeats, its release, and a fast hand's next key."""

from __future__ import annotations

from dataclasses import replace

from ibus_component.keys import Key, Mask, Sym

__all__ = ["ToggleKey"]


class ToggleKey:
    """Remembers which key toggled last.

    Not every client, nor every keyboard, reports releases, so nothing here waits for one.
    """

    def __init__(self) -> None:
        self._client = ""
        self._reports_release = False
        self.clear()

    def clear(self) -> None:
        """No such key is down."""
        self._down: int | None = None
        self._is_alt = self._may_repeat = False

    def served(self, client: str) -> None:
        """This kind of program has the focus; the daemon's own `fake` one takes no keys."""
        self.clear()
        if client != "fake" and client != self._client:
            self._client, self._reports_release = client, False

    def pressed(self, key: Key) -> bool:
        """A key that toggles went down; whether it counts, for it may be repeated by being held.

        A release that the program never reports would make each press look like a repeat,
        so they are told apart only where the release of such a key has been seen.
        """
        repeats = self._may_repeat and self._down == _identity(key)
        self._down, self._may_repeat = _identity(key), self._reports_release
        self._is_alt = key.keyval in (Sym.ALT_L, Sym.ALT_R)
        return not repeats

    def released(self, key: Key) -> bool:
        """Whether this release belongs to the press that was kept from the application."""
        if self._down != _identity(key):
            return False
        self.clear()
        self._reports_release = True
        return True

    def modifier_pressed(self) -> None:
        """Another modifier went down: Alt is meant as Alt from here on."""
        self._is_alt = self._may_repeat = False

    def without_alt(self, key: Key) -> Key:
        """The next key, without the Alt that toggled and is still down when keys overlap."""
        self._may_repeat = False
        self._is_alt = self._is_alt and bool(key.state & Mask.ALT)
        return replace(key, state=key.state & ~(Mask.ALT | Mask.META)) if self._is_alt else key


def _identity(key: Key) -> int:
    return key.keycode or key.keyval
