# SPDX-License-Identifier: Apache-2.0
"""The 한/영 key while it is down: its release, and a fast hand's next key."""

from __future__ import annotations

from dataclasses import replace

from ibus_component.keys import Key, Mask, Sym

__all__ = ["ToggleKey"]


class ToggleKey:
    """Remembers which key toggled last.

    Not every client reports releases, so nothing here waits for one.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """No such key is down."""
        self._down: int | None = None
        self._is_alt = False

    def pressed(self, key: Key) -> None:
        """This key has just toggled."""
        self._down = key.keycode or key.keyval
        self._is_alt = key.keyval in (Sym.ALT_L, Sym.ALT_R)

    def released(self, key: Key) -> bool:
        """Whether this release belongs to the press that was kept from the application."""
        if self._down != (key.keycode or key.keyval):
            return False
        self.clear()
        return True

    def modifier_pressed(self) -> None:
        """Another modifier went down: Alt is meant as Alt from here on."""
        self._is_alt = False

    def without_alt(self, key: Key) -> Key:
        """The key without the Alt that toggled and is still down when keys overlap."""
        return replace(key, state=key.state & ~(Mask.ALT | Mask.META)) if self._is_alt else key
