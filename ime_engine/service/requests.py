# SPDX-License-Identifier: Apache-2.0
"""Questions wait here, so that the event loop never does.

    callers --ask()--> waiting room: one place a sender --> lanes: one search each --> Worker
             spare() ------- a moment after, when nobody waits ----->

The newest question of a sender wins: an older one that waits gives up its place, one
that runs is told to stop, because nobody wants the prediction for a text that has since
grown. Other senders are not touched by it. Who asks what is being asked already shares
the answer. Spare work runs while nobody wants anything, and stops for whoever does.

Design: docs/design/requests.md.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from ime_engine.errors import NotReadyError, SupersededError
from ime_engine.service.worker import Worker
from ime_engine.stopping import Stop

__all__ = ["CAPACITY", "Requests", "Work"]

T = TypeVar("T")
Work = Callable[[Stop], T]
"""Runs in a worker's thread; may end early, in whatever way, once told to stop."""

CAPACITY: Final = 32
"""Senders that may wait at a time."""

QUIET_S: Final = 0.01
"""Span without a question before spare work begins: a program that asks without a pause would
wait for the pass that is under way each time."""


@dataclass(slots=True, eq=False)
class _Question:
    """One piece of work and who waits for it."""

    key: Hashable
    work: Work[Any]
    askers: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    spare: bool = False
    """Whether nobody has asked for it (yet)."""

    stopped: bool = False

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits."""
        return any(not answer.done() for answer in self.askers.values())

    def join(self, sender: str, answer: asyncio.Future[Any]) -> None:
        """The sender waits for this; it may have asked the very same before."""
        older = self.askers.get(sender)
        self.askers[sender] = answer
        self.spare = False
        supersede(older)

    def leave(self, sender: str) -> None:
        """The sender has asked something newer."""
        supersede(self.askers.pop(sender, None))
        self.stopped = not self.wanted


def supersede(answer: asyncio.Future[Any] | None) -> None:
    """Tell who waits for an answer that a newer question took its place."""
    if answer is not None and not answer.done():
        answer.set_exception(SupersededError("A newer request of the same program took its place."))


class Requests:
    """The waiting room before the workers; belongs to one event loop.

    Args:
        workers: One a lane; as many searches run at a time.
        capacity: Senders that may wait.
    """

    def __init__(self, *workers: Worker, capacity: int = CAPACITY) -> None:
        self._idle = list(workers)
        self._capacity = capacity
        self._waiting: list[_Question] = []
        self._running: list[_Question] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._spare: deque[_Question] = deque()
        self._quiet: asyncio.TimerHandle | None = None
        self._numbers = itertools.count()

    async def ask(self, sender: str, work: Work[T], key: Hashable = None) -> T:
        """Wait for a turn, run `work` in a worker, return its result.

        Args:
            sender: Who asks; has one question at a time.
            work: Called in a worker's thread; told to stop when nobody waits for it any longer.
            key: The same for questions that have the same answer; None shares it with nobody.

        Raises:
            SupersededError: The same sender asked again before it had its answer.
            NotReadyError: As many senders wait as may wait.
        """
        if key is None:
            key = next(self._numbers)
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._place(sender, _Question(key, work)).join(sender, answer)
        self._next()
        return await answer

    def spare(self, find: Callable[[], Iterable[tuple[Work[Any], Hashable]]]) -> None:
        """Once nobody has wanted anything for a moment, do what is found then, in turn.

        What was to be done before is dropped. They are told to stop when somebody asks
        something else; who asks what is being done shares the result.

        Args:
            find: Gives work and key as of `ask`; called then, so that nobody waits for it.
        """
        self._drop_spare()
        later = asyncio.get_running_loop().call_later
        self._quiet = later(QUIET_S, self._begin_spare, find)

    def _begin_spare(self, find: Callable[[], Iterable[tuple[Work[Any], Hashable]]]) -> None:
        self._spare.extend(_Question(key, work, spare=True) for work, key in find())
        self._next()

    def is_prepared(self, key: Hashable) -> bool:
        """Tell whether spare work under this key runs now."""
        return any(each.spare and each.key == key for each in self._alive())

    async def drained(self) -> None:
        """Wait until no search runs."""
        self._drop_spare()
        while self._tasks:
            await asyncio.wait(self._tasks)

    def close(self) -> None:
        """Let nobody wait any longer: the daemon ends."""
        self._drop_spare()
        for question in (*self._waiting, *self._running):
            question.stopped = True
            for answer in question.askers.values():
                answer.cancel()
        self._waiting.clear()
        for task in self._tasks:
            task.cancel()

    def _place(self, sender: str, question: _Question) -> _Question:
        """Give a question its place, or find the one that is the same; the older one loses its."""
        older = next((each for each in self._alive() if sender in each.askers), None)
        same = next((each for each in self._alive() if each.key == question.key), None)
        alone = older is not None and older.askers.keys() == {sender}
        place = self._waiting.index(older) if alone and older in self._waiting else None
        if same is None and place is None and len(self._waiting) >= self._capacity:
            raise NotReadyError(
                f"{self._capacity} programs are waiting for predictions; ask again later."
            )
        if older is not None and older is not same:
            older.leave(sender)
        self._drop_spare(but=same)
        if same is None:
            if place is not None:
                self._waiting[place] = question
            else:
                self._waiting.append(question)
        return same or question

    def _alive(self) -> list[_Question]:
        return [each for each in (*self._running, *self._waiting) if not each.stopped]

    def _drop_spare(self, but: _Question | None = None) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
        self._spare.clear()
        for question in self._running:
            question.stopped |= question.spare and question is not but

    def _next(self) -> None:
        while self._idle and (question := self._chosen()) is not None:
            self._running.append(question)
            task = asyncio.ensure_future(self._carry_out(question, self._idle.pop()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _chosen(self) -> _Question | None:
        """What comes next; spare work only when nothing else is under way."""
        while self._waiting:
            first = self._waiting.pop(0)
            if first.wanted:
                return first
            first.stopped = True
        return self._spare.popleft() if self._spare and not self._running else None

    async def _carry_out(self, question: _Question, worker: Worker) -> None:
        try:
            result = await worker.run(lambda: question.work(lambda: question.stopped))
        except Exception as error:
            for answer in question.askers.values():
                if not answer.done():
                    answer.set_exception(error)
        else:
            for answer in question.askers.values():
                if not answer.done():
                    answer.set_result(result)
        finally:
            self._running.remove(question)
            self._idle.append(worker)
            self._next()
