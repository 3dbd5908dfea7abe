# SPDX-License-Identifier: Apache-2.0
"""Carries out what a session decides: on the screen, by a timer, at the predictor.

event ─► Session ─► actions ─► Screen (signals)   at once, in order
                               Wait   (timer)     back as Session.idled
                               Ask    (predictor) back as Session.answered
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

from ibus_component.actions import (
    Action,
    Ask,
    Commit,
    Forget,
    ForwardKey,
    HideList,
    Preedit,
    ShowList,
    UpdateProperties,
    Wait,
)
from ibus_component.keys import Key
from ibus_component.session import Session
from ime_engine.protocol import Candidate, Query

__all__ = ["Conductor", "Predicting", "Showing"]

log = logging.getLogger(__name__)


class Showing(Protocol):
    """What the user sees of one engine object."""

    def commit(self, string: str) -> None: ...
    def preedit(self, string: str) -> None: ...
    def forward(self, keyval: int, keycode: int, state: int) -> None: ...
    def show_list(self, rows: Sequence[str], cursor: int | None, hint: str) -> None: ...
    def hide_list(self) -> None: ...
    def register_properties(self, hangul: bool, predict: bool) -> None: ...
    def update_properties(self, hangul: bool, predict: bool) -> None: ...
    def ask_surrounding_text(self) -> None: ...
    def flush(self) -> None: ...


class Predicting(Protocol):
    """The daemon, asked without waiting."""

    def ask(self, query: Query, answer: Callable[[tuple[Candidate, ...]], None]) -> None: ...
    def forget(self, eojeol: str) -> None: ...


class Conductor:
    """One session and the hands it needs."""

    def __init__(
        self,
        session: Session,
        screen: Showing,
        predictor: Predicting,
        remember: Callable[[dict[str, bool]], None],
        recall: Callable[[], Mapping[str, bool]],
    ) -> None:
        """Wire a session.

        Args:
            session: Decides.
            screen: Shows.
            predictor: Answers, later or never.
            remember: Told the mode whenever it changed, so that a crash does not lose it.
            recall: Gives the part of the mode that all windows share.
        """
        self._session = session
        self._screen = screen
        self._predictor = predictor
        self._remember = remember
        self._recall = recall
        self._timer: asyncio.TimerHandle | None = None

    def press(self, keyval: int, keycode: int, state: int) -> bool:
        """Handle one key; whether the application must not get it."""
        reaction = self._session.press(Key(keyval, keycode, state))
        self._perform(reaction.actions)
        return reaction.handled

    def focus_in(self, client: str) -> None:
        """A context, of the program that `client` names, has the focus."""
        session, screen = self._session, self._screen
        session.restore(self._recall())  # what it answers is told by the properties below
        screen.ask_surrounding_text()
        screen.register_properties(session.hangul, session.predict)
        self._perform(session.focus_in(client))

    def tell(self, event: str, *values: object) -> None:
        """Tell the session of any other event, by the name of its method."""
        self._perform(getattr(self._session, event)(*values) or ())

    def close(self) -> None:
        """Forget the timer; nothing may happen any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _perform(self, actions: Iterable[Action]) -> None:
        screen = self._screen
        for action in actions:
            match action:
                case Commit(text):
                    screen.commit(text)
                case Preedit(text):
                    screen.preedit(text)
                case ForwardKey(keyval, keycode, state):
                    screen.forward(keyval, keycode, state)
                case HideList():
                    screen.hide_list()
                case ShowList(candidates, cursor, hint):
                    screen.show_list([each.text for each in candidates], cursor, hint)
                case Wait(ticket, span_ms):
                    self._wait(ticket, span_ms)
                case Ask(ticket, query):
                    self._predictor.ask(query, partial(self._later, "answered", ticket))
                case Forget(eojeol):
                    self._predictor.forget(eojeol)
                case UpdateProperties(hangul, predict):
                    screen.update_properties(hangul, predict)
                    self._remember(self._session.mode_snapshot())

    def _wait(self, ticket: int, span_ms: int) -> None:
        self.close()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(span_ms / 1000, self._later, "idled", ticket)

    def _later(self, event: str, *values: object) -> None:
        """Something that no call of the daemon caused, so no reply carries it out."""
        try:
            self.tell(event, *values)
        except Exception as error:  # the log must hold no typed text
            log.warning("%s could not be processed: %s", event, type(error).__name__)
        self._screen.flush()
