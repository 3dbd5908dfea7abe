# SPDX-License-Identifier: Apache-2.0
"""Tells the user something on the desktop, where no window and no command would.

Interface: the Desktop Notifications Specification, org.freedesktop.Notifications.Notify.
"""

from __future__ import annotations

import logging
from typing import Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageFlag
from dbus_next.message import Message

__all__ = ["tell"]

log = logging.getLogger(__name__)

SERVICE: Final = "org.freedesktop.Notifications"
SIGNATURE: Final = "susssasa{sv}i"
TITLE: Final = "이음 · Ieum"
AS_LONG_AS_USUAL: Final = -1


def tell(bus: MessageBus, *sentences: str) -> None:
    """Show sentences, if the desktop shows any; never waits, and nothing is said of failure.

    Args:
        bus: Of the session.
        sentences: One in each language; no text that was typed.
    """
    body = ["ieum", 0, "ieum", TITLE, "\n".join(sentences), [], {}, AS_LONG_AS_USUAL]
    message = Message(
        destination=SERVICE,
        path="/org/freedesktop/Notifications",
        interface=SERVICE,
        member="Notify",
        flags=MessageFlag.NO_REPLY_EXPECTED,
        signature=SIGNATURE,
        body=body,
    )
    bus.send(message)
    log.info("the desktop was asked to tell the user")
