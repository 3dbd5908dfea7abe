# SPDX-License-Identifier: Apache-2.0
"""What a key does, decided without IBus.

`Session.press` turns one key into a reaction; the IBus engine object carries it
out and has no opinion of its own. So every rule of typing is tested with plain
values, and a script of keys is a complete test (tests/scenarios). No clock, no
input or output, no log here: what must wait or be asked is an action too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ibus_component.actions import Action, Forget, Reaction, UpdateProperties
from ibus_component.auxiliary import active_hint, forgotten_hint, passive_hint
from ibus_component.keymap import any_matches
from ibus_component.keys import Key, Mask, Sym
from ibus_component.lookup import CandidateList, Suggestions
from ibus_component.manners import Act, Bindings, Manner, manner_of
from ibus_component.privacy import Policy, policy_of
from ibus_component.settings import Settings
from ibus_component.surrounding import ends_eojeol
from ibus_component.toggle import ToggleKey
from ibus_component.writer import Writer, is_synchronous
from ime_engine.protocol import Candidate, Query

__all__ = ["Session"]

SURROUNDING_CAPABILITY: Final = 1 << 5
LEFT_BUTTON: Final = 1
SWITCH_AWAY: Final = frozenset(range(Sym.META_L, Sym.HYPER_R + 1)) - {Sym.ALT_L, Sym.ALT_R}
"""Modifiers that by themselves lead away from the window."""


class Session:
    """The typing state behind one IBus engine object.

    Args:
        settings: What the user wants.
        ibus_version: Of the ibus-daemon; it decides how clients order keys and text.
    """

    def __init__(self, settings: Settings, ibus_version: tuple[int, int, int] = (1, 5, 27)) -> None:
        self._settings = settings
        self._version = ibus_version
        self._bindings = Bindings.of(settings)
        self._writer = Writer(settings.layout, defer_space=settings.deferred_space)
        self._suggestions = Suggestions(
            settings.popup_delay_ms,
            settings.min_confidence,
            settings.page_size,
            passive_hint(settings),
        )
        self._hint = active_hint(settings)
        self._policy = Policy()
        self._capabilities = 0
        self._caret_known = False
        self._toggle = ToggleKey()
        self.hangul = settings.start_hangul
        """Hangul mode, or Latin."""
        self.predict = settings.predict
        """The predictor's switch."""

    # -- keys ---------------------------------------------------------------

    def press(self, key: Key) -> Reaction:
        """Answer one key event, going down or up."""
        if not self._policy.compose or key.state & Mask.FORWARD:
            return Reaction(False)
        if key.is_release:
            return Reaction(self._toggle.released(key))
        if any_matches(self._bindings.toggle, key):
            self._toggle.pressed(key)
            return Reaction(True, self._set_hangul(not self.hangul))
        if key.is_modifier:
            return self._modifier(key)
        if not self.hangul:
            self._writer.context.clear()  # what the application makes of it is not known
            return Reaction(False, self._suggestions.cancel())
        return self._hangul_key(self._toggle.without_alt(key), key)

    def _hangul_key(self, key: Key, sent: Key) -> Reaction:
        shown = self._suggestions.shown
        manner = manner_of(key, shown, self._bindings)
        if shown is not None and manner.act is not Act.NOTHING:
            return Reaction(True, self._list_key(manner, shown))
        hide = self._suggestions.cancel()
        if any_matches(self._bindings.switch, key):
            return Reaction(True, (*hide, *self._switch(not self.predict)))
        if any_matches(self._bindings.show, key) and self._may_ask:
            return Reaction(True, (*hide, *self._writer.flush(), *self._ask(forced=True)))
        reaction = self._writer.press(key, sent, synchronous=self._synchronous)
        mode = self._leave_hangul() if any_matches(self._bindings.latin, key) else ()
        ask = self._ask() if reaction.handled and self._eojeol_finished(key) else ()
        return Reaction(reaction.handled, (*hide, *reaction.actions, *mode, *ask))

    def _list_key(self, manner: Manner, shown: CandidateList) -> tuple[Action, ...]:
        match manner.act:
            case Act.PICK:
                return self._accept(shown, manner.index)
            case Act.ACCEPT | Act.ACCEPT_SPACE:
                space = manner.act is Act.ACCEPT_SPACE
                return self._accept(shown, shown.cursor or 0, then_space=space)
            case Act.MOVE:
                return self._suggestions.show(shown.moved(manner.index), self._hint)
            case Act.JUMP:
                return self._suggestions.show(shown.at(manner.index), self._hint)
            case Act.FORGET:
                return self._forget(shown)
            case _:
                return self._suggestions.cancel()

    def _modifier(self, key: Key) -> Reaction:
        """Modifiers alone leave text and list as they are; Super finishes the syllable."""
        self._toggle.modifier_pressed()
        if self.hangul and key.keyval in SWITCH_AWAY:
            return Reaction(False, (*self._suggestions.cancel(), *self._writer.flush()))
        return Reaction(False)

    # -- the client ---------------------------------------------------------

    def focus_in(self, client: str = "") -> tuple[Action, ...]:
        """A field got the focus: nothing is known of its text, the mode is kept."""
        del client  # rules by application are not offered yet
        return self._forget_field()

    def focus_out(self) -> tuple[Action, ...]:
        """The field lost the focus; its client has committed the syllable itself."""
        return self._forget_field()

    def reset(self) -> tuple[Action, ...]:
        """The caret moved; the client has committed the syllable itself."""
        return self._forget_field()

    def enable(self) -> tuple[Action, ...]:
        """The engine was chosen; mode and switch are as they were."""
        return ()

    def disable(self) -> tuple[Action, ...]:
        """Another engine was chosen; the daemon has committed the syllable itself."""
        return self._forget_field()

    def set_content_type(self, purpose: int, hints: int) -> tuple[Action, ...]:
        """The client says what kind of field this is."""
        policy = policy_of(purpose, hints, self._settings.terminal_predict)
        if policy == self._policy:
            return ()
        self._policy = policy
        actions = self._suggestions.cancel()
        if not policy.compose:
            actions += self._writer.flush()
        if not policy.surrounding:
            self._writer.context.clear()
        return actions

    def set_capabilities(self, caps: int) -> None:
        """The client says what it can do (IBusCapabilite)."""
        if self._capabilities & ~caps & SURROUNDING_CAPABILITY:
            self._writer.context.clear()
        self._capabilities = caps

    def set_cursor_location(self, x: int, y: int, width: int, height: int) -> None:
        """The client says where its caret is on the screen, in pixels; all 0 is nowhere."""
        self._caret_known = any((x, y, width, height))

    def set_surrounding(self, text: str, cursor: int, anchor: int) -> None:
        """The client says what surrounds the caret; cursor and anchor in characters."""
        if self._policy.surrounding and self._capabilities & SURROUNDING_CAPABILITY:
            self._writer.context.told(text, cursor, anchor)

    # -- the panel ----------------------------------------------------------

    def candidate_clicked(self, index: int, button: int, state: int) -> tuple[Action, ...]:
        """A candidate was clicked; `index` counts in the page."""
        del state
        shown = self._suggestions.shown
        if shown is None or button != LEFT_BUTTON or not 0 <= index < len(shown.candidates):
            return ()
        return self._accept(shown, index)

    def page_up(self) -> tuple[Action, ...]:
        """The panel's button; there is one page, so this is its first candidate."""
        return self._panel_moves(Manner(Act.JUMP, 0))

    def page_down(self) -> tuple[Action, ...]:
        """The panel's button; there is one page, so this is its last candidate."""
        return self._panel_moves(Manner(Act.JUMP, self._settings.page_size))

    def cursor_up(self) -> tuple[Action, ...]:
        """The panel's button or wheel."""
        return self._panel_moves(Manner(Act.MOVE, -1))

    def cursor_down(self) -> tuple[Action, ...]:
        """The panel's button or wheel."""
        return self._panel_moves(Manner(Act.MOVE, 1))

    def property_activated(self, name: str, state: int) -> tuple[Action, ...]:
        """The panel's menu: `InputMode` flips the mode, `Predict` is on when state is 1."""
        if name == "InputMode":
            return self._set_hangul(not self.hangul)
        if name == "Predict":
            return (*self._suggestions.cancel(), *self._switch(state == 1))
        return ()

    # -- the daemon and the clock -------------------------------------------

    def answered(self, ticket: int, candidates: Sequence[Candidate]) -> tuple[Action, ...]:
        """The daemon's answer; a stale one is dropped."""
        return self._suggestions.answered(ticket, candidates if self._may_show else ())

    def idled(self, ticket: int) -> tuple[Action, ...]:
        """The span of a Wait is over; a stale one is dropped."""
        return self._suggestions.idled(ticket) if self._may_show else self._suggestions.cancel()

    # -- modes --------------------------------------------------------------

    def mode_snapshot(self) -> dict[str, bool]:
        """What a restarted engine should find again; holds no text."""
        return {"hangul": self.hangul, "predict": self.predict}

    def restore(self, snapshot: Mapping[str, object]) -> tuple[Action, ...]:
        """Take a snapshot back; what it lacks stays as it is."""
        self.hangul = bool(snapshot.get("hangul", self.hangul))
        self.predict = bool(snapshot.get("predict", self.predict))
        return (self._properties,)

    def _set_hangul(self, hangul: bool) -> tuple[Action, ...]:
        self.hangul = hangul
        return (*self._suggestions.cancel(), *self._writer.flush(), self._properties)

    def _leave_hangul(self) -> tuple[Action, ...]:
        self.hangul = False
        return (self._properties,)

    def _switch(self, predict: bool) -> tuple[Action, ...]:
        self.predict = predict
        return (self._properties,)

    @property
    def _properties(self) -> UpdateProperties:
        return UpdateProperties(self.hangul, self.predict)

    # -- the list -----------------------------------------------------------

    def _ask(self, *, forced: bool = False) -> tuple[Action, ...]:
        if not self._may_ask:
            return ()
        query = Query(
            self._writer.context.before,
            limit=self._settings.page_size,
            private=self._policy.private,
        )
        return self._suggestions.ask(query, forced=forced)

    def _accept(
        self, shown: CandidateList, index: int, *, then_space: bool = False
    ) -> tuple[Action, ...]:
        hide = self._suggestions.cancel()
        eojeol = shown.candidates[index].text
        return (*hide, *self._writer.accept(eojeol, then_space=then_space), *self._ask())

    def _forget(self, shown: CandidateList) -> tuple[Action, ...]:
        index = shown.cursor or 0
        eojeol = shown.candidates[index].text
        left = shown.without(index)
        return (Forget(eojeol), *self._suggestions.show(left, forgotten_hint(eojeol)))

    def _panel_moves(self, manner: Manner) -> tuple[Action, ...]:
        shown = self._suggestions.shown
        return self._list_key(manner, shown) if shown else ()

    def _forget_field(self) -> tuple[Action, ...]:
        self._toggle.clear()
        self._writer.clear()
        return self._suggestions.cancel()

    def _eojeol_finished(self, key: Key) -> bool:
        before = self._writer.context.before
        return key.character == " " and before.endswith(" ") and ends_eojeol(before[:-1])

    @property
    def _may_ask(self) -> bool:
        context = self._writer.context
        asked_for = self.predict and self._policy.predict
        return asked_for and not context.has_selection and bool(context.before.strip())

    @property
    def _may_show(self) -> bool:
        return self._may_ask and self._caret_known

    @property
    def _synchronous(self) -> bool:
        return is_synchronous(self._version, self._capabilities)
