# SPDX-License-Identifier: Apache-2.0
"""The factory: makes an engine object whenever ibus-daemon asks for one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageType
from dbus_next.message import Message

from ibus_component.wire.engine import SERVICE, Conducting, EngineObject
from ibus_component.wire.screen import Outbox, Screen

__all__ = ["ENGINE_NAME", "FACTORY_PATH", "Factory"]

FACTORY: Final = "org.freedesktop.IBus.Factory"
FACTORY_PATH: Final = "/org/freedesktop/IBus/Factory"
CREATE: Final = (FACTORY_PATH, FACTORY, "CreateEngine", "s")
ENGINE_PATH: Final = "/org/freedesktop/IBus/Engine/"
ENGINE_NAME: Final = "ieum"
NO_ENGINE: Final = "org.freedesktop.IBus.Error.NoEngine"

log = logging.getLogger(__name__)


class Factory:
    """Owns the engine objects of one connection and routes its calls to them."""

    def __init__(
        self,
        bus: MessageBus,
        conduct: Callable[[Screen], Conducting],
        *,
        active_surrounding_text: bool,
    ) -> None:
        """Serve on `bus`; do this before its name is requested.

        The daemon asks for an engine as soon as the component's name has an owner.
        """
        self._outbox = Outbox(bus)
        self._conduct = conduct
        self._active_surrounding_text = active_surrounding_text
        self._engines: dict[str, tuple[EngineObject, Conducting]] = {}
        self._made = 0
        bus.add_message_handler(self._route)

    def close(self) -> None:
        """Stop the timers of every engine object; the connection is gone."""
        for _, conductor in self._engines.values():
            conductor.close()
        self._engines.clear()

    def _route(self, call: Message) -> Message | bool | None:
        # Anything true that is returned keeps the message from everybody else.
        if call.message_type is not MessageType.METHOD_CALL:
            return None
        engine = self._engines.get(call.path)
        if engine is not None:
            if call.interface == SERVICE and call.member == "Destroy":
                return self._destroy(call)
            return engine[0].handle(call)
        asked = (call.path, call.interface, call.member, call.signature)
        return self._create(call) if asked == CREATE else None

    def _create(self, call: Message) -> Message:
        if call.body[0] != ENGINE_NAME:
            return Message.new_error(call, NO_ENGINE, f"ask for the engine {ENGINE_NAME}")
        self._made += 1
        path = f"{ENGINE_PATH}{self._made}"
        try:
            conductor = self._conduct(Screen(path, self._outbox))
        except Exception as error:  # the daemon waits 15 s for an answer
            log.warning("an engine could not be made: %s", type(error).__name__)
            return Message.new_error(call, NO_ENGINE, "the engine could not be made")
        engine = EngineObject(
            conductor, self._outbox, active_surrounding_text=self._active_surrounding_text
        )
        self._engines[path] = (engine, conductor)
        return Message.new_method_return(call, "o", [path])

    def _destroy(self, call: Message) -> Message:
        # The daemon may still be asking about the object when it drops it.
        asyncio.get_running_loop().call_soon(self._drop, call.path)
        return Message.new_method_return(call)

    def _drop(self, path: str) -> None:
        if engine := self._engines.pop(path, None):
            engine[1].close()
