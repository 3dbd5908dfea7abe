# SPDX-License-Identifier: Apache-2.0
"""What an engine says leaves at once where it can, and in order where it cannot."""

from __future__ import annotations

from collections import deque
from types import SimpleNamespace
from typing import Any, cast

from dbus_next.aio.message_bus import MessageBus

from ibus_component.wire.packed import PackedReply
from ibus_component.wire.screen import Outbox

REPLY = PackedReply(":1.1", "b", [True])


class SlowBus:
    """A connection whose socket takes so many bytes at once, or none."""

    def __init__(self, takes: int | None) -> None:
        self.takes = takes
        self.sent = b""
        self.queue: deque[tuple[bytes, Any, Any]] = deque()
        self.scheduled = 0
        self._disconnected = False
        self._sock = SimpleNamespace(send=self._send)
        self._writer = SimpleNamespace(
            buf=None,
            messages=SimpleNamespace(qsize=lambda: len(self.queue), put_nowait=self.queue.append),
            schedule_write=self._schedule,
        )

    def next_serial(self) -> int:
        return 7

    def _schedule(self) -> None:
        self.scheduled += 1

    def _send(self, packed: bytearray) -> int:
        if self.takes is None:
            raise BlockingIOError
        self.sent += bytes(packed[: self.takes])
        return min(self.takes, len(packed))


def answer(bus: SlowBus, *serials: int) -> None:
    outbox = Outbox(cast(MessageBus, bus))
    for serial in serials:
        outbox.reply(REPLY, serial)
    outbox.flush()


def everything(bus: SlowBus) -> bytes:
    return bus.sent + b"".join(packed for packed, _, _ in bus.queue)


EXPECTED = REPLY.pack(1, 7) + REPLY.pack(2, 7)


def test_what_the_socket_takes_leaves_without_a_round_of_the_loop() -> None:
    bus = SlowBus(10_000)
    answer(bus, 1, 2)
    assert bus.sent == EXPECTED
    assert not bus.scheduled


def test_the_rest_waits_until_the_socket_takes_more() -> None:
    bus = SlowBus(11)
    answer(bus, 1, 2)
    assert len(bus.sent) == 11
    assert everything(bus) == EXPECTED
    assert bus.scheduled == 1


def test_a_full_socket_loses_nothing() -> None:
    bus = SlowBus(None)
    answer(bus, 1, 2)
    assert bus.sent == b""
    assert everything(bus) == EXPECTED


def test_nothing_overtakes_what_is_still_to_be_sent() -> None:
    waiting, half_sent = SlowBus(10_000), SlowBus(10_000)
    waiting.queue.append((b"before", None, None))
    half_sent._writer.buf = memoryview(b"before")
    for bus in (waiting, half_sent):
        answer(bus, 1, 2)
        assert bus.sent == b""
        assert everything(bus).removeprefix(b"before") == EXPECTED
