# SPDX-License-Identifier: Apache-2.0
"""Work for a waiting room, held back until a test lets it go."""

from __future__ import annotations

import asyncio
import threading

from ime_engine.errors import SupersededError
from ime_engine.service.requests import Work
from ime_engine.stopping import Stop


class Gate:
    """Work that waits to be let go or stopped, and remembers in which order it was done."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun: list[str] = []
        self.done: list[str] = []
        self.stopped: list[str] = []

    async def has_done(self, count: int) -> None:
        while len(self.done) < count:  # noqa: ASYNC110 - done by a thread
            await asyncio.sleep(0.001)

    def work(self, name: str) -> Work[str]:
        def act(stop: Stop) -> str:
            self.begun.append(name)
            while not self.open.wait(0.001):
                if stop():
                    self.stopped.append(name)
                    raise SupersededError(name)
            self.done.append(name)
            return name

        return act


def say(word: str) -> Work[str]:
    return lambda _: word
