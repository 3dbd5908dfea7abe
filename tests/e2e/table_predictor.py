# SPDX-License-Identifier: Apache-2.0
"""A predictor that answers from a table: the desktop's half without the model's.

Run as a program on a private session bus. It knows what often follows the
last word before the caret, and offers the same three words after any other; of a
word in the making it knows the rest if it is a greeting.
"""

from __future__ import annotations

import asyncio
from typing import Final

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from ime_engine.protocol import BUS_NAME, OBJECT_PATH

TABLE: Final = {
    "주셔서": ("감사합니다", "감사드립니다"),
    "있으시면": ("언제든", "언제든지", "아래로"),
    "말씀해": ("주십시오", "주세요", "보세요", "주시면"),
    "잘": ("부탁드립니다", "부탁드리겠습니다", "지내시길", "할", "하겠습니다"),
}
OTHERWISE: Final = ("그리고", "하지만", "그래서")
GREETINGS: Final = ("안녕하세요", "안녕하십니까")
MODEL: Final = "table"


def answer(message: Message) -> Message | None:
    """The reply to a call; None leaves it to the library."""
    if message.message_type is not MessageType.METHOD_CALL or message.path != OBJECT_PATH:
        return None
    if message.member == "Predict":
        rows = [
            [text, 0.5 / rank, {"source": Variant("s", "model")}]
            for rank, text in enumerate(candidates(*message.body[:2]), start=1)
        ]
        return Message.new_method_return(message, "a(sda{sv})", [rows])
    if message.member == "Get":
        value = {"State": "ready", "Model": MODEL}.get(message.body[1], "")
        return Message.new_method_return(message, "v", [Variant("s", value)])
    return None


def candidates(before: str, prefix: str) -> tuple[str, ...]:
    """What the table has, best first."""
    if prefix:
        return tuple(text for text in GREETINGS if text.startswith(prefix))
    words = before.split()
    return TABLE.get(words[-1] if words else "", OTHERWISE)


async def serve() -> None:
    """Answer until the bus goes."""
    bus = await MessageBus().connect()
    bus.add_message_handler(answer)
    await bus.request_name(BUS_NAME)
    await bus.wait_for_disconnect()


if __name__ == "__main__":
    asyncio.run(serve())
