# SPDX-License-Identifier: Apache-2.0
"""Which finished eojeol the daemon is told, and when; pure, fed by the Writer.

    typed       안녕 ──space, sign──► waits ──next letter──► told
                  ▲                     │
                  └────BackSpace────────┘   the old form is never told
    accepted    안녕하세요 ──────────────► waits ──► told, once
    Tab, arrows, a click                   waits; told with the next key but BackSpace
    Enter, focus-out, another engine       told at once

Where an eojeol ends without a space, a sign or Enter, the client must have told that no word
goes on behind the caret. 한/영 by itself ends none: whether 카톡 is all of it is seen by the
next key. Whatever else may have happened to the text (a shortcut, a selection, another kind
of field, a changed setting) makes it doubtful, and what is doubtful is not told.

An eojeol in which something was converted to hanja is not told: 學校에 is not what was
typed, and 학교에 does not stand in the text any more.
"""

from __future__ import annotations

from typing import Final

from ibus_component.actions import Action, Learn
from ibus_component.consent import Consent
from ibus_component.eojeol import Eojeol, eojeol_at, is_end, typed_at
from ibus_component.keys import Key, Sym
from ibus_component.surrounding import KEPT, Context
from ibus_component.tally import Tally

__all__ = ["Lessons"]

MOVING: Final = frozenset({Sym.TAB, *range(Sym.HOME, Sym.END + 1)})
"""Keys that leave an eojeol as it is."""


