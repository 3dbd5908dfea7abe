# SPDX-License-Identifier: Apache-2.0
"""A predictor that always knows the same three eojeols: `python -m tests.harness.fake_predictor`.

Its answers are certain, so a test of the list needs no model.
"""

from __future__ import annotations

import asyncio

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from ime_engine.protocol import BUS_NAME, INTERFACE

CANDIDATES = ("세상", "여러분", "하늘")


async def main() -> None:
    bus = await MessageBus().connect()

    def answer(call: Message) -> Message | None:
        if call.message_type is not MessageType.METHOD_CALL or call.interface != INTERFACE:
            return None
        if call.member != "Predict":
            return Message.new_method_return(call)
        source = {"source": Variant("s", "model")}
        rows = [[text, 0.5 / (place + 1), source] for place, text in enumerate(CANDIDATES)]
        return Message.new_method_return(call, "a(sda{sv})", [rows])

    bus.add_message_handler(answer)
    await bus.request_name(BUS_NAME)
    await bus.wait_for_disconnect()


if __name__ == "__main__":
    asyncio.run(main())
