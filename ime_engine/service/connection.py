# SPDX-License-Identifier: Apache-2.0
"""What every client of the session bus has: a connection for as long as it is used."""

from __future__ import annotations

from types import TracebackType
from typing import Final, Self

from dbus_next.aio.message_bus import MessageBus

from ime_engine.errors import ServiceError
from ime_engine.service import bus as session_bus

__all__ = ["TIMEOUT_S", "SessionClient"]

TIMEOUT_S: Final = 5.0


class SessionClient:
    """Connected inside `async with`.

    Args:
        timeout_s: Longest wait for an answer, in seconds.
    """

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._bus: MessageBus | None = None

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ServiceError: There is no session bus.
        """
        self._bus = await session_bus.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Disconnect."""
        if self._bus is not None:
            await session_bus.disconnect(self._bus)

    @property
    def _connected(self) -> MessageBus:
        if self._bus is None:
            name = type(self).__name__
            raise ServiceError(f"Use the client as `async with {name}() as client`.")
        return self._bus
