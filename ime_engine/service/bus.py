# SPDX-License-Identifier: Apache-2.0
"""The session bus: where it is, how to connect, and what dbus-next lacks.

dbus-next 0.2.3 has no fallback to $XDG_RUNTIME_DIR/bus, no timeouts, and
raises EOFError when the bus goes away; each is put right here and nowhere else.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.errors import AuthError, InvalidAddressError
from dbus_next.message import Message

from ime_engine import errors
from ime_engine.errors import IeumError, InputError, ServiceError

__all__ = ["ABSENT", "CONNECT_TIMEOUT_S", "call", "connect", "disconnect", "session_address"]

CONNECT_TIMEOUT_S: Final = 5.0
BUS: Final = "org.freedesktop.DBus"
BUS_ERRORS: Final = "org.freedesktop.DBus.Error."
ABSENT: Final = (BUS_ERRORS + "ServiceUnknown", BUS_ERRORS + "NameHasNoOwner")
NO_BUS: Final = (
    "No session bus can be reached; run this inside a desktop session, or under `dbus-run-session`."
)
MALFORMED: Final = (InvalidAddressError, KeyError, ValueError, UnicodeError)


def session_address(environment: Mapping[str, str] = os.environ) -> str:
    """Address of the session bus, systemd's default place included.

    Raises:
        ServiceError: Neither variable leads to a bus.
    """
    address = environment.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return address
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime and (socket := Path(runtime) / "bus").is_socket():
        return f"unix:path={socket}"
    raise ServiceError(NO_BUS)


async def connect() -> MessageBus:
    """Connect to the session bus.

    Raises:
        ServiceError: There is none, or it does not answer.
    """
    address = session_address()
    try:
        bus = MessageBus(address)
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            return await bus.connect()
    except MALFORMED:
        raise ServiceError(
            "DBUS_SESSION_BUS_ADDRESS is not an address this program can use; "
            "set it to unix:path=… of your session bus."
        ) from None
    except (OSError, EOFError, AuthError, TimeoutError):
        raise ServiceError(NO_BUS) from None


async def disconnect(bus: MessageBus) -> None:
    """Leave the bus; harmless when it is gone already."""
    _abandon_writes(bus)
    bus.disconnect()
    try:
        async with asyncio.timeout(1.0):
            await bus.wait_for_disconnect()
    except (EOFError, OSError, TimeoutError):
        return


def _abandon_writes(bus: MessageBus) -> None:
    """Nobody waits for what is not written yet; asyncio would complain of its failure."""
    writer = bus._writer
    abandoned = [writer.fut]
    while not writer.messages.empty():
        abandoned.append(writer.messages.get_nowait()[2])
    for future in abandoned:
        if future is not None:
            future.cancel()


async def call(
    bus: MessageBus,
    member: str,
    signature: str = "",
    body: list[Any] | None = None,
    *,
    timeout_s: float,
    destination: str = BUS,
    path: str = "/org/freedesktop/DBus",
    interface: str = BUS,
    autostart: bool = True,
) -> Any:  # noqa: ANN401 - whatever the method returns
    """Call a method; return its only value, or None when it has none.

    Raises:
        IeumError: The error came back under one of our names.
        ServiceError: Nobody answers, or another error came back.
        InputError: A text cannot be sent over D-Bus.
    """
    message = Message(
        destination=destination,
        path=path,
        interface=interface,
        member=member,
        signature=signature,
        body=body or [],
        flags=MessageFlag.NONE if autostart else MessageFlag.NO_AUTOSTART,
    )
    try:
        async with asyncio.timeout(timeout_s):
            reply = await bus.call(message)
    except UnicodeEncodeError:
        raise InputError("The text contains half a surrogate pair; send valid Unicode.") from None
    except TimeoutError:
        raise ServiceError(
            f"{destination} did not answer {member} within {timeout_s:g} s; "
            "it may be stopped or very busy."
        ) from None
    except (OSError, EOFError):
        raise ServiceError("The session bus closed the connection; try again.") from None
    if reply is None:
        return None
    if reply.message_type is MessageType.ERROR:
        raise _as_error(reply)
    return reply.body[0] if reply.body else None


def _as_error(reply: Message) -> IeumError:
    sentence = str(reply.body[0]) if reply.body else reply.error_name
    if reply.error_name in ABSENT:
        return ServiceError(
            "The predictor is not running; start it with `ieum run`, "
            "or alone with `python -m ime_engine`."
        )
    for name in errors.__all__:
        kind: type[IeumError] = getattr(errors, name)
        if kind.dbus_name == reply.error_name:
            return kind(sentence)
    return ServiceError(sentence)
