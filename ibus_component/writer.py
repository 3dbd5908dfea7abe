# SPDX-License-Identifier: Apache-2.0
"""What reaches the document, and in which order.

In Hangul mode every printable key becomes committed text together with the
syllable it ends, so that no client can swap the two. Other keys go to the
application by themselves; only a client that waits for our answer before it
reads our commits ("synchronous") needs such a key sent back behind the syllable.
"""

from __future__ import annotations

from typing import Final

from ibus_component.actions import Action, Commit, ForwardKey, Preedit, Reaction
from ibus_component.composer import Composer
from ibus_component.keymap import position_character
from ibus_component.keys import Key, Mask, Sym
from ibus_component.surrounding import Context

__all__ = ["Writer", "is_synchronous"]

SYNC_CAPABILITY: Final = 1 << 7
OPENING: Final = "([{<'\"“‘「『《〈"
"""After these an eojeol follows without a space."""


def is_synchronous(ibus_version: tuple[int, int, int], capabilities: int) -> bool:
    """Whether the client applies our answer to a key before our commits.

    The capability bit changed its meaning in 1.5.28; since 1.5.29 clients put
    answer and commits in order themselves.
    """
    if ibus_version >= (1, 5, 29):
        return False
    bit = bool(capabilities & SYNC_CAPABILITY)
    return bit if ibus_version >= (1, 5, 28) else not bit


class Writer:
    """Composes, commits, and remembers what stands before the caret."""

    def __init__(self, layout: str, *, defer_space: bool) -> None:
        self._composer = Composer(layout)
        self._defer_space = defer_space
        self._shown = ""
        self._deferred = False
        self.context = Context()

    def clear(self) -> None:
        """Forget everything: the client has put the syllable into the document itself."""
        self._composer.clear()
        self._shown = ""
        self._deferred = False
        self.context.clear()

    def press(self, key: Key, sent: Key, *, synchronous: bool) -> Reaction:
        """Type a key in Hangul mode.

        Args:
            key: What the key means.
            sent: The event as it came, in case it must be sent back.
            synchronous: What kind of client has the focus.
        """
        if key.symbol == Sym.BACKSPACE and not key.is_chord:
            return self._backspace()
        if key.is_chord or not key.character:
            return self._pass_on(key, sent, synchronous=synchronous)
        at = "" if key.state & Mask.LEVEL3 else position_character(key)
        composed = self._composer.type(at)
        if composed.taken:
            text = self._take_deferred() + composed.text
            return Reaction(True, self._write(text, composed.preedit))
        space = self._take_deferred() if key.character.isalnum() else self._drop_deferred()
        return Reaction(True, self._write(composed.text + space + key.character, ""))

    def flush(self) -> tuple[Action, ...]:
        """Commit the syllable."""
        self._drop_deferred()
        return self._write(self._composer.flush(), "")

    def accept(self, eojeol: str, *, then_space: bool) -> tuple[Action, ...]:
        """Commit a candidate; its space waits for the next letter unless it is wanted now."""
        before = self.context.before
        apart = not before or before[-1].isspace() or before[-1] in OPENING
        lead = " " if self._deferred or not apart else ""
        now = then_space or not self._defer_space
        self._deferred = not now
        return self._write(self._composer.flush() + lead + eojeol + (" " if now else ""), "")

    def _backspace(self) -> Reaction:
        self._drop_deferred()
        if self._composer.backspace():
            return Reaction(True, self._write("", self._composer.preedit))
        self.context.erased()
        return Reaction(False)

    def _pass_on(self, key: Key, sent: Key, *, synchronous: bool) -> Reaction:
        actions = self.flush()
        self.context.clear()
        if actions and synchronous:
            forward = ForwardKey(sent.keyval, sent.keycode, sent.state)
            return Reaction(True, (*actions, forward))
        return Reaction(False, actions)

    def _write(self, text: str, preedit: str) -> tuple[Action, ...]:
        """At most one preedit update; an old syllable is cleared before its text comes."""
        was, self._shown = self._shown, preedit
        commit: tuple[Action, ...] = (Commit(text),) if text else ()
        if text:
            self.context.committed(text)
        if preedit:
            # Even an equal one anew: some clients drop the preedit at a commit.
            return (*commit, Preedit(preedit)) if text or preedit != was else ()
        return (Preedit(""), *commit) if was else commit

    def _take_deferred(self) -> str:
        was, self._deferred = self._deferred, False
        return " " if was else ""

    def _drop_deferred(self) -> str:
        self._deferred = False
        return ""
