# SPDX-License-Identifier: Apache-2.0
"""The predictor is told what the settings want of it, once, and never started for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from dbus_next.constants import MessageFlag
from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component.settings import Settings
from ibus_component.wire import wishes as wishes_module
from ibus_component.wire.wishes import DBUS, Wishes
from ime_engine.protocol import BUS_NAME


class SessionBus:
    """A session bus on which a predictor has a model, refuses, or hangs."""

    def __init__(self, model: str | None = "") -> None:
        self.model = model
        self.sent: list[Message] = []
        self.asked: list[Message] = []
        self._handlers: list[Callable[[Message], Any]] = []

    def add_message_handler(self, handler: Callable[[Message], Any]) -> None:
        self._handlers.append(handler)

    def send(self, message: Message) -> None:
        self.sent.append(message)

    async def call(self, message: Message) -> Message:
        message.serial = 1
        self.asked.append(message)
        if self.model is None:
            return Message.new_error(message, "org.freedesktop.DBus.Error.ServiceUnknown", "none")
        if self.model == "hangs":
            await asyncio.sleep(60)
        return Message.new_method_return(message, "v", [Variant("s", self.model)])

    def owner(self, name: str, owner: str) -> None:
        message = Message.new_signal("/x", DBUS, "NameOwnerChanged", "sss", [name, "", owner])
        message.sender = DBUS
        assert [handler(message) for handler in self._handlers] == [None] * len(self._handlers)

    def told(self) -> list[tuple[str, object]]:
        """What the predictor was told since the last look."""
        told = [
            (call.body[1], call.body[2].value) if call.member == "Set" else (call.member, call.body)
            for call in self.sent
            if call.destination == BUS_NAME
        ]
        self.sent.clear()
        return told


ON = [("Enabled", True), ("Learning", True)]


def told_on(bus: SessionBus, settings: Settings) -> Wishes:
    wishes = Wishes()
    wishes.follow(settings)
    wishes.connected(cast(Any, bus))
    return wishes


async def settle() -> None:
    for _ in range(6):
        await asyncio.sleep(0)


async def test_a_bus_that_comes_brings_all_of_it() -> None:
    bus = SessionBus()
    told_on(bus, Settings(predict=False, learn=False, model="one"))
    await settle()

    assert bus.told() == [("Enabled", False), ("Learning", False), ("LoadModel", ["one"])]


async def test_a_predictor_that_comes_is_told_all_and_one_that_goes_nothing() -> None:
    bus = SessionBus()
    told_on(bus, Settings())
    bus.told()

    bus.owner(BUS_NAME, "")
    bus.owner("org.example.Other", ":1.5")
    assert bus.told() == []
    bus.owner(BUS_NAME, ":1.9")
    assert bus.told() == ON


async def test_only_what_changes_is_told_again() -> None:
    bus = SessionBus("one")
    wishes = told_on(bus, Settings(model="one"))
    await settle()
    assert bus.told() == ON  # that model is there already

    wishes.follow(Settings(model="one", popup_delay_ms=0))
    assert bus.told() == []
    wishes.follow(Settings(model="one", learn=False))
    assert bus.told() == [("Learning", False)]
    wishes.follow(Settings(model="two", learn=False))
    await settle()
    assert bus.told() == [("LoadModel", ["two"])]


async def test_no_model_leaves_the_choice_to_the_predictor() -> None:
    bus = SessionBus("one")
    wishes = told_on(bus, Settings(model="one"))
    wishes.follow(Settings())
    await settle()

    assert all(call.member != "LoadModel" for call in bus.sent)


async def test_nothing_that_is_told_can_start_a_predictor_or_waits_for_an_answer() -> None:
    bus = SessionBus()
    wishes = told_on(bus, Settings(model="one"))
    wishes.follow(Settings(model="two", predict=False, learn=False))
    await settle()

    quiet = MessageFlag.NO_AUTOSTART | MessageFlag.NO_REPLY_EXPECTED
    assert all(call.flags & quiet == quiet for call in bus.sent)
    assert all(call.flags & MessageFlag.NO_AUTOSTART for call in bus.asked)


@pytest.mark.parametrize("model", [None, "hangs"])
async def test_a_predictor_that_is_absent_or_hangs_is_no_error(
    model: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishes_module, "ANSWER_TIMEOUT_S", 0.01)
    bus = SessionBus(model)
    told_on(bus, Settings(model="one"))
    await asyncio.sleep(0.03)

    assert all(call.member != "LoadModel" for call in bus.sent)


async def test_without_a_bus_the_newest_wish_waits_for_one() -> None:
    bus, wishes = SessionBus(), Wishes()
    wishes.follow(Settings())
    wishes.follow(Settings(predict=False))

    wishes.connected(cast(Any, bus))
    assert bus.told() == [("Enabled", False), ("Learning", True)]

    wishes.disconnected()
    wishes.follow(Settings())
    assert bus.told() == []


async def test_nothing_is_told_before_there_are_settings() -> None:
    bus = SessionBus()
    Wishes().connected(cast(Any, bus))

    assert bus.sent == []
