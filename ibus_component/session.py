# SPDX-License-Identifier: Apache-2.0
"""What happens at each event of typing, decided without IBus.

    keys       ─► Pressing ─┐
    client     ─────────────┤► Writer, Predictions, HanjaPicker, Lessons ─► actions
    panel      ─► Switches ─┘
    predictor, clock ─► Predictions

Each method turns one event into actions; the IBus engine object carries them out and has
no opinion of its own. So every rule of typing is tested with plain values, and a script of
keys is a complete test (tests/scenarios). No clock, no input or output, no log here: what
must wait or be asked is an action too.
"""

from __future__ import annotations

from collections.abc import Sequence

from ibus_component.actions import Action, Keep, Reaction, Status
from ibus_component.consent import Consent
from ibus_component.field import Field
from ibus_component.hanja_picker import HanjaPicker
from ibus_component.input_mode import InputMode
from ibus_component.keys import Key, Mask
from ibus_component.lists import Lists
from ibus_component.manners import Bindings
from ibus_component.panel import INCOGNITO, MODE, PREDICT, chosen
from ibus_component.predictions import Predictions
from ibus_component.pressing import Pressing
from ibus_component.settings import Settings, only_switched, switched
from ibus_component.switches import Switches
from ibus_component.tally import Tally
from ibus_component.toggle import ToggleKey
from ibus_component.writer import Writer
from ime_engine.protocol import Candidate

__all__ = ["Session"]


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
        self._field = field = Field(ibus_version, wayland=wayland)
        field.follow(settings)
        self._mode = mode = InputMode.of(settings) if mode is None else mode
        self._consent = consent = Consent(field, mode, settings)
        self._tally = tally = Tally(consent)
        self._writer = writer = Writer(settings, consent, tally)
        self._lessons = writer.lessons
        self._predictions = Predictions(writer, field, settings, mode, consent, tally)
        self._hanja = HanjaPicker(writer, settings)
        self._lists = Lists(self._hanja, self._predictions)
        self._switches = Switches(mode, settings, writer, self._lists, tally)
        self._toggle = ToggleKey()
        self._pressing = Pressing(
            Bindings.of(settings),
            *(field, writer, self._hanja, self._predictions, self._switches, self._toggle),
        )

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
        self._pressing.bindings = Bindings.of(settings)
        for part in (self._consent, self._switches, self._predictions, self._hanja):
            part.configure(settings)
        self._switches.drop_lessons()
        if self._field.follow(settings):
            actions += self._policy_changed()
        return (*actions, self._switches.shown)

    def press(self, key: Key) -> Reaction:
        """Answer one key event, going down or up."""
        self._field.touched = True
        if not self._field.policy.compose or key.state & Mask.FORWARD:
            return Reaction(False)
        return self._pressing.press(key)

    # -- the client ---------------------------------------------------------

    def focus_in(self, client: str = "", window: str = "") -> tuple[Action, ...]:
        """A field got the focus: nothing is known of its text.

        Args:
            client: What kind of program, such as `gtk3-im:gedit`; empty when IBus does not say.
            window: What IBus calls its input context; empty when it does not say.
        """
        self._lessons.entered()
        self._field.meet(client)
        self._hanja.enter(client)
        # Without a window the daemon gives the focus to a context of its own, `fake`.
        changed = self._mode.enter("" if client == "fake" else window)
        self._toggle.served(client)
        self._writer.late_reset.client = client
        return (*self._forget_field(), *((self._switches.shown,) if changed else ()))

    def focus_out(self) -> tuple[Action, ...]:
        """The field lost the focus; its client has committed the syllable itself."""
        return (*self._forget_field(), *self._tally.take(), *self._lessons.take())

    def reset(self) -> tuple[Action, ...]:
        """The caret may have moved; the client has committed the syllable itself."""
        return (*self._writer.caret_moved(), *self._lists.clear(), *self._lessons.take())

    def enable(self) -> tuple[Action, ...]:
        """The engine was chosen; mode and switch are as they were."""
        return ()

    def disable(self) -> tuple[Action, ...]:
        """Another engine was chosen; the daemon has committed the syllable itself."""
        return self.focus_out()

    def set_content_type(self, purpose: int, hints: int) -> tuple[Action, ...]:
        """The client says what kind of field this is."""
        veiled = self._field.touched and not self._field.policy.learn
        if not self._field.become(purpose, hints):
            return ()
        if veiled:
            self._lessons.veil()
        return self._policy_changed()

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
        self._field.touched = True
        if self._field.tells_surrounding:
            self._writer.told(text, cursor, anchor)

    # -- the panel ----------------------------------------------------------

    def candidate_clicked(self, index: int, button: int, state: int) -> tuple[Action, ...]:
        """A candidate was clicked; `index` counts in the page."""
        del state
        return (*self._lists.clicked(index, button), *self._lessons.take())

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
            return (*self._predictions.cancel(), *self._switches.set_predict(state == 1))
        if name == INCOGNITO:
            return (*self._predictions.cancel(), *self._switches.set_incognito(state == 1))
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
        return (*self._predictions.answered(ticket, candidates), *self._lessons.take())

    def idled(self, ticket: int) -> tuple[Action, ...]:
        """The span of a Wait is over; a stale one is dropped."""
        return (*self._predictions.idled(ticket), *self._lessons.take())

    def counted(self) -> tuple[Action, ...]:
        """The span of a CountSoon is over."""
        return self._tally.take()

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
        return self._switches.status

    def set_hangul(self, hangul: bool) -> tuple[Action, ...]:
        """Change the mode, whoever wishes it; the syllable is finished."""
        return (*self._switches.set_hangul(hangul), *self._lessons.take())

    # -- the field ----------------------------------------------------------

    def _forget_field(self) -> tuple[Action, ...]:
        self._toggle.clear()
        return (*self._writer.leave(), *self._lists.clear())

    def _policy_changed(self) -> tuple[Action, ...]:
        self._switches.drop_lessons()
        actions = self._lists.close()
        if not self._field.policy.compose:
            actions += self._writer.flush()
        if not self._field.policy.surrounding:
            self._writer.context.clear()
        return actions
