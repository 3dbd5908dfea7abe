# SPDX-License-Identifier: Apache-2.0
"""A connection without a bus: it keeps what is sent."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from dbus_next.message import Message

from ibus_component.wire.frames import decode


class FakeBus:
    """The few things of a MessageBus that the engine touches."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.handlers: list[Callable[[Message], Message | bool | None]] = []
        self._disconnected = False
        self._serial = 100
        self._writer = SimpleNamespace(buf=None, messages=SimpleNamespace(qsize=lambda: 0))
        self._sock = SimpleNamespace(send=self._send)

    def _send(self, packed: bytearray) -> int:
        self.sent.append(bytes(packed))
        return len(packed)

    def next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def add_message_handler(self, handler: Callable[[Message], Message | bool | None]) -> None:
        self.handlers.append(handler)

    def messages(self) -> list[Message]:
        """All that was sent, one by one."""
        rest, messages = b"".join(self.sent), []
        while rest:
            body, fields = (int.from_bytes(rest[at : at + 4], "little") for at in (4, 12))
            length = 16 + fields + (-fields % 8) + body
            messages.append(decode(rest[:length]))
            rest = rest[length:]
        return messages
