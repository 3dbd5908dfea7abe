# SPDX-License-Identifier: Apache-2.0
"""Asks the IBus engine for its mode, sets it, and watches it: org.ieum.Engine1.

async with EngineClient() as engine:
mode = await engine.mode()
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from ime_engine.errors import ServiceError
from ime_engine.protocol import ENGINE_BUS_NAME, ENGINE_INTERFACE, ENGINE_OBJECT_PATH
from ime_engine.service import bus as session_bus
from ime_engine.service.connection import TIMEOUT_S, SessionClient

__all__ = ["TIMEOUT_S", "EngineClient"]

PROPERTIES: Final = "org.freedesktop.DBus.Properties"
CHANGES: Final = (
    f"type='signal',sender='{ENGINE_BUS_NAME}',path='{ENGINE_OBJECT_PATH}',"
    f"interface='{PROPERTIES}',member='PropertiesChanged'"
)
COMINGS: Final = (
    "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',"
    f"arg0='{ENGINE_BUS_NAME}'"
)
ABSENT: Final = (
    "No engine of 이음 runs in this session; choose 이음 as the input method, or start `ieum run`."
)


class EngineClient(SessionClient):
    """A connection to the session bus, for calls to the engine.

    Args:
        timeout_s: Longest wait for an answer, in seconds.
    """

    async def facts(self) -> dict[str, Any]:
        """Mode, Predict and Version.

        Raises:
            ServiceError: No engine runs, or it does not answer.
        """
        values = await self._call("GetAll", "s", [ENGINE_INTERFACE])
        return {name: value.value for name, value in values.items()}

    async def mode(self) -> str:
        """`hangul` or `latin`.

        Raises:
            ServiceError: No engine runs, or it does not answer.
        """
        return str((await self.facts())["Mode"])

    async def set_mode(self, mode: str) -> None:
        """Switch to `hangul` or `latin`, as the toggle key would.

        Raises:
            ServiceError: No engine runs, or there is no such mode.
        """
        await self._call("Set", "ssv", [ENGINE_INTERFACE, "Mode", Variant("s", mode)])

    async def changes(self) -> AsyncIterator[dict[str, Any] | None]:
        """The facts now and whenever they change; None while no engine runs.

        Raises:
            ServiceError: The session bus goes away.
        """
        heard = asyncio.Event()
        bus = self._connected
        bus.add_message_handler(lambda message: _wake(message, heard))
        gone = bus._disconnect_future
        gone.add_done_callback(lambda end: _end(end, heard))
        for rule in (CHANGES, COMINGS):
            await session_bus.call(bus, "AddMatch", "s", [rule], timeout_s=self._timeout_s)
        while not gone.done():
            heard.clear()
            yield await self._facts_or_none()
            await heard.wait()
        raise ServiceError("The session bus has gone.")

    async def _facts_or_none(self) -> dict[str, Any] | None:
        try:
            return await self.facts()
        except ServiceError:  # it may have gone after it was seen
            return None

    async def _runs(self) -> bool:
        body = [ENGINE_BUS_NAME]
        return bool(
            await session_bus.call(
                self._connected, "NameHasOwner", "s", body, timeout_s=self._timeout_s
            )
        )

    async def _call(self, member: str, signature: str, body: list[Any]) -> Any:  # noqa: ANN401
        if not await self._runs():
            raise ServiceError(ABSENT)
        return await session_bus.call(
            self._connected,
            member,
            signature,
            body,
            timeout_s=self._timeout_s,
            destination=ENGINE_BUS_NAME,
            path=ENGINE_OBJECT_PATH,
            interface=PROPERTIES,
            autostart=False,
        )


def _wake(message: Message, heard: asyncio.Event) -> None:
    wanted = ("PropertiesChanged", "NameOwnerChanged")
    if message.message_type is MessageType.SIGNAL and message.member in wanted:
        heard.set()


def _end(end: asyncio.Future[Any], heard: asyncio.Event) -> None:
    if not end.cancelled():
        end.exception()  # retrieved: the loop says what happened
    heard.set()
