# SPDX-License-Identifier: Apache-2.0
"""What reaches the document, and in which order.

In Hangul mode every printable key becomes committed text together with the
syllable it ends, so that no client can swap the two. Other keys go to the
application by themselves; only a client that waits for our answer before it
reads our commits ("synchronous") needs such a key sent back behind the syllable.
"""

from __future__ import annotations

from ibus_component.actions import (
    Action,
    Commit,
    Composing,
    DeleteBefore,
    ForwardKey,
    Preedit,
    Reaction,
)
from ibus_component.begun import OPENING
from ibus_component.composer import Composer
from ibus_component.consent import Consent
from ibus_component.dubeolsik import count
from ibus_component.keymap import position_character, symbol_character
from ibus_component.keys import Key, Mask, Sym
from ibus_component.late_reset import LateReset
from ibus_component.lessons import Lessons
from ibus_component.settings import Settings
from ibus_component.surrounding import Context
from ibus_component.tally import Tally

__all__ = ["Writer"]


class Writer:
    """Composes, commits, and remembers what stands before the caret.

    Args:
        settings: What the user wants.
        consent: Knows whether what is written may be told.
        tally: Counts keys.
    """

    def __init__(self, settings: Settings, consent: Consent, tally: Tally) -> None:
        self._shown = ""
        self._deferred = False
        self.context = Context()
        """The text before the caret, composing syllable excluded."""
        self.lessons = Lessons(self.context, consent, tally)
        """Hears of all that is written here."""
        self.late_reset = LateReset()
        self._tally = tally
        self.configure(settings)

    @property
    def composing(self) -> str:
        """What is being composed, shown or not; it is no part of the context."""
        return self._composer.preedit

    def configure(self, settings: Settings) -> None:
        """Take over settings; nothing may be in composition."""
        self._composer = Composer(settings)
        self._beside = settings.preedit == "none"
        self._defer_space = settings.deferred_space

    def clear(self) -> tuple[Action, ...]:
        """Forget everything: the client has put its preedit into the document itself."""
        hide = (Composing(""),) if self._shown and self._beside else ()
        self._composer.clear()
        self._shown = ""
        self._deferred = False
        self.context.clear()
        self.late_reset.clear()
        return hide

    def doubt(self) -> None:
        """Nothing that has been typed may be told any more, the syllable in work included."""
        self.lessons.drop(spoilt=bool(self.composing))

    def leave(self) -> tuple[Action, ...]:
        """The field is left: forget everything, but for what was finished there."""
        if self.late_reset.holds or (self._beside and self.composing):
            self.lessons.drop()  # what became of the syllable is not known, or it is lost
        else:
            self.lessons.left(self.composing)
        return self.clear()

    def caret_moved(self) -> tuple[Action, ...]:
        """The caret may be elsewhere; a syllable that no client saw goes along with it."""
        if self.late_reset.reset("" if self._beside else self.composing):
            return ()
        if not self._beside:
            self.lessons.clicked(self.composing)
            return self.clear()
        if self.composing:
            self.lessons.drop()
        self.lessons.clicked("")
        self._deferred = False
        self.context.clear()
        return ()

    def told(self, text: str, cursor: int, anchor: int) -> None:
        """The client says what surrounds the caret; cursor and anchor in characters."""
        if self.late_reset.told((text[: max(0, cursor)], text[max(0, cursor) :])):
            self._forget()
        self.context.told(text, cursor, anchor, self.composing)

    def press(self, key: Key, sent: Key, *, synchronous: bool) -> Reaction:
        """Type a key in Hangul mode.

        Args:
            key: What the key means.
            sent: The event as it came, in case it must be sent back.
            synchronous: What kind of client has the focus.
        """
        self._forget_doubtful()
        if key.symbol == Sym.BACKSPACE and not key.is_chord:
            return self._backspace()
        if key.is_chord or not key.character:
            return self._pass_on(key, sent, synchronous=synchronous)
        self._tally.key()
        composed = self._composer.type(self._character(key))
        if not composed.taken:
            space = self._take_deferred(key.character)
            return Reaction(True, self._type(composed.text + space + key.character, ""))
        space = self._take_deferred(composed.text + composed.preedit)
        return Reaction(True, self._type(space + composed.text, composed.preedit))

    def passed(self, key: Key) -> None:
        """The application gets a key: what it makes of it is not known."""
        self.lessons.passed(key)
        self.context.clear(line=key.symbol == Sym.RETURN and not key.is_chord)

    def flush(self) -> tuple[Action, ...]:
        """Commit the syllable."""
        self._forget_doubtful()
        self._deferred = False
        return self._type(self._composer.flush(), "")

    def accept(self, eojeol: str, *, then_space: bool) -> tuple[Action, ...]:
        """Commit a candidate; its space waits for the next letter unless it is wanted now."""
        before = self.context.before + self.composing
        apart = not before or before[-1].isspace() or before[-1] in OPENING
        lead = " " if self._deferred or not apart else ""
        now = then_space or not self._defer_space
        self._deferred = not now
        lead, missing = self._composer.flush() + lead, eojeol + (" " if now else "")
        self.lessons.picked(lead, missing, eojeol, spared=count(f"{eojeol} "))
        return self._write(lead + missing, "")

    def complete(self, missing: str, eojeol: str, *, then_space: bool) -> tuple[Action, ...]:
        """Commit what an eojeol lacks, in place of what is being composed of it."""
        spared = count(f"{missing} ") - count(self.composing)
        self._composer.clear()
        now = then_space or not self._defer_space
        self._deferred = not now
        missing += " " if now else ""
        self.lessons.picked("", missing, eojeol, spared=spared)
        return self._write(missing, "")

    def convert(self, text: str, remove: int) -> tuple[Action, ...]:
        """Commit text in place of what is composed, and of characters of the document.

        Args:
            text: Hanja, a symbol, or a word with hanja in it.
            remove: How many characters before the caret go; the client must have told them.
        """
        self._composer.clear()
        self.lessons.drop()
        delete = (DeleteBefore(remove),) if remove else ()
        self.context.removed(remove)
        *clear, commit = self._write(text, "")
        return (*clear, *delete, commit)

    def _character(self, key: Key) -> str:
        if key.state & Mask.LEVEL3:
            return ""
        return symbol_character(key) if self._composer.by_symbol else position_character(key)

    def _backspace(self) -> Reaction:
        self._tally.key()
        self._deferred = False
        if self._composer.backspace():
            return Reaction(True, self._write("", self._composer.preedit))
        self.lessons.erased()
        self.context.erased()
        return Reaction(False)

    def _pass_on(self, key: Key, sent: Key, *, synchronous: bool) -> Reaction:
        actions = self.flush()
        self.late_reset.passed(key, None if key.is_chord or key.shift else self.context.around)
        self.passed(key)
        if actions and synchronous:
            forward = ForwardKey(sent.keyval, sent.keycode, sent.state)
            return Reaction(True, (*actions, forward))
        return Reaction(False, actions)

    def _type(self, text: str, preedit: str) -> tuple[Action, ...]:
        """Write what was typed."""
        if text:
            self.lessons.wrote(text)
        if preedit:
            self.lessons.begun()
        return self._write(text, preedit)

    def _write(self, text: str, preedit: str) -> tuple[Action, ...]:
        """At most one preedit update; an old syllable is cleared before its text comes."""
        was, self._shown = self._shown, preedit
        commit: tuple[Action, ...] = (Commit(text),) if text else ()
        if text:
            self.context.committed(text)
            self.late_reset.clear()
        show = Composing if self._beside else Preedit
        if preedit:
            # Even an equal one anew: some clients drop the preedit at a commit.
            return (*commit, show(preedit)) if text or preedit != was else ()
        return (show(""), *commit) if was else commit

    def _forget_doubtful(self) -> None:
        """What a Reset meant has not been told: the client may have committed the syllable."""
        if self.late_reset.holds:
            self._forget()

    def _forget(self) -> None:
        self.lessons.drop()
        self.clear()

    def _take_deferred(self, before: str) -> str:
        """The space that waits, if this is a letter or a digit."""
        was, self._deferred = self._deferred, False
        return " " if was and before[:1].isalnum() else ""
