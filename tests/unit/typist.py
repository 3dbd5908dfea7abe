# SPDX-License-Identifier: Apache-2.0
"""A typist, her keyboard, and applications as they treat an IBus engine.

`Desk` holds one session and text fields that behave like real clients: they
apply commits and passed keys in their own order, commit the preedit themselves
on a click or a focus change (COMMIT mode), and say what surrounds the caret
just before a key, as GTK does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ibus_component.actions import (
    Action,
    Ask,
    Commit,
    Composing,
    Count,
    CountSoon,
    DeleteBefore,
    Forget,
    ForwardKey,
    HideList,
    Keep,
    Learn,
    Preedit,
    ShowList,
    UpdateProperties,
    Wait,
)
from ibus_component.hanja_list import ROWS
from ibus_component.input_mode import InputMode
from ibus_component.keys import Mask
from ibus_component.session import Session
from ibus_component.settings import Settings
from ime_engine.protocol import Candidate, Query
from tests.unit.keyboard import (
    MODIFIER_KEYS,
    MODIFIER_MASKS,
    SHIFTED,
    key,
    name_of,
)
from tests.unit.text_field import CLIENTS, SURROUNDING_BIT, SYNC_BIT, Client, Field

__all__ = ["Desk"]


@dataclass
class Desk:
    """One session, one application with text fields, one typist."""

    client: Client = CLIENTS[0]
    surrounding: bool = True
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        self.mode = InputMode.of(self.settings)
        self.session = Session(self.settings, self.client.version, self.mode)
        self.fields = {"main": Field()}
        self.field = self.fields["main"]
        self.held: list[str] = []
        self.locks = 0
        self.board = "us"
        self.composing = ""
        self.list: ShowList | None = None
        self.queries: list[Query] = []
        self.waits: list[Wait] = []
        self.asked_ticket = 0
        self.forgotten: list[str] = []
        self.lessons: list[Learn] = []
        self.counts: list[Count] = []
        self.counting: CountSoon | None = None
        self.program = "gtk3-im:desk"
        self.commits: list[str] = []
        self.deleted = 0
        self.reached: list[str] = []
        self.kept: dict[str, bool] = {}
        self.properties: UpdateProperties | None = None
        self.handled = False
        self.caret_place = (400, 300, 1, 20)
        self._told: tuple[str, int, int] | None = None
        self.enter("main")

    # -- keys

    @property
    def state(self) -> int:
        mask = self.locks
        for name in self.held:
            mask |= MODIFIER_MASKS.get(name, 0)
        return mask

    def down(self, name: str) -> bool:
        """A key goes down; True when the engine kept it."""
        self._tell_surrounding()
        event = key(name, self.state, self.board)
        reaction = self.session.press(event)
        self._check_key(reaction.actions)
        shift = bool(event.state & Mask.SHIFT)
        passed = not reaction.handled
        chord = bool(event.state & (Mask.CONTROL | Mask.ALT | Mask.MOD4))
        if passed and self.client.answer_first:
            self._reach(name, shift=shift, chord=chord)
        self.perform(reaction.actions)
        if passed and not self.client.answer_first:
            self._reach(name, shift=shift, chord=chord)
        if name in MODIFIER_MASKS:
            self.held.append(name)
        else:
            self.handled = reaction.handled
        if name == "Caps_Lock":
            self.locks ^= Mask.LOCK
        return reaction.handled

    def up(self, name: str) -> bool:
        """A key goes up; True when the engine kept the release."""
        event = key(name, self.state | Mask.RELEASE, self.board)
        if name in self.held:
            self.held.remove(name)
        reaction = self.session.press(event)
        shows = all(isinstance(action, ShowList | HideList) for action in reaction.actions)
        assert shows, "a release types nothing"
        self.perform(reaction.actions)
        return reaction.handled

    def press(self, chord: str) -> None:
        """Press and release: `r`, `Return`, `Control+Alt+h`."""
        *modifiers, name = chord.split("+") if len(chord) > 1 else [chord]
        if len(name) == 1 and name in SHIFTED.values() and "Shift" not in modifiers:
            modifiers.append("Shift")
        keys = [MODIFIER_KEYS[modifier] for modifier in modifiers]
        for modifier in keys:
            self.down(modifier)
        self.down(name)
        self.up(name)
        for modifier in reversed(keys):
            self.up(modifier)

    def type(self, text: str) -> None:
        """Press the keys of these characters one after the other."""
        for character in text:
            self.press("space" if character == " " else character)

    # -- what the engine asks for

    def perform(self, actions: Iterable[Action]) -> None:
        """Do what the engine object would do, as this client takes it."""
        for action in actions:
            match action:
                case Commit(text):
                    assert text, "nothing is committed as nothing"
                    self.commits.append(text)
                    self.field.insert(text)
                    if self.client.commit_ends_preedit:
                        self.field.preedit = ""
                case Preedit(text):
                    assert self.settings.preedit != "none", "no client sees what is composed"
                    self.field.preedit = text
                case Composing(text):
                    assert self.settings.preedit == "none"
                    self.composing = text
                case ForwardKey(keyval, keycode, _):
                    self._forwarded(keyval, keycode)
                case ShowList():
                    limit = ROWS if self.session.shows_hanja else self.settings.page_size
                    assert 1 <= len(action.rows) <= limit
                    assert action.cursor is None or 0 <= action.cursor < len(action.rows)
                    self.list = action
                case HideList():
                    self.list = None
                case Ask(ticket, query):
                    self.asked_ticket = ticket
                    self.queries.append(query)
                case Wait():
                    self.waits.append(action)
                case Forget(eojeol):
                    self.forgotten.append(eojeol)
                case Learn():
                    self.lessons.append(action)
                case Count():
                    self.counts.append(action)
                case CountSoon():
                    self.counting = action
                case DeleteBefore(count):
                    assert self.surrounding, "only of what the client tells"
                    self.deleted += count
                    self.field.anchor = max(0, self.field.caret - count)
                    self.field.insert("")
                case Keep(setting, value):
                    self.kept[setting] = value
                case UpdateProperties():
                    self.properties = action

    def answer(self, *candidates: Candidate) -> None:
        """The daemon answers the last question, late or in time."""
        self.perform(self.session.answered(self.asked_ticket, candidates))

    def idle(self) -> None:
        """The last Wait is over; the engine's timer fires even if keys came since."""
        if self.waits:
            self.perform(self.session.idled(self.waits[-1].ticket))

    def half_a_minute(self) -> None:
        """So long passes since the last eojeol was counted for the first time."""
        if self.counting is not None:
            self.counting = None
            self.perform(self.session.counted())

    def rest(self, *candidates: Candidate) -> None:
        """The hands rest for long; each question that this brings is answered at once."""
        tickets = None
        while tickets != (tickets := self._tickets()):
            self.answer(*candidates)
            self.idle()

    def _tickets(self) -> tuple[int, int]:
        return self.asked_ticket, self.waits[-1].ticket if self.waits else 0

    # -- what else happens on a desk

    def enter(self, name: str) -> None:
        """Give a field the focus, as ibus-daemon announces it."""
        self.field = self.fields.setdefault(name, Field())
        self.perform(self.session.focus_in(self.program, f"/window/{name}"))
        self.perform(self.session.enable())
        caps = 0b1001 | (SYNC_BIT if self.client.sync_bit else 0)
        self.session.set_capabilities(caps | (SURROUNDING_BIT if self.surrounding else 0))
        self.perform(self.session.set_cursor_location(*self.caret_place))
        self.perform(self.session.set_content_type(self.field.purpose, self.field.hints))
        self._told = None

    def come_back(self, name: str) -> None:
        """Our engine is chosen again: ibus-daemon makes a new object for it."""
        self.session = Session(self.settings, self.client.version, self.mode)
        self.enter(name)

    def leave(self) -> None:
        """Take the focus away: the client keeps its preedit, then tells the engine."""
        self.field.keep_preedit()
        self.perform(self.session.focus_out())
        assert not self.composing, "nothing stays beside a caret that is gone"
        self.list = None

    def click(self, place: int) -> None:
        """Click into the text."""
        self.field.keep_preedit()
        self.field.caret = self.field.anchor = place
        self.perform(self.session.reset())

    def _check_key(self, actions: tuple[Action, ...]) -> None:
        updates = [action.text for action in actions if isinstance(action, Preedit | Composing)]
        assert len(updates) <= 1, "at most one preedit update for each key"
        shown = Preedit | Composing | Commit | ForwardKey
        order = [type(a) for a in actions if isinstance(a, shown)]
        assert order.count(Commit) <= 1, "at most one commit for each key"
        if updates == [""] and Commit in order:
            assert order[0] is not Commit, "cleared before it is committed"
        if ForwardKey in order:
            assert order[-1] is ForwardKey, "the key comes behind its syllable"

    def _tell_surrounding(self) -> None:
        field_ = self.field
        now = (field_.text, field_.caret, field_.anchor)
        if self.surrounding and now != self._told:
            self._told = now
            self.session.set_surrounding(*now)

    def _forwarded(self, keyval: int, keycode: int) -> None:
        if self.client.loses_forwarded:
            return
        name = name_of(keyval, keycode)
        chord = bool(self.state & (Mask.CONTROL | Mask.ALT | Mask.MOD4))
        self._reach(name, shift=bool(self.state & Mask.SHIFT), chord=chord)

    def _reach(self, name: str, *, shift: bool, chord: bool) -> None:
        """A key arrives in the application; toolkits end the preedit when it acts on one."""
        if name in MODIFIER_MASKS or name == "Caps_Lock":
            return
        self.reached.append(name)
        if chord:
            return
        ended = self.field.keep_preedit()
        own = chr(key(name, 0, self.board).keyval) if len(name) == 1 else name
        self.field.receive(own, shift)
        if ended:
            self.perform(self.session.reset())
