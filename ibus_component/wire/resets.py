# SPDX-License-Identifier: Apache-2.0
"""Hears on the session bus that somebody changed our folder of dconf.

IBus' configuration service tells every new value, but not that one was reset: D-Bus has no
empty value to tell it with. dconf tells that something changed there, and not what.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message

__all__ = ["Resets"]

WRITER: Final = "ca.desrt.dconf.Writer"
FOLDER: Final = "/desktop/ibus/engine/ieum/"


class Resets:
    """A guest on the connection to the session bus.

    Args:
        changed: Called when something may have changed.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed

    def connected(self, bus: MessageBus) -> None:
        """There is a session bus."""
        bus.add_message_handler(self._hear)
        rule = f"type='signal',interface='{WRITER}',member='Notify',arg0path='{FOLDER}'"
        bus.send(
            Message(
                destination="org.freedesktop.DBus",
                path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus",
                member="AddMatch",
                signature="s",
                body=[rule],
                flags=MessageFlag.NO_REPLY_EXPECTED,
            )
        )

    def disconnected(self) -> None:
        """That bus has gone."""

    def _hear(self, message: Message) -> None:
        """Heed the writer; nothing is returned, so that everybody else hears it too."""
        if message.message_type is MessageType.SIGNAL and message.interface == WRITER:
            self._changed()
