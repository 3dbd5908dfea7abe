# SPDX-License-Identifier: Apache-2.0
"""Asks the predictor on the session bus, and never makes anybody wait.

A newer question goes out while an older one is under way, because the daemon then stops
searching for the older one. More than these two are not: of those that wait only the newest
is kept. So a stopped daemon holds two questions, however long the user types on, and is asked
again as soon as it has answered one, died or been given up.
A connection is sought when there is something to ask, not by polling.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component.actions import Count, Learn
from ibus_component.settings import Settings
from ibus_component.wire.bus import BusError, close_bus, open_bus
from ibus_component.wire.wishes import Wishes
from ime_engine.protocol import BUS_NAME, INTERFACE, OBJECT_PATH, Candidate, Query

__all__ = ["Guest", "Predictor", "read_candidates", "session_bus_address"]

ANSWER_TIMEOUT_S: Final = 1.0
MOST_UNDER_WAY: Final = 2
PATIENCE_S: Final = 30.0
"""Span after which a question is given up, so that the next can be put."""
BACKOFF_FIRST_S: Final = 0.5
BACKOFF_LONGEST_S: Final = 30.0
ANSWER_SIGNATURE: Final = "a(sda{sv})"

QUIET: Final = MessageFlag.NO_REPLY_EXPECTED | MessageFlag.NO_AUTOSTART

T = TypeVar("T")
Answer = Callable[[tuple[Candidate, ...]], None]

log = logging.getLogger(__name__)


def session_bus_address(env: Mapping[str, str]) -> str:
    """Address of the session bus.

    Args:
        env: The environment, os.environ as a rule.

    Raises:
        BusError: this login has none (yet).
    """
    if address := env.get("DBUS_SESSION_BUS_ADDRESS"):
        return address
    runtime = env.get("XDG_RUNTIME_DIR")
    if runtime and (Path(runtime) / "bus").is_socket():
        return f"unix:path={runtime}/bus"
    raise BusError("there is no session bus")


def read_candidates(body: list[Any], limit: int) -> tuple[Candidate, ...]:
    """Candidates in the answer of the daemon, those without text left out."""
    return tuple(
        Candidate(text, probability, _source(details))
        for text, probability, details in body[0][:limit]
        if text and "\0" not in text
    )


def _source(details: Mapping[str, Variant]) -> str:
    source = details.get("source")
    return str(source.value) if source is not None else "model"


class Guest(Protocol):
    """Who wants to hear on the same connection."""

    def connected(self, bus: MessageBus) -> None: ...
    def disconnected(self) -> None: ...


class Predictor:
    """The daemon as the typing process sees it.

    Args:
        env: The environment, os.environ as a rule; it says where the session bus is.
        guests: Who else is told of each connection to that bus.
    """

    def __init__(self, env: Mapping[str, str] = os.environ, guests: Sequence[Guest] = ()) -> None:
        self._env = env
        self._bus: MessageBus | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._asking: set[asyncio.Task[None] | None] = set()
        self._newest: asyncio.Task[None] | None = None
        self._waiting: tuple[Query, Answer] | None = None
        self._backoff_s = BACKOFF_FIRST_S
        self._not_before = 0.0
        self._wishes = Wishes()
        self._guests = (self._wishes, *guests)

    def ask(self, query: Query, answer: Answer) -> None:
        """Put a question; an older one is forgotten.

        Args:
            query: What to ask.
            answer: Called with the candidates if they come within ANSWER_TIMEOUT_S.
        """
        self._waiting = (query, answer)
        self._go_on()

    def forget(self, eojeol: str) -> None:
        """Have the daemon forget an eojeol, if it is there to do so."""
        if self._bus is not None and self._bus.connected:
            self._bus.send(_call("Forget", "s", [eojeol], MessageFlag.NO_REPLY_EXPECTED))

    def learn(self, lesson: Learn) -> None:
        """Have the daemon learn an eojeol, if it is there to do so."""
        self._tell(_lesson, lesson)

    def count(self, count: Count) -> None:
        """Have the daemon add counts to those of today, if it is there to do so."""
        self._tell(_counts, count)

    def follow(self, settings: Settings) -> None:
        """Have the daemon be as the settings say: now, or when it comes; this starts none."""
        self._wishes.follow(settings)
        if self._bus is None:
            self._seek()

    def close(self) -> None:
        """Give up every question and the connection."""
        self._waiting = None
        for task in (self._connecting, *self._asking):
            if task is not None:
                task.cancel()
        if self._bus is not None:
            close_bus(self._bus)
            self._bus = None

    def _tell(self, message: Callable[[T], Message], what: T) -> None:
        """Tell the daemon, after the key that caused it has been answered."""
        if self._bus is not None and self._bus.connected:
            asyncio.get_running_loop().call_soon(self._send, message, what)

    def _send(self, message: Callable[[T], Message], what: T) -> None:
        if self._bus is not None and self._bus.connected:
            self._bus.send(message(what))

    def _go_on(self) -> None:
        """Send the question that waits, unless too many are under way or there is no bus."""
        if self._waiting is None or len(self._asking) >= MOST_UNDER_WAY:
            return
        if self._bus is not None and self._bus.connected:
            query, answer = self._waiting
            self._waiting = None
            self._newest = asyncio.ensure_future(self._ask(self._bus, query, answer))
            self._asking.add(self._newest)
        else:
            self._seek()

    def _seek(self) -> None:
        if self._connecting is None and self._now() >= self._not_before:
            self._connecting = asyncio.ensure_future(self._connect())

    async def _connect(self) -> None:
        try:
            self._bus = await open_bus(session_bus_address(self._env))
            self._bus._disconnect_future.add_done_callback(self._lost)
            for guest in self._guests:
                guest.connected(self._bus)
            self._backoff_s = BACKOFF_FIRST_S
        except BusError:
            self._not_before = self._now() + self._backoff_s
            self._backoff_s = min(2 * self._backoff_s, BACKOFF_LONGEST_S)
        finally:
            self._connecting = None
        self._go_on()

    def _lost(self, future: asyncio.Future[Any]) -> None:
        if not future.cancelled():
            future.exception()  # retrieved: that the bus went is no error of ours
        self._bus = None
        for guest in self._guests:
            guest.disconnected()

    async def _ask(self, bus: MessageBus, query: Query, answer: Answer) -> None:
        begun, task = self._now(), asyncio.current_task()
        reply: Message | None = None
        try:
            reply = await asyncio.wait_for(bus.call(_message(query)), PATIENCE_S)
        except Exception as error:  # hung, gone, or unreadable: there is no answer
            log.debug("the predictor gave no answer: %s", type(error).__name__)
        finally:
            self._asking.discard(task)
        is_newest = self._waiting is None and task is self._newest
        if is_newest and self._now() - begun <= ANSWER_TIMEOUT_S:
            self._deliver(reply, query.limit, answer)
        self._go_on()

    @staticmethod
    def _deliver(reply: Message | None, limit: int, answer: Answer) -> None:
        if reply is None or reply.message_type is not MessageType.METHOD_RETURN:
            return
        if reply.signature != ANSWER_SIGNATURE:
            log.warning("the predictor speaks another dialect; update both parts of ieum")
            return
        answer(read_candidates(reply.body, limit))

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _message(query: Query) -> Message:
    options = {"limit": Variant("u", query.limit)}
    if query.deadline_ms is not None:
        options["deadline_ms"] = Variant("u", query.deadline_ms)
    if query.private:
        options["private"] = Variant("b", True)
    elif query.field:
        options["field"] = Variant("s", query.field)
    return _call("Predict", "ssa{sv}", [query.before, query.prefix, options])


def _lesson(lesson: Learn) -> Message:
    options = {"accepted": Variant("b", lesson.accepted)}
    if lesson.field:
        options["field"] = Variant("s", lesson.field)
    return _call("Learn", "ssa{sv}", [lesson.before, lesson.eojeol, options], QUIET)


def _counts(count: Count) -> Message:
    counted = {name: number for name, number in dataclasses.asdict(count).items() if number}
    return _call("Count", "a{su}", [counted], QUIET)


def _call(
    member: str, signature: str, body: list[Any], flags: MessageFlag = MessageFlag.NONE
) -> Message:
    return Message(
        destination=BUS_NAME,
        path=OBJECT_PATH,
        interface=INTERFACE,
        member=member,
        signature=signature,
        body=body,
        flags=flags,
    )
