# SPDX-License-Identifier: Apache-2.0
"""A predictor that answers everything at once and is sure of it: as many lists as there can be."""

from __future__ import annotations

import asyncio
from typing import Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from ime_engine.protocol import BUS_NAME, INTERFACE

ENDINGS: Final = ("하세요", "습니다", "요", "고")


def answer(call: Message) -> Message | None:
    """The next eojeol, or ways in which the one being typed may end."""
    if call.message_type is not MessageType.METHOD_CALL or call.interface != INTERFACE:
        return None
    if call.member != "Predict":
        return Message.new_method_return(call)
    source = {"source": Variant("s", "model")}
    prefix = call.body[1]
    rows = [[(prefix or "안녕") + ending, 0.9, source] for ending in ENDINGS]
    return Message.new_method_return(call, "a(sda{sv})", [rows])


async def main() -> None:
    bus = await MessageBus().connect()
    bus.add_message_handler(answer)
    await bus.request_name(BUS_NAME)
    await bus.wait_for_disconnect()


if __name__ == "__main__":
    asyncio.run(main())
