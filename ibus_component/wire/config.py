# SPDX-License-Identifier: Apache-2.0
"""IBus' configuration service on the IBus bus: the desktop's preferences, without GLib.

org.freedesktop.IBus.Config reads and writes GSettings for us (ibus-dconf), or holds values
in memory (ibus-memconf). It may come late, go, and come back. Of a value that was reset to
its default it says nothing at all; who learns of that otherwise calls `refresh`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component.wire.objects import plain

__all__ = ["CONFIG", "CONFIG_PATH", "ConfigService", "as_variant"]

CONFIG: Final = "org.freedesktop.IBus.Config"
CONFIG_PATH: Final = "/org/freedesktop/IBus/Config"
DBUS: Final = "org.freedesktop.DBus"
DBUS_PATH: Final = "/org/freedesktop/DBus"
ANSWER_TIMEOUT_S: Final = 5.0
SIGNATURES: Final = {bool: "b", int: "i", float: "d", str: "s"}


def as_variant(value: object) -> Variant:
    """A preference as GSettings keeps it: b, i, d, s, or as for a sequence of names.

    >>> as_variant(("F9",)).signature
    'as'
    """
    if isinstance(value, list | tuple):
        return Variant("as", list(value))
    return Variant(SIGNATURES[type(value)], value)


class ConfigService:
    """One section of the service, over one connection."""

    def __init__(
        self,
        bus: MessageBus,
        section: str,
        all_told: Callable[[Mapping[str, object]], None],
        told: Callable[[str, object], None],
    ) -> None:
        """Listen from now on.

        Args:
            bus: The IBus bus, connected.
            section: Such as `engine/ieum`.
            all_told: Called with every value that is not at its default, each time they are read.
            told: Called with a value that has changed, and its key.
        """
        self._bus = bus
        self._section = section
        self._all_told = all_told
        self._told = told
        self._looking: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._since: dict[str, object] = {}
        self._stale = False
        self.present = False
        """Whether the service is there."""
        bus.add_message_handler(self._hear)
        self._watch(DBUS, "NameOwnerChanged", CONFIG)
        self._watch(CONFIG, "ValueChanged", section)

    async def start(self, patience_s: float) -> bool:
        """Find out whether the service is there, and wait a moment for what it says.

        Args:
            patience_s: Longest span, in seconds; values that come later are told all the same.
        """
        self._looking = asyncio.ensure_future(self._look())
        await asyncio.wait((self._looking,), timeout=patience_s)
        return self.present

    def refresh(self) -> None:
        """Read every value again, after the reading that is under way."""
        self._stale = self._reading is not None
        if self.present and self._reading is None:
            self._reading = asyncio.ensure_future(self._read())

    def keep(self, key: str, value: object) -> None:
        """Have the service keep a value, without waiting."""
        if self.present and self._bus.connected:
            call = _call("SetValue", "ssv", [self._section, key, as_variant(value)])
            call.flags = MessageFlag.NO_REPLY_EXPECTED
            self._bus.send(call)

    async def put(self, key: str, value: object) -> bool:
        """Have the service keep a value; whether it does."""
        call = _call("SetValue", "ssv", [self._section, key, as_variant(value)])
        return await self._answer(call) is not None

    def close(self) -> None:
        """Hear no more."""
        self._bus.remove_message_handler(self._hear)
        for task in (self._looking, self._reading):
            if task is not None:
                task.cancel()

    # -- the bus ------------------------------------------------------------

    async def _look(self) -> None:
        reply = await self._answer(_call("NameHasOwner", "s", [CONFIG], DBUS, DBUS_PATH))
        if reply and reply[0]:
            self.present = True
            self.refresh()
        if self._reading is not None:
            await asyncio.wait((self._reading,))

    async def _read(self) -> None:
        self._since = {}
        reply = await self._answer(_call("GetValues", "s", [self._section]))
        self._reading = None
        if reply and isinstance(reply[0], dict):
            # A change that came in meanwhile is in the answer, or newer than it.
            self._all_told(plain(reply[0]) | self._since)
        if self._stale:
            self.refresh()

    async def _answer(self, call: Message) -> list[Any] | None:
        try:
            reply = await asyncio.wait_for(self._bus.call(call), ANSWER_TIMEOUT_S)
        except Exception:  # hung, gone, or the connection ended: there is no answer
            return None
        if reply is None or reply.message_type is not MessageType.METHOD_RETURN:
            return None
        return list(reply.body)

    def _hear(self, message: Message) -> None:
        """Heed signals; nothing is returned, so that everybody else gets them too."""
        if message.message_type is not MessageType.SIGNAL:
            return
        match message.member, message.body:
            case "NameOwnerChanged", [name, _, owner] if name == CONFIG:
                self.present = bool(owner)
                if self._reading is not None:  # asked of the one before
                    self._reading.cancel()
                    self._reading = None
                self.refresh()
            case "ValueChanged", [section, str(key), Variant() as value] if (
                section == self._section and message.interface == CONFIG
            ):
                self._since[key] = plain(value)
                self._told(key, plain(value))

    def _watch(self, interface: str, member: str, first: str) -> None:
        rule = f"type='signal',interface='{interface}',member='{member}',arg0='{first}'"
        call = _call("AddMatch", "s", [rule], DBUS, DBUS_PATH)
        call.flags = MessageFlag.NO_REPLY_EXPECTED
        self._bus.send(call)


def _call(
    member: str, signature: str, body: list[Any], name: str = CONFIG, path: str = CONFIG_PATH
) -> Message:
    return Message(
        destination=name,
        path=path,
        interface=name,
        member=member,
        signature=signature,
        body=body,
        flags=MessageFlag.NO_AUTOSTART,
    )
