# SPDX-License-Identifier: Apache-2.0
"""Hanja and symbols: when their list is there, and what keys and clicks do to it.

    hanja key ──► active: the first row is highlighted ──► choose, or leave as it was
    lock: a syllable is being composed ──► passive: digits choose, the hanja key enters

Nothing is taken from the application: a key that has no meaning for the list closes it
and is then typed as ever.
"""

from __future__ import annotations

from typing import Final

from ibus_component.actions import Action, HideList, Reaction, ShowList
from ibus_component.composer import Composer
from ibus_component.hanja import Dictionary, shared_dictionary
from ibus_component.hanja_list import Choice, HanjaList
from ibus_component.hanja_search import Spot, choices_at, is_syllable, spot_of
from ibus_component.keymap import any_matches
from ibus_component.keys import Key, Sym
from ibus_component.manners import Bindings, digit_of
from ibus_component.settings import Settings
from ibus_component.tap import Tap
from ibus_component.writer import Writer

__all__ = ["HanjaPicker"]

LEFT_BUTTON: Final = 1
MISTAKEN: Final = "gtk4-im"
"""Clients that tell a wrong selection (GTK 4.8)."""

KEYPAD_DIGITS: Final = range(0xFFB1, 0xFFBA)
END: Final = 1 << 20

MOVES: Final = {Sym.UP: -1, Sym.LEFT: -1, Sym.DOWN: 1, Sym.RIGHT: 1}
PAGES: Final = {Sym.PAGE_UP: -1, Sym.PAGE_DOWN: 1}
PLACES: Final = {Sym.HOME: 0, Sym.END: END}
ACCEPTING: Final = frozenset({Sym.RETURN, Sym.SPACE})
LEAVING: Final = frozenset({Sym.ESCAPE, Sym.BACKSPACE})


class HanjaPicker:
    """Holds at most one list.

    Args:
        writer: Knows what is composed and what stands before it, and writes there.
        settings: What the user wants.
        dictionary: Where hanja are looked up; None is libhangul's.
    """

    def __init__(
        self, writer: Writer, settings: Settings, dictionary: Dictionary | None = None
    ) -> None:
        self._writer = writer
        self._dictionary = dictionary or shared_dictionary()
        self._tap = Tap()
        self._shown: HanjaList | None = None
        self._spot = Spot("", "")
        self._selections = False
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Take over settings."""
        self._lock = settings.hanja_lock
        self._keys = Bindings.of(settings).hanja
        self._orientation = settings.orientation
        keyboard = Composer(settings)
        self._digits_are_free = not any(keyboard.type(digit).taken for digit in "123456789")

    @property
    def is_open(self) -> bool:
        """Whether hanja are on the screen."""
        return self._shown is not None

    # -- keys and clicks ----------------------------------------------------

    def press(self, key: Key, *, hangul: bool) -> Reaction | None:
        """What a key means here; None when it is to be typed, and `follow` told of it.

        Args:
            key: Going down or up.
            hangul: Whether the mode is Hangul; in Latin mode every key is the application's.
        """
        if key.is_release:
            tapped = self._tap.released(key) and hangul
            return Reaction(False, self._asked()) if tapped else None
        asked = hangul and any_matches(self._keys, key)
        self._tap.pressed(key, watched=asked and key.is_modifier)
        if key.is_modifier:
            return None
        if asked:
            shown = self._asked()
            return Reaction(True, shown) if shown or key.keyval == Sym.HANGUL_HANJA else None
        done = self._listed(key, self._shown) if self._shown else None
        return None if done is None else Reaction(True, done)

    def follow(self, key: Key, *, hangul: bool) -> tuple[Action, ...]:
        """A key was typed: the list of before is another one now, or none."""
        if key.is_release:
            return ()
        if key.is_modifier and (self._shown is None or self._here() == self._spot):
            return ()
        composing = self._writer.composing
        if self._lock and hangul and composing and is_syllable(composing[-1]):
            return self._open(entered=False)
        return self.close()

    def clicked(self, index: int, button: int) -> tuple[Action, ...]:
        """A row of the page was clicked."""
        choice = self._shown.row(index) if self._shown and button == LEFT_BUTTON else None
        return self._accept(choice) if choice else ()

    def step(self, step: int) -> tuple[Action, ...]:
        """The panel's wheel, or its buttons for the cursor."""
        return self._show(self._shown.moved(step)) if self._shown else ()

    def turn(self, step: int) -> tuple[Action, ...]:
        """The panel's buttons for the page."""
        return self._show(self._shown.paged(step)) if self._shown else ()

    def enter(self, client: str) -> None:
        """A field got the focus.

        Args:
            client: What kind of program, such as `gtk3-im:gedit`; empty when IBus does not say.
        """
        self._selections = bool(client) and not client.startswith(MISTAKEN)

    def clear(self) -> tuple[Action, ...]:
        """The caret is elsewhere."""
        self._tap.clear()
        return self.close()

    def close(self) -> tuple[Action, ...]:
        """Take the list away."""
        was, self._shown = self._shown, None
        return (HideList(),) if was else ()

    def _asked(self) -> tuple[Action, ...]:
        """The hanja key: show, enter, or leave."""
        if self._shown is None:
            return self._open(entered=True)
        return self._show(self._shown.moved(0)) if self._shown.cursor is None else self.close()

    def _listed(self, key: Key, shown: HanjaList) -> tuple[Action, ...] | None:
        if key.is_chord or key.shift:
            return None
        active = shown.cursor is not None
        if active or self._digits_are_free or key.keyval in KEYPAD_DIGITS:
            choice = shown.row(digit_of(key))
            if choice:
                return self._accept(choice)
        return self._moved(key.symbol, shown) if active else None

    def _moved(self, symbol: int, shown: HanjaList) -> tuple[Action, ...] | None:
        if symbol in MOVES:
            return self._show(shown.moved(MOVES[symbol]))
        if symbol in PAGES:
            return self._show(shown.paged(PAGES[symbol]))
        if symbol in PLACES:
            return self._show(shown.at(PLACES[symbol]))
        if symbol in ACCEPTING:
            return self._accept(shown.choices[shown.cursor or 0])
        return self.close() if symbol in LEAVING else None

    # -- the list -----------------------------------------------------------

    def _here(self) -> Spot:
        return spot_of(self._writer.context, self._writer.composing, selections=self._selections)

    def _open(self, *, entered: bool) -> tuple[Action, ...]:
        self._spot = self._here()
        choices = choices_at(self._spot, self._dictionary)
        if not choices:
            return self.close()
        return self._show(HanjaList(choices, 0 if entered else None))

    def _show(self, shown: HanjaList) -> tuple[Action, ...]:
        self._shown = shown
        return (ShowList(shown.rows, shown.highlighted, shown.hint, self._orientation),)

    def _accept(self, choice: Choice) -> tuple[Action, ...]:
        """Write it, if what it replaces is there still."""
        hide = self.close()
        if not self._here().admits(choice, self._spot):
            return hide
        return (*hide, *self._writer.convert(choice.text, choice.remove))
