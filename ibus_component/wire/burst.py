# SPDX-License-Identifier: Apache-2.0
"""Keys sent ahead of their answers: thousands a second, in the order of one connection.

    add, add, add ─► one write ─► daemon ─► engine
    play          ◄─ signals of the first key, its answer, signals of the second …

An engine answers one key after the other, and what a key causes comes before its answer,
so whoever applies what `play` yields, in order, does what a patient application does.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from dbus_next.constants import MessageType
from dbus_next.message import Message

from ibus_component.wire.bus import BusError
from ibus_component.wire.frames import Frames, decode

__all__ = ["Burst"]

IBUS: Final = "org.freedesktop.IBus"
CONTEXT: Final = "org.freedesktop.IBus.InputContext"
SIGNAL: Final = MessageType.SIGNAL.value
RETURN: Final = MessageType.METHOD_RETURN.value
SERIAL_AT: Final = 8
KEY: Final = struct.Struct("<III")
NUMBER: Final = struct.Struct("<I")
REPLY_SERIAL: Final = b"\x05\x01u\x00"
"""Code and signature of the header field that says what a reply answers."""
AHEAD: Final = 128
"""Most keys without an answer: what the daemon has to hold stays small."""


class Burst:
    """Keys for one input context."""

    def __init__(self, frames: Frames, path: str) -> None:
        """Prepare.

        Args:
            frames: The connection that the context belongs to; nobody else reads it meanwhile.
            path: Object path of the input context.
        """
        self._frames = frames
        self._sample = frames.pack(
            Message(
                destination=IBUS,
                path=path,
                interface=CONTEXT,
                member="ProcessKeyEvent",
                signature="uuu",
                body=[0, 0, 0],
            )
        )
        self._keys: list[tuple[int, int, int]] = []

    def add(self, keyval: int, keycode: int, state: int) -> None:
        """Line up a key event."""
        self._keys.append((keyval, keycode, state))

    def play(self) -> Iterator[bool | Message]:
        """Send what is lined up.

        Yields:
            Signals, and for each key whether the engine kept it, as they come.

        Raises:
            BusError: an answer is an error, out of order, or does not come.
        """
        keys, self._keys = self._keys, []
        for start in range(0, len(keys), AHEAD):
            yield from self._some(keys[start : start + AHEAD])

    def _some(self, keys: list[tuple[int, int, int]]) -> Iterator[bool | Message]:
        waiting = [self._frames.next_serial() for _ in keys]
        self._frames.post(b"".join(map(self._pack, waiting, keys)))
        for serial in waiting:
            while (frame := self._frames.wait())[1] == SIGNAL:
                yield _signal(frame[:SERIAL_AT] + b"\1\0\0\0" + frame[SERIAL_AT + 4 :])
            if frame[1] != RETURN or _answers(frame) != serial:
                raise BusError("a key got no answer, or one out of order")
            yield bool(frame[-4])

    def _pack(self, serial: int, key: tuple[int, int, int]) -> bytes:
        raw = bytearray(self._sample)
        NUMBER.pack_into(raw, SERIAL_AT, serial)
        KEY.pack_into(raw, len(raw) - KEY.size, *key)
        return bytes(raw)


@lru_cache(maxsize=1 << 15)
def _signal(frame: bytes) -> Message:
    """Most signals differ from an earlier one by their serial only."""
    return decode(frame)


def _answers(frame: bytes) -> int:
    """Serial of the call that a reply answers."""
    at = frame.index(REPLY_SERIAL) + len(REPLY_SERIAL)
    return int(NUMBER.unpack_from(frame, at)[0])
