# SPDX-License-Identifier: Apache-2.0
"""What a key does, decided without IBus.

    press ─► hanja? ─► toggle? ─► modifier? ─► Latin? ─► Predictions: for the list? ─► Writer

`Session.press` turns one key into a reaction; the IBus engine object carries it
out and has no opinion of its own. So every rule of typing is tested with plain
values, and a script of keys is a complete test (tests/scenarios). No clock, no
input or output, no log here: what must wait or be asked is an action too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ibus_component.actions import Action, Commit, Keep, Reaction, Status, UpdateProperties
from ibus_component.field import Field
from ibus_component.hanja_picker import HanjaPicker
from ibus_component.input_mode import InputMode
from ibus_component.keymap import any_matches
from ibus_component.keys import Key, Mask, Sym
from ibus_component.lists import Lists
from ibus_component.manners import Bindings
from ibus_component.panel import MODE, PREDICT, chosen
from ibus_component.predictions import Predictions
from ibus_component.settings import Settings, only_switched, switched
from ibus_component.toggle import ToggleKey
from ibus_component.writer import Writer
from ime_engine.protocol import Candidate

__all__ = ["Session"]

SWITCH_AWAY: Final = frozenset(range(Sym.META_L, Sym.HYPER_R + 1)) - {Sym.ALT_L, Sym.ALT_R}
"""Modifiers that by themselves lead away from the window."""


class Session:
    """The typing state behind one IBus engine object.

    Args:
        settings: What the user wants.
        ibus_version: Of the ibus-daemon; it decides how clients order keys and text.
        mode: What all sessions of a process share; None starts one by the settings.
        wayland: Whether this is a Wayland session, where only the panel knows the caret.
    """

    def __init__(
        self,
        settings: Settings,
        ibus_version: tuple[int, int, int] = (1, 5, 27),
        mode: InputMode | None = None,
        wayland: bool = False,
    ) -> None:
        self._settings = settings
        self._bindings = Bindings.of(settings)
        self._field = Field(ibus_version, wayland=wayland)
        self._field.allow_terminals(settings.terminal_predict)
        self._writer = Writer(settings)
        self._mode = InputMode.of(settings) if mode is None else mode
        self._predictions = Predictions(self._writer, self._field, settings, self._mode)
        self._hanja = HanjaPicker(self._writer, settings)
        self._lists = Lists(self._hanja, self._predictions)
        self._toggle = ToggleKey()

    def configure(self, settings: Settings) -> tuple[Action, ...]:
        """Take over changed settings while typing goes on.

        The syllable is finished first, but for a switch of the menu, which changes no text.
        """
        was, self._settings = self._settings, settings
        if settings == was:
            return ()
        actions = self._lists.close()
        if not only_switched(was, settings):
            actions += self._writer.flush()
            self._writer.configure(settings)
        self._mode.configure(was, settings)
        self._bindings = Bindings.of(settings)
        self._predictions.configure(settings)
        self._hanja.configure(settings)
        if self._field.allow_terminals(settings.terminal_predict):
            actions += self._policy_changed()
        return (*actions, self._properties)

    # -- keys ---------------------------------------------------------------

    def press(self, key: Key) -> Reaction:
        """Answer one key event, going down or up."""
        if not self._field.policy.compose or key.state & Mask.FORWARD:
            return Reaction(False)
        done = self._hanja.press(key, hangul=self.hangul)
        if done is None:
            typed = self._type(key)
            follow = self._hanja.follow(key, hangul=self.hangul)
            done = Reaction(typed.handled, (*typed.actions, *follow))
        # One list at a time: nothing predicted comes while hanja are on the screen.
        hide = self._predictions.cancel() if self._hanja.is_open else ()
        return Reaction(done.handled, (*hide, *done.actions))

    def _type(self, key: Key) -> Reaction:
        if key.is_release:
            return Reaction(self._toggle.released(key))
        if any_matches(self._bindings.toggle, key):
            counts = self._toggle.pressed(key)
            return Reaction(True, self.set_hangul(not self.hangul) if counts else ())
        if any_matches(self._bindings.hangul, key):
            self._toggle.pressed(key)
            return Reaction(True, () if self.hangul else self.set_hangul(True))
        if key.is_modifier:
            return self._modifier(key)
        meant = self._toggle.without_alt(key)
        return self._hangul_key(meant, key) if self.hangul else self._latin_key(meant, key)

    def _latin_key(self, key: Key, sent: Key) -> Reaction:
        self._writer.context.clear()  # what the application makes of it is not known
        hide = self._predictions.cancel()
        if key is sent or key.is_chord or not key.character:
            return Reaction(False, hide)
        # Right Alt toggled and is still down: the application would take Alt+key for a command.
        return Reaction(True, (*hide, Commit(key.character)))

    def _hangul_key(self, key: Key, sent: Key) -> Reaction:
        done = self._predictions.press(key)
        if done is not None:
            return Reaction(True, done)
        hide = self._predictions.cancel()
        if any_matches(self._bindings.switch, key):
            return Reaction(True, (*hide, *self._switch(not self.predict)))
        if any_matches(self._bindings.show, key) and self._predictions.may_ask:
            return Reaction(True, (*hide, *self._predictions.request()))
        reaction = self._writer.press(key, sent, synchronous=self._field.is_synchronous)
        mode = self._leave_hangul() if any_matches(self._bindings.latin, key) else ()
        ask = self._predictions.typed(key) if reaction.handled else ()
        return Reaction(reaction.handled, (*hide, *reaction.actions, *mode, *ask))

    def _modifier(self, key: Key) -> Reaction:
        """Modifiers alone leave text and list as they are; Super finishes the syllable."""
        self._toggle.modifier_pressed()
        leave = any_matches(self._bindings.latin, key)
        if self.hangul and (leave or key.keyval in SWITCH_AWAY):
            mode = self._leave_hangul() if leave else ()
            return Reaction(False, (*self._predictions.cancel(), *self._writer.flush(), *mode))
        return Reaction(False)

    # -- the client ---------------------------------------------------------

    def focus_in(self, client: str = "", window: str = "") -> tuple[Action, ...]:
        """A field got the focus: nothing is known of its text.

        Args:
            client: What kind of program, such as `gtk3-im:gedit`; empty when IBus does not say.
            window: What IBus calls its input context; empty when it does not say.
        """
        self._field.meet(client)
        self._hanja.enter(client)
        # Without a window the daemon gives the focus to a context of its own, `fake`.
        changed = self._mode.enter("" if client == "fake" else window)
        self._toggle.served(client)
        self._writer.late_reset.client = client
        return (*self._forget_field(), *((self._properties,) if changed else ()))

    def focus_out(self) -> tuple[Action, ...]:
        """The field lost the focus; its client has committed the syllable itself."""
        return self._forget_field()

    def reset(self) -> tuple[Action, ...]:
        """The caret may have moved; the client has committed the syllable itself."""
        return (*self._writer.caret_moved(), *self._lists.clear())

    def enable(self) -> tuple[Action, ...]:
        """The engine was chosen; mode and switch are as they were."""
        return ()

    def disable(self) -> tuple[Action, ...]:
        """Another engine was chosen; the daemon has committed the syllable itself."""
        return self._forget_field()

    def set_content_type(self, purpose: int, hints: int) -> tuple[Action, ...]:
        """The client says what kind of field this is."""
        return self._policy_changed() if self._field.become(purpose, hints) else ()

    def set_capabilities(self, caps: int) -> None:
        """The client says what it can do (IBusCapabilite)."""
        if self._field.set_capabilities(caps):
            self._writer.context.clear()

    def set_cursor_location(self, x: int, y: int, width: int, height: int) -> tuple[Action, ...]:
        """The client says where its caret is on the screen, in pixels; all 0 is nowhere."""
        self._field.set_caret(x, y, width, height)
        return () if self._field.caret_known else self._predictions.cancel()

    def set_surrounding(self, text: str, cursor: int, anchor: int) -> None:
        """The client says what surrounds the caret; cursor and anchor in characters."""
        if self._field.tells_surrounding:
            self._writer.told(text, cursor, anchor)

    # -- the panel ----------------------------------------------------------

    def candidate_clicked(self, index: int, button: int, state: int) -> tuple[Action, ...]:
        """A candidate was clicked; `index` counts in the page."""
        del state
        return self._lists.clicked(index, button)

    def page_up(self) -> tuple[Action, ...]:
        """The panel's button."""
        return self._lists.turn(-1)

    def page_down(self) -> tuple[Action, ...]:
        """The panel's button."""
        return self._lists.turn(1)

    def cursor_up(self) -> tuple[Action, ...]:
        """The panel's button or wheel."""
        return self._lists.step(-1)

    def cursor_down(self) -> tuple[Action, ...]:
        """The panel's button or wheel."""
        return self._lists.step(1)

    def property_activated(self, name: str, state: int) -> tuple[Action, ...]:
        """The panel's menu: `InputMode` flips the mode, a switch is on when state is 1."""
        if name == MODE:
            return self.set_hangul(not self.hangul)
        if name == PREDICT:
            return (*self._predictions.cancel(), *self._switch(state == 1))
        match chosen(name, state):
            case Keep(setting, on) as keep:
                return (keep, *self.configure(switched(self._settings, setting, on)))
            case None:
                return ()
            case wish:
                return (wish,)

    # -- the daemon and the clock -------------------------------------------

    def answered(self, ticket: int, candidates: Sequence[Candidate]) -> tuple[Action, ...]:
        """The daemon's answer; a stale one is dropped."""
        return self._predictions.answered(ticket, candidates)

    def idled(self, ticket: int) -> tuple[Action, ...]:
        """The span of a Wait is over; a stale one is dropped."""
        return self._predictions.idled(ticket)

    # -- modes --------------------------------------------------------------

    @property
    def hangul(self) -> bool:
        """Hangul mode, or Latin."""
        return self._mode.hangul

    @property
    def predict(self) -> bool:
        """The predictor's switch."""
        return self._mode.predict

    @property
    def shows_hanja(self) -> bool:
        """Whether the list on the screen, if any, is one of hanja."""
        return self._hanja.is_open

    @property
    def status(self) -> Status:
        """What the panel shows."""
        return Status(self.hangul, self.predict, self._settings.learn, self._settings.hanja_lock)

    def set_hangul(self, hangul: bool) -> tuple[Action, ...]:
        """Change the mode, whoever wishes it; the syllable is finished."""
        self._mode.hangul = hangul
        return (*self._lists.close(), *self._writer.flush(), self._properties)

    def _leave_hangul(self) -> tuple[Action, ...]:
        self._mode.hangul = False
        return (self._properties,)

    def _switch(self, predict: bool) -> tuple[Action, ...]:
        self._mode.predict = predict
        return (Keep("predict", predict), self._properties)

    @property
    def _properties(self) -> UpdateProperties:
        return UpdateProperties(self.status)

    # -- the field ----------------------------------------------------------

    def _forget_field(self) -> tuple[Action, ...]:
        self._toggle.clear()
        return (*self._writer.clear(), *self._lists.clear())

    def _policy_changed(self) -> tuple[Action, ...]:
        actions = self._lists.close()
        if not self._field.policy.compose:
            actions += self._writer.flush()
        if not self._field.policy.surrounding:
            self._writer.context.clear()
        return actions
