# SPDX-License-Identifier: Apache-2.0
"""A predictor that always knows the same few eojeols: `python -m tests.harness.fake_predictor`.

Its answers are certain, so a test of the list needs no model: three eojeols where the
next one is asked for, and those of a few greetings that go on as what is typed does.
"""

from __future__ import annotations

import asyncio

from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from ime_engine.hangul.keystrokes import matches
from ime_engine.protocol import BUS_NAME, INTERFACE

PROPERTIES = "org.freedesktop.DBus.Properties"
CANDIDATES = ("세상", "여러분", "하늘")
GREETINGS = ("안녕하세요", "안녕하십니까", "안녕히", "안녕")


async def main() -> None:
    bus = await MessageBus().connect()

    def answer(call: Message) -> Message | None:
        if call.message_type is not MessageType.METHOD_CALL:
            return None
        if call.interface == PROPERTIES and call.body[0] == INTERFACE:
            return _property(call)
        if call.interface != INTERFACE:
            return None
        if call.member != "Predict":
            return Message.new_method_return(call)
        source = {"source": Variant("s", "model")}
        texts = known(call.body[1])
        rows = [[text, 0.5 / (place + 1), source] for place, text in enumerate(texts)]
        return Message.new_method_return(call, "a(sda{sv})", [rows])

    bus.add_message_handler(answer)
    await bus.request_name(BUS_NAME)
    await bus.wait_for_disconnect()


def _property(call: Message) -> Message:
    """It takes every property, and whatever is read is an empty text."""
    if call.member == "Set":
        return Message.new_method_return(call)
    return Message.new_method_return(call, "v", [Variant("s", "")])


def known(prefix: str) -> tuple[str, ...]:
    """What comes next, or what goes on as the prefix does."""
    return tuple(text for text in GREETINGS if matches(prefix, text)) if prefix else CANDIDATES


if __name__ == "__main__":
    asyncio.run(main())
