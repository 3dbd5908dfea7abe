# SPDX-License-Identifier: Apache-2.0
"""A blocking D-Bus connection for whoever plays the application: tests and benchmarks.

No event loop and no decoding on the way of a key: a round trip measured here is
that of the daemon and the engine, not of this client.
"""

from __future__ import annotations

import io
import os
import select
import socket
import time
from collections import deque
from typing import Any, Final
from urllib.parse import unquote

from dbus_next._private.unmarshaller import Unmarshaller
from dbus_next.constants import MessageType
from dbus_next.message import Message

from ibus_component.wire.bus import BusError

__all__ = ["Frames", "decode"]

HEADER: Final = 16
RETURN: Final = MessageType.METHOD_RETURN.value
ERROR: Final = MessageType.ERROR.value
CALL_TIMEOUT_S: Final = 20.0


def decode(frame: bytes) -> Message:
    """The message of a whole frame."""
    message = Unmarshaller(io.BytesIO(frame)).unmarshall()
    if not isinstance(message, Message):
        raise BusError("a message on the bus ended early")
    return message


class Frames:
    """One connection; messages go in and out whole."""

    def __init__(self, address: str) -> None:
        """Connect and say hello.

        Args:
            address: D-Bus address with a unix transport.
        """
        self._socket = _connect(address)
        self._received = bytearray()
        self._serial = 0
        self.others: deque[bytes] = deque()
        """Frames that were no reply, in order of arrival."""
        self._login()
        hello = self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "Hello")
        self.name = str(hello[0])

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def pack(self, message: Message) -> bytes:
        """The bytes of a call, to be sent once."""
        message.serial = self.next_serial()
        return bytes(message._marshall())

    def next_serial(self) -> int:
        """A number for the next call."""
        self._serial += 1
        return self._serial

    def post(self, packed: bytes) -> None:
        """Send calls whose replies are fetched with `wait`."""
        self._socket.sendall(packed)

    def wait(self) -> bytes:
        """The next frame, whatever it is.

        Raises:
            BusError: none came.
        """
        frame = self._next(time.monotonic() + CALL_TIMEOUT_S)
        if frame is None:
            raise BusError("no reply came")
        return frame

    def send(self, message: Message) -> None:
        """Send a message whose reply nobody waits for."""
        self._socket.sendall(self.pack(message))

    def round_trip(self, packed: bytes) -> bytes:
        """Send a packed call and wait for the reply; one call at a time."""
        self._socket.sendall(packed)
        deadline = time.monotonic() + CALL_TIMEOUT_S
        while True:
            frame = self._next(deadline)
            if frame is None:
                raise BusError("no reply came")
            if frame[1] in (RETURN, ERROR):
                return frame
            self.others.append(frame)

    def call(
        self,
        destination: str,
        path: str,
        member: str,
        signature: str = "",
        body: list[Any] | None = None,
        interface: str | None = None,
    ) -> list[Any]:
        """Call a method and wait.

        Args:
            destination: Bus name.
            path: Object path.
            member: Method.
            signature: D-Bus signature of the arguments.
            body: The arguments.
            interface: Interface; None is the one named like the destination.

        Raises:
            BusError: the answer is an error.
        """
        message = Message(
            destination=destination,
            path=path,
            interface=interface or destination,
            member=member,
            signature=signature,
            body=body or [],
        )
        reply = decode(self.round_trip(self.pack(message)))
        if reply.message_type is MessageType.ERROR:
            raise BusError(f"{member}: {reply.error_name}: {reply.body[0] if reply.body else ''}")
        return list(reply.body)

    def collect(self, span_s: float = 0.0) -> None:
        """Take in what arrives within a span; 0 takes what is there already."""
        deadline = time.monotonic() + span_s
        while (frame := self._next(deadline)) is not None:
            self.others.append(frame)

    def _next(self, deadline: float) -> bytes | None:
        while True:
            frame = self._cut()
            if frame is not None:
                return frame
            left_s = max(0.0, deadline - time.monotonic())
            if not select.select([self._socket], [], [], left_s)[0]:
                return None
            data = self._socket.recv(65536)
            if not data:
                raise BusError("the bus closed the connection")
            self._received += data

    def _cut(self) -> bytes | None:
        received = self._received
        if len(received) < HEADER:
            return None
        order = "little" if received[0] == ord("l") else "big"
        body = int.from_bytes(received[4:8], order)  # type: ignore[arg-type]
        fields = int.from_bytes(received[12:16], order)  # type: ignore[arg-type]
        length = HEADER + fields + (-fields % 8) + body
        if len(received) < length:
            return None
        frame = bytes(received[:length])
        del received[:length]
        return frame

    def _login(self) -> None:
        uid = str(os.getuid()).encode().hex()
        self._socket.sendall(f"\0AUTH EXTERNAL {uid}\r\n".encode())
        answer = b""
        while not answer.endswith(b"\r\n"):
            data = self._socket.recv(256)
            if not data:
                raise BusError("the bus closed the connection")
            answer += data
        if not answer.startswith(b"OK"):
            raise BusError("the bus refused our identity")
        self._socket.sendall(b"BEGIN\r\n")


def _connect(address: str) -> socket.socket:
    transport, _, rest = address.partition(";")[0].partition(":")
    options = dict(part.split("=", 1) for part in rest.split(","))
    name = unquote(options.get("path", "")) or "\0" + unquote(options.get("abstract", ""))
    if transport != "unix":
        raise BusError(f"only unix addresses are understood, not {transport}")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(name)
    except OSError as error:
        connection.close()
        raise BusError(f"the bus does not answer ({type(error).__name__})") from None
    return connection
