# SPDX-License-Identifier: Apache-2.0
"""Puts bytes on a session bus that no library would send."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Sequence
from typing import Self

from ime_engine.protocol import BUS_NAME, INTERFACE, OBJECT_PATH

PATH, BUS_INTERFACE, MEMBER, DESTINATION, SIGNATURE = 1, 2, 3, 6, 8
TYPES = {PATH: "o", BUS_INTERFACE: "s", MEMBER: "s", DESTINATION: "s", SIGNATURE: "g"}

Field = tuple[int, bytes]


class RawClient:
    """A connection to the bus that has said Hello."""

    def __init__(self, address: str) -> None:
        options = dict(part.split("=", 1) for part in address.partition(":")[2].split(","))
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(10)
        self._socket.connect(options.get("path") or "\0" + options["abstract"])
        uid = str(os.getuid()).encode().hex()
        self.send(f"\0AUTH EXTERNAL {uid}\r\n".encode())
        self._socket.recv(4096)
        bus = "org.freedesktop.DBus"
        hello = [
            (PATH, b"/org/freedesktop/DBus"),
            (BUS_INTERFACE, bus.encode()),
            (MEMBER, b"Hello"),
            (DESTINATION, bus.encode()),
        ]
        self.send(b"BEGIN\r\n" + message(hello, b""))
        greeting = b""
        while b"NameAcquired" not in greeting:  # the last thing the bus says unasked
            greeting += self._socket.recv(65536)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> bytes:
        """The next bytes from the bus; empty when it closed the connection."""
        try:
            return self._socket.recv(65536)
        except ConnectionResetError:
            return b""


def predict_call(before: bytes, extra: Sequence[Field] = ()) -> bytes:
    """Predict(before, "", {}) with these very bytes as `before`."""
    fields = [
        (PATH, OBJECT_PATH.encode()),
        (BUS_INTERFACE, INTERFACE.encode()),
        (MEMBER, b"Predict"),
        (DESTINATION, BUS_NAME.encode()),
        (SIGNATURE, b"ssa{sv}"),
        *extra,
    ]
    body = aligned(text(before), 4) + text(b"")
    body = aligned(body, 4) + struct.pack("<I", 0)
    return message(fields, aligned(body, 8))


def message(fields: Sequence[Field], body: bytes) -> bytes:
    """A method call, little-endian."""
    array = b""
    for code, value in fields:
        kind = TYPES.get(code, "s")
        array = aligned(array, 8) + bytes([code]) + signature(kind.encode())
        array = array + signature(value) if kind == "g" else aligned(array, 4) + text(value)
    head = b"l" + bytes([1, 0, 1]) + struct.pack("<III", len(body), 7, len(array))
    return aligned(head + array, 8) + body


def text(value: bytes) -> bytes:
    return struct.pack("<I", len(value)) + value + b"\0"


def signature(value: bytes) -> bytes:
    return bytes([len(value)]) + value + b"\0"


def aligned(data: bytes, size: int) -> bytes:
    return data + b"\0" * (-len(data) % size)
