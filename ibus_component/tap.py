# SPDX-License-Identifier: Apache-2.0
"""A modifier used as a key of its own: pressed, and released with no key in between."""

from __future__ import annotations

from ibus_component.keys import Key

__all__ = ["Tap"]


class Tap:
    """Watches one key. A client that reports no releases gets no taps, and loses nothing."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """No such key is down, or it is down for something else."""
        self._down: int | None = None

    def pressed(self, key: Key, *, watched: bool) -> None:
        """A key went down; any other one than the watched ends the tap."""
        self._down = _identity(key) if watched else None

    def released(self, key: Key) -> bool:
        """Whether this release completes a tap; that of a letter pressed before does not matter."""
        if self._down != _identity(key):
            return False
        self.clear()
        return True


def _identity(key: Key) -> int:
    return key.keycode or key.keyval
