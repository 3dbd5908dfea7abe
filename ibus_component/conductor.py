# SPDX-License-Identifier: Apache-2.0
"""Carries out what a session decides: on the screen, by a timer, at the predictor.

event ─► Session ─► actions ─► Screen (signals)   at once, in order
                               Wait   (timer)     back as Session.idled
                               Ask    (predictor) back as Session.answered
                               Learn, Count       nothing comes back
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

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
    OpenSettings,
    Orientation,
    Preedit,
    ShowList,
    Status,
    UpdateProperties,
    Wait,
)
from ibus_component.keys import Key
from ibus_component.session import Session
from ibus_component.settings import Settings
from ibus_component.toolkits import counts_as_x, key_position
from ime_engine.protocol import Candidate, Query

__all__ = ["Conductor", "Predicting", "Showing"]

log = logging.getLogger(__name__)


class Showing(Protocol):
    """What the user sees of one engine object."""

    def face(self, client: str) -> None: ...
    def commit(self, string: str) -> None: ...
    def preedit(self, string: str) -> None: ...
    def composing(self, string: str) -> None: ...
    def forward(self, keyval: int, keycode: int, state: int) -> None: ...
    def delete_before(self, count: int) -> None: ...
    def show_list(
        self, rows: Sequence[str], cursor: int | None, hint: str, orientation: Orientation
    ) -> None: ...
    def hide_list(self) -> None: ...
    def register_properties(self, status: Status) -> None: ...
    def update_properties(self, status: Status) -> None: ...
    def ask_surrounding_text(self) -> None: ...
    def flush(self) -> None: ...


class Predicting(Protocol):
    """The daemon, asked without waiting."""

    def ask(self, query: Query, answer: Callable[[tuple[Candidate, ...]], None]) -> None: ...
    def forget(self, eojeol: str) -> None: ...
    def learn(self, lesson: Learn) -> None: ...
    def count(self, count: Count) -> None: ...


class Conductor:
    """One session and the hands it needs."""

    def __init__(
        self,
        session: Session,
        screen: Showing,
        predictor: Predicting,
        changed: Callable[[], None],
        entered: Callable[[Conductor], None],
        keep: Callable[[str, bool], None],
        open_settings: Callable[[], None],
    ) -> None:
        """Wire a session.

        Args:
            session: Decides.
            screen: Shows.
            predictor: Answers, later or never.
            changed: Told whenever the mode, Hangul or Latin, or the switch may have changed.
            entered: Told whenever a field got the focus.
            keep: Told a setting that the user changed by key or menu.
            open_settings: Starts the settings dialog.
        """
        self._session = session
        self._screen = screen
        self._predictor = predictor
        self._changed = changed
        self._entered = entered
        self._keep = keep
        self._open_settings = open_settings
        self._timer: asyncio.TimerHandle | None = None
        self._counting: asyncio.TimerHandle | None = None
        self._counts_as_x = False
        self._field = ""

    def press(self, keyval: int, keycode: int, state: int) -> bool:
        """Handle one key; whether the application must not get it."""
        if self._counts_as_x:
            keycode = key_position(keyval, keycode)
        reaction = self._session.press(Key(keyval, keycode, state))
        self._perform(reaction.actions)
        return reaction.handled

    def focus_in(self, client: str, window: str) -> None:
        """The context that IBus calls `window`, of the program `client`, has the focus."""
        session, screen = self._session, self._screen
        self._entered(self)
        screen.face(client)
        self._counts_as_x = counts_as_x(client)
        # Without a window the daemon gives the focus to a context of its own, `fake`.
        self._field = "" if client == "fake" else window
        screen.ask_surrounding_text()
        self._perform(session.focus_in(client, window))
        screen.register_properties(session.status)

    def tell(self, event: str, *values: object) -> None:
        """Tell the session of any other event, by the name of its method."""
        self._perform(getattr(self._session, event)(*values) or ())

    def configure(self, settings: Settings) -> None:
        """Have the session follow changed settings, at once."""
        self.happen("configure", settings)

    def close(self) -> None:
        """Forget the timers; nothing may happen any more."""
        for timer in (self._timer, self._counting):
            if timer is not None:
                timer.cancel()

    def _perform(self, actions: Iterable[Action]) -> None:
        screen = self._screen
        for action in actions:
            match action:
                case Commit(text):
                    screen.commit(text)
                case Preedit(text):
                    screen.preedit(text)
                case Composing(text):
                    screen.composing(text)
                case DeleteBefore(count):
                    screen.delete_before(count)
                case ForwardKey(keyval, keycode, state):
                    screen.forward(keyval, keycode, state)
                case HideList():
                    screen.hide_list()
                case ShowList(rows, cursor, hint, orientation):
                    screen.show_list(rows, cursor, hint, orientation)
                case Wait(ticket, span_ms):
                    self._wait(ticket, span_ms)
                case Ask(ticket, query):
                    query = replace(query, field=self._field)
                    self._predictor.ask(query, partial(self.happen, "answered", ticket))
                case Forget(eojeol):
                    self._predictor.forget(eojeol)
                case Learn():
                    self._predictor.learn(replace(action, field=self._field))
                case Count():
                    self._predictor.count(action)
                case CountSoon(span_ms):
                    self._count_after(span_ms)
                case Keep(setting, value):
                    self._keep(setting, value)
                case OpenSettings():
                    self._open_settings()
                case UpdateProperties(status):
                    screen.update_properties(status)
                    self._changed()

    def _wait(self, ticket: int, span_ms: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(span_ms / 1000, self.happen, "idled", ticket)

    def _count_after(self, span_ms: int) -> None:
        if self._counting is not None:
            self._counting.cancel()
        loop = asyncio.get_running_loop()
        self._counting = loop.call_later(span_ms / 1000, self.happen, "counted")

    def happen(self, event: str, *values: object) -> None:
        """Tell of something that no call of ibus-daemon caused, so no reply carries it out."""
        try:
            self.tell(event, *values)
        except Exception as error:  # the log must hold no typed text
            log.warning("%s could not be processed: %s", event, type(error).__name__)
        self._screen.flush()
