# SPDX-License-Identifier: Apache-2.0
"""The private bus of ibus-daemon, and the few questions we put to the daemon."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageType, RequestNameReply
from dbus_next.message import Message

from ibus_component.wire.objects import component, engine_desc, plain

__all__ = ["BusError", "IBus", "close_bus", "open_bus"]

IBUS: Final = "org.freedesktop.IBus"
IBUS_PATH: Final = "/org/freedesktop/IBus"
DBUS: Final = "org.freedesktop.DBus"
DBUS_PATH: Final = "/org/freedesktop/DBus"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
CONNECT_TIMEOUT_S: Final = 5.0
CALL_TIMEOUT_S: Final = 16.0
"""Longer than the 15 s that ibus-daemon itself grants a component to start."""


class BusError(Exception):
    """A bus cannot be reached or refuses; the message says which call."""


async def open_bus(address: str) -> MessageBus:
    """Connect to a bus.

    Args:
        address: D-Bus address of the bus.

    Raises:
        BusError: nobody answers there.
    """
    bus: MessageBus | None = None
    try:
        bus = MessageBus(bus_address=address)
        await asyncio.wait_for(bus.connect(), CONNECT_TIMEOUT_S)
    except Exception as error:  # dbus-next lets through whatever the socket and XML raise
        if bus is not None:
            close_bus(bus)
        raise BusError(f"the bus does not answer ({type(error).__name__})") from None
    return bus


def close_bus(bus: MessageBus) -> None:
    """Disconnect without complaint, whatever state the connection is in."""
    bus._disconnect_future.add_done_callback(_retrieve)
    bus.disconnect()


def _retrieve(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()


class IBus:
    """The daemon, over one connection."""

    def __init__(self, bus: MessageBus) -> None:
        self.bus = bus
        self.name = str(bus.unique_name)
        """Our own name on this connection."""

    async def own(self, name: str) -> None:
        """Take the component's name.

        Raises:
            BusError: somebody else has it.
        """
        reply = await self.bus.request_name(name)
        if reply not in (RequestNameReply.PRIMARY_OWNER, RequestNameReply.ALREADY_OWNER):
            raise BusError(f"{name} is taken: another copy of this engine is running")

    async def register(self, about: Mapping[str, str], engine: Mapping[str, str]) -> None:
        """Make this connection the factory of a component that no XML file names.

        Args:
            about: Fields of the component, in the order of IBusComponent.
            engine: Fields of its engine, in the order of IBusEngineDesc.
        """
        values = [int(value) if name == "rank" else value for name, value in engine.items()]
        value = component(list(about.values()), [engine_desc(values)])
        await self._call("RegisterComponent", "v", [value])

    async def select(self, engine: str) -> None:
        """Make an engine the one that all contexts use."""
        await self._call("SetGlobalEngine", "s", [engine])

    async def selected(self) -> str:
        """Name of the engine that all contexts use; empty when there is none."""
        try:
            body = await self._call("Get", "ss", [IBUS, "GlobalEngine"], PROPERTIES)
        except BusError:
            return ""
        fields = plain(body[0])
        return str(fields[2]) if isinstance(fields, list) and len(fields) > 2 else ""

    async def has_owner(self, name: str) -> bool:
        """Whether a connection of that name exists."""
        body = await self._call("NameHasOwner", "s", [name], DBUS, DBUS_PATH, DBUS)
        return bool(body[0])

    async def closed(self) -> None:
        """Wait until the daemon goes away.

        Raises:
            BusError: it is still there, but sent something that could not be read.
        """
        try:
            await self.bus.wait_for_disconnect()
        except (EOFError, OSError):
            return
        except Exception as error:  # whatever dbus-next trips over while it reads
            raise BusError(f"the bus became unreadable ({type(error).__name__})") from None

    def close(self) -> None:
        """End the connection."""
        close_bus(self.bus)

    async def _call(
        self,
        member: str,
        signature: str,
        body: list[Any],
        interface: str = IBUS,
        path: str = IBUS_PATH,
        destination: str = IBUS,
    ) -> list[Any]:
        message = Message(
            destination=destination,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=body,
        )
        try:
            reply = await asyncio.wait_for(self.bus.call(message), CALL_TIMEOUT_S)
        except Exception as error:  # timeout, or the connection ended
            raise BusError(f"{member} got no answer ({type(error).__name__})") from None
        if reply is None or reply.message_type is MessageType.ERROR:
            reason = reply.body[0] if reply and reply.body else "no reason given"
            raise BusError(f"ibus-daemon refused {member}: {reason}")
        return list(reply.body)
