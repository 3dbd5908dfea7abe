# SPDX-License-Identifier: Apache-2.0
"""Messages whose bytes are known before the key arrives.

    signal = header (fixed for an object and member; two numbers vary)
           + body   (fixed up to the text, and after it for each length)

dbus-next marshals value by value, which is most of what an engine spends on a
key. Here it marshals a sample once; afterwards a signal is a concatenation.
No typed text is kept: a tail depends on the length of the text alone.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct, pack_into
from typing import Any, Final

from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

__all__ = ["PackedReply", "PackedSignal", "TextBody", "pack_body", "split"]

BODY_LENGTH_AT: Final = 4
SERIAL_AT: Final = 8
FIELDS_LENGTH: Final = Struct("<I")
FIELDS_LENGTH_AT: Final = 12
FIELDS_AT: Final = 16
MARK: Final = 0x51525354
"""A serial that cannot be mistaken for a length, to find its place in a sample."""


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Header and body of a whole little-endian message."""
    (fields,) = FIELDS_LENGTH.unpack_from(raw, FIELDS_LENGTH_AT)
    end = FIELDS_AT + fields + (-fields % 8)
    return raw[:end], raw[end:]


def pack_body(signature: str, body: list[Any]) -> bytes:
    """The marshalled arguments of a message."""
    return split(_marshal(_signal("/", "a.b", "c", signature, body)))[1]


_SAMPLES: Final[dict[str, Any]] = {"v": Variant("s", ""), "s": "", "b": False}


class PackedSignal:
    """One signal of one object, ready but for its body and serial."""

    def __init__(self, path: str, interface: str, member: str, signature: str) -> None:
        # The signature is a header field; sample values stand in for the body.
        values = [_SAMPLES.get(kind, 0) for kind in signature]
        self._header = split(_marshal(_signal(path, interface, member, signature, values)))[0]

    def pack(self, body: bytes, serial: int) -> bytes:
        """The whole message."""
        header = bytearray(self._header)
        pack_into("<II", header, BODY_LENGTH_AT, len(body), serial)
        return bytes(header + body)


class PackedReply:
    """The replies to one caller that carry the same value."""

    def __init__(self, destination: str, signature: str, body: list[Any]) -> None:
        raw = _marshal(
            Message(
                message_type=MessageType.METHOD_RETURN,
                destination=destination,
                reply_serial=MARK,
                signature=signature,
                body=body,
                serial=1,
            )
        )
        self._raw = raw
        self._reply_at = raw.index(MARK.to_bytes(4, "little"))

    def pack(self, reply_serial: int, serial: int) -> bytes:
        """The whole message, in answer to the call numbered `reply_serial`."""
        raw = bytearray(self._raw)
        pack_into("<I", raw, SERIAL_AT, serial)
        pack_into("<I", raw, self._reply_at, reply_serial)
        return bytes(raw)


class TextBody:
    """Marshals a body that varies by one IBusText only."""

    def __init__(self, signature: str, build: Callable[[str, int], list[Any]]) -> None:
        """Prepare the part before the text.

        Args:
            signature: D-Bus signature of the body, the text its first argument.
            build: Makes the body of a text and its number of characters.
        """
        self._signature = signature
        self._build = build
        self._head = self._cut(16, 16)[0]
        self._tails: dict[tuple[int, int], bytes] = {}

    def pack(self, string: str) -> bytes:
        """The marshalled body."""
        raw = string.encode()
        # Padding depends on the length modulo 8, the attributes on the characters.
        key = (len(raw) % 8, len(string))
        tail = self._tails.get(key)
        if tail is None:
            tail = self._cut(16 + key[0], key[1])[1]
            if len(string) <= 64:
                self._tails[key] = tail
        return b"%b%b%b%b" % (self._head, FIELDS_LENGTH.pack(len(raw)), raw, tail)

    def _cut(self, length: int, characters: int) -> tuple[bytes, bytes]:
        sample = "@" * length
        raw = pack_body(self._signature, self._build(sample, characters))
        at = raw.index(sample.encode())
        return raw[: at - 4], raw[at + length :]


def _signal(path: str, interface: str, member: str, signature: str, body: list[Any]) -> Message:
    return Message(
        message_type=MessageType.SIGNAL,
        path=path,
        interface=interface,
        member=member,
        signature=signature,
        body=body,
        serial=1,
    )


def _marshal(message: Message) -> bytes:
    return bytes(message._marshall())
