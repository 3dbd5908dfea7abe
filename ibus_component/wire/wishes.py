# SPDX-License-Identifier: Apache-2.0
"""What the settings want of the predictor: its model, whether it learns, whether it is on.

Told when it changes and whenever a predictor comes, and never what would start one. No
answer is waited for: a predictor that cannot do what it is told says so in its own log.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component.settings import Settings
from ime_engine.protocol import BUS_NAME, INTERFACE, OBJECT_PATH

__all__ = ["Wishes"]

DBUS: Final = "org.freedesktop.DBus"
DBUS_PATH: Final = "/org/freedesktop/DBus"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
ANSWER_TIMEOUT_S: Final = 5.0
QUIET: Final = MessageFlag.NO_REPLY_EXPECTED | MessageFlag.NO_AUTOSTART


@dataclass(frozen=True, slots=True)
class _Wish:
    enabled: bool
    learning: bool
    model: str


class Wishes:
    """Tells them over one connection to the session bus after the other."""

    def __init__(self) -> None:
        self._wish: _Wish | None = None
        self._bus: MessageBus | None = None
        self._choosing: asyncio.Task[None] | None = None

    def follow(self, settings: Settings) -> None:
        """Want what the settings say; a predictor that is there is told what changed."""
        was = self._wish
        self._wish = wish = _Wish(settings.predict, settings.learn, settings.model)
        if was is not None:
            self._tell(was, wish)

    def connected(self, bus: MessageBus) -> None:
        """There is a session bus: tell a predictor that is there, and each that comes."""
        if self._wish is None:
            return
        self._bus = bus
        bus.add_message_handler(self._hear)
        rule = f"type='signal',interface='{DBUS}',member='NameOwnerChanged',arg0='{BUS_NAME}'"
        bus.send(_call("AddMatch", "s", [rule], DBUS, DBUS, DBUS_PATH))
        self._tell(None, self._wish)

    def disconnected(self) -> None:
        """That bus has gone."""
        self._bus = None
        if self._choosing is not None:
            self._choosing.cancel()
            self._choosing = None

    def _hear(self, message: Message) -> None:
        """Heed the bus; nothing is returned, so that everybody else hears it too."""
        if message.message_type is not MessageType.SIGNAL or message.sender != DBUS:
            return
        match message.member, message.body:
            case "NameOwnerChanged", [name, _, owner] if name == BUS_NAME and owner:
                self._tell(None, self._wish)

    def _tell(self, was: _Wish | None, wish: _Wish | None) -> None:
        """Tell what is not as it was; all of it when nothing is known."""
        if self._bus is None or wish is None:
            return
        if was is None or was.enabled != wish.enabled:
            self._set(self._bus, "Enabled", wish.enabled)
        if was is None or was.learning != wish.learning:
            self._set(self._bus, "Learning", wish.learning)
        if wish.model and (was is None or was.model != wish.model):
            if self._choosing is not None:
                self._choosing.cancel()
            self._choosing = asyncio.ensure_future(self._choose(self._bus, wish.model))

    @staticmethod
    def _set(bus: MessageBus, name: str, on: bool) -> None:
        bus.send(_call("Set", "ssv", [INTERFACE, name, Variant("b", on)], PROPERTIES))

    @staticmethod
    async def _choose(bus: MessageBus, model: str) -> None:
        """Have a model loaded, unless it is the one that is there: loading takes seconds."""
        question = _call("Get", "ss", [INTERFACE, "Model"], PROPERTIES)
        question.flags = MessageFlag.NO_AUTOSTART
        try:
            reply = await asyncio.wait_for(bus.call(question), ANSWER_TIMEOUT_S)
        except Exception:  # hung, gone, or the connection ended: it is told when it comes back
            return
        if reply is None or reply.message_type is not MessageType.METHOD_RETURN:
            return
        if reply.body != [Variant("s", model)]:
            bus.send(_call("LoadModel", "s", [model]))


def _call(
    member: str,
    signature: str,
    body: list[Any],
    interface: str = INTERFACE,
    name: str = BUS_NAME,
    path: str = OBJECT_PATH,
) -> Message:
    return Message(
        destination=name,
        path=path,
        interface=interface,
        member=member,
        signature=signature,
        body=body,
        flags=QUIET,
    )