class Lessons:
    """Watches what is committed before one caret.

    Args:
        context: What stands before the caret; told of each change after we are.
        consent: Nothing is remembered where it forbids learning.
        tally: Counts what is finished.
    """

    def __init__(self, context: Context, consent: Consent, tally: Tally) -> None:
        self._context = context
        self._consent = consent
        self._tally = tally
        self._due: tuple[Action, ...] = ()
        self._veiled = False
        self._typed = ""
        self._since_end: int | None = None
        """Characters since the last eojeol ended; None while one may be going on."""
        self._waiting: Learn | None = None
        self._spoilt = self._erasing = False

    # -- what is written -----------------------------------------------------

    def wrote(self, text: str) -> None:
        """Typed text is about to be committed."""
        if not self._may:
            return
        if text.isalnum():
            self._letters(text)
            return
        before = self._context.before
        for place, character in enumerate(text):
            if character.isalnum():
                self._letters(character)
            else:
                self._sign(before + text[:place], character)
        self._typed = self._typed[-KEPT:]

    def begun(self) -> None:
        """A letter comes: what stands before it is either finished, or goes on."""
        self._erasing = False
        if self._since_end is None:
            return
        if self._is_apart:
            self._tell()
        self._waiting, self._since_end = None, None

    def picked(self, lead: str, missing: str, eojeol: str, *, spared: int) -> None:
        """A candidate is about to be committed.

        Args:
            lead: What is committed before it: the end of another eojeol, a space.
            missing: What is committed of it, and its space if it comes at once.
            eojeol: All of it.
            spared: Keys that typing the rest of it, and its space, would have cost.
        """
        self._tally.used(spared)
        if lead:
            self.wrote(lead)
        if not self._may:
            return
        self._tell()
        text = missing.rstrip()
        found = eojeol_at(self._context.before + lead + text) if len(eojeol.split()) == 1 else None
        self._typed += text
        self._wait(found, accepted=True)
        self._typed += missing[len(text) :]
        self._since_end = len(missing) - len(text)

    def erased(self) -> None:
        """The application is about to take the character before the caret."""
        self._typed = self._typed[:-1]
        self._erasing = True
        if self._since_end is None:
            return
        self._since_end -= 1
        if self._since_end <= 0:
            self._waiting, self._since_end = None, None

    # -- where the caret goes ------------------------------------------------

    def passed(self, key: Key) -> None:
        """A key goes to the application: the caret may move, or Latin be typed."""
        if not self._typed and self._waiting is None:
            self._spoilt = False
            return
        if key.symbol == Sym.RETURN:
            self._end(certain=not self._context.continues)
            self._tell()
        elif key.symbol == Sym.BACKSPACE or key.is_chord or (key.shift and not key.character):
            self._waiting = None
        elif self._is_apart:
            self._tell()
        elif key.symbol in MOVING:
            self._end(certain=self._context.ends)
        elif key.character and is_end(key.character):
            self._end(certain=True)
            self._tell()
        else:
            self._waiting = None
        self._leave_place()

    def clicked(self, composing: str) -> None:
        """The caret may be elsewhere; the client keeps what is being composed.

        Toolkits say so after a BackSpace, too: then it is where it was.
        """
        if self._erasing:
            return
        self._take_in(composing)
        if self._since_end is None:
            self._end(certain=self._context.ends, composing=composing)
        self._leave_place()

    def left(self, composing: str) -> None:
        """The field is left; the client keeps what is being composed."""
        self._take_in(composing)
        self._end(certain=self._context.ends, composing=composing)
        self._tell()
        self.drop()

    # -- what makes doubtful -------------------------------------------------

    def drop(self, *, spoilt: bool = False) -> None:
        """Forget what was typed, and what waits.

        Args:
            spoilt: Whether the eojeol that is being typed is not to be told either.
        """
        self._spoilt = spoilt
        self._typed = ""
        self._waiting, self._since_end = None, None
        self._erasing = False

    def veil(self) -> None:
        """What stands in this field may be a secret: hand on only what we commit from now on."""
        self._veiled = True
        self.drop()

    def entered(self) -> None:
        """Another field has the focus."""
        self._veiled = False
        self.drop()

    def take(self) -> tuple[Action, ...]:
        """What is to be told now."""
        tally = self._tally
        if not self._due and not tally.due:
            return ()
        due = (*self._due, *tally.due)
        self._due = tally.due = ()
        return due

    # -- eojeols -------------------------------------------------------------

    @property
    def _may(self) -> bool:
        if self._consent.learn:
            return True
        self.veil()
        return False

    @property
    def _is_apart(self) -> bool:
        """Whether an eojeol is finished to which the next letter would not belong."""
        return self._since_end is not None and (self._since_end > 0 or not self._typed)

    def _letters(self, text: str) -> None:
        self.begun()
        if not self._spoilt:
            self._typed += text

    def _sign(self, before: str, character: str) -> None:
        """A space or another sign comes."""
        self._spoilt = self._erasing = False
        if self._since_end is not None:
            self._since_end += 1
        elif is_end(character):
            self._finish(before)
            self._since_end = 1
        self._typed += character

    def _take_in(self, composing: str) -> None:
        if composing:
            self.wrote(composing)

    def _end(self, *, certain: bool, composing: str = "") -> None:
        """The eojeol before the caret ends, if one was going on."""
        if self._since_end is not None:
            self._tell()
        elif certain:
            self._finish(self._context.before + composing)

    def _finish(self, before: str) -> None:
        start = self._context.from_start
        self._wait(typed_at(before, self._typed, from_start=start))

    def _wait(self, found: Eojeol | None, *, accepted: bool = False) -> None:
        """Keep a finished eojeol until it is certain that nobody goes back into it."""
        self._waiting = None
        if found is not None:
            before = self._own_before(found) if self._veiled else found.before
            self._waiting = Learn(before, found.text, accepted)

    def _own_before(self, found: Eojeol) -> str:
        """The text before an eojeol, as far as it was typed where that may be learnt."""
        text, signs = self._typed.rpartition(found.text)[::2]
        return text if not any(map(str.isalnum, signs)) else ""

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is None or not self._consent.learn:
            return
        self._tally.eojeol()
        if waiting.accepted or self._consent.typed:
            self._due = (*self._due, waiting)

    def _leave_place(self) -> None:
        """Go on at a place that is not known."""
        self._typed = ""
        self._since_end = None if self._waiting is None else 0
        self._spoilt = self._erasing = False
