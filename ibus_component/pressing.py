# SPDX-License-Identifier: Apache-2.0
"""What one key does.

press ─► hanja? ─► toggle? ─► modifier? ─► Latin? ─► Predictions: for the list? ─► Writer
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ibus_component.actions import Action, Commit, Reaction
from ibus_component.field import Field
from ibus_component.hanja_picker import HanjaPicker
from ibus_component.keymap import any_matches
from ibus_component.keys import Key, Sym
from ibus_component.manners import Bindings
from ibus_component.predictions import Predictions
from ibus_component.switches import Switches
from ibus_component.toggle import ToggleKey
from ibus_component.writer import Writer

__all__ = ["Pressing"]

SWITCH_AWAY: Final = frozenset(range(Sym.META_L, Sym.HYPER_R + 1)) - {Sym.ALT_L, Sym.ALT_R}
"""Modifiers that by themselves lead away from the window."""


@dataclass(slots=True)
class Pressing:
    """Hands a key to the part of a session that it is for."""

    bindings: Bindings
    field: Field
    writer: Writer
    hanja: HanjaPicker
    predictions: Predictions
    switches: Switches
    toggle: ToggleKey

    def press(self, key: Key) -> Reaction:
        """Answer one key event, going down or up, in a field where Hangul may be composed."""
        hangul = self.switches.hangul
        done = self.hanja.press(key, hangul=hangul)
        if done is None:
            typed = self._type(key)
            follow = self.hanja.follow(key, hangul=self.switches.hangul)
            done = Reaction(typed.handled, (*typed.actions, *follow))
        # One list at a time: nothing predicted comes while hanja are on the screen.
        hide = self.predictions.cancel() if self.hanja.is_open else ()
        return Reaction(done.handled, (*hide, *done.actions, *self.writer.lessons.take()))

    def _type(self, key: Key) -> Reaction:
        if key.is_release:
            return Reaction(self.toggle.released(key))
        switches = self.switches
        if any_matches(self.bindings.toggle, key):
            counts = self.toggle.pressed(key)
            return Reaction(True, switches.set_hangul(not switches.hangul) if counts else ())
        if any_matches(self.bindings.hangul, key):
            self.toggle.pressed(key)
            return Reaction(True, () if switches.hangul else switches.set_hangul(True))
        if key.is_modifier:
            return self._modifier(key)
        meant = self.toggle.without_alt(key)
        return self._hangul_key(meant, key) if switches.hangul else self._latin_key(meant, key)

    def _latin_key(self, key: Key, sent: Key) -> Reaction:
        self.writer.passed(key)
        hide = self.predictions.cancel()
        if key is sent or key.is_chord or not key.character:
            return Reaction(False, hide)
        # Right Alt toggled and is still down: the application would take Alt+key for a command.
        return Reaction(True, (*hide, Commit(key.character)))

    def _hangul_key(self, key: Key, sent: Key) -> Reaction:
        done = self.predictions.press(key)
        if done is not None:
            return Reaction(True, done)
        hide = self.predictions.cancel()
        if (switched := self._switch(key)) is not None:
            return Reaction(True, (*hide, *switched))
        if any_matches(self.bindings.show, key) and self.predictions.may_ask:
            return Reaction(True, (*hide, *self.predictions.request()))
        reaction = self.writer.press(key, sent, synchronous=self.field.is_synchronous)
        latin = any_matches(self.bindings.latin, key)
        mode = self.switches.leave_hangul() if latin else ()
        ask = self.predictions.typed(key) if reaction.handled else ()
        return Reaction(reaction.handled, (*hide, *reaction.actions, *mode, *ask))

    def _switch(self, key: Key) -> tuple[Action, ...] | None:
        switches = self.switches
        if any_matches(self.bindings.switch, key):
            return switches.set_predict(not switches.predict)
        if any_matches(self.bindings.incognito, key):
            return switches.set_incognito(not switches.incognito)
        return None

    def _modifier(self, key: Key) -> Reaction:
        """Modifiers alone leave text and list as they are; Super finishes the syllable."""
        self.toggle.modifier_pressed()
        leave = any_matches(self.bindings.latin, key)
        if self.switches.hangul and (leave or key.keyval in SWITCH_AWAY):
            mode = self.switches.leave_hangul() if leave else ()
            return Reaction(False, (*self.predictions.cancel(), *self.writer.flush(), *mode))
        return Reaction(False)
