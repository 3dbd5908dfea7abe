# SPDX-License-Identifier: Apache-2.0
"""Which settings are in force: the service's where it is, the file's where it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from dbus_next.constants import MessageFlag
from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component import keeper as keeper_module
from ibus_component.keeper import Keeper
from ibus_component.settings import Settings
from ibus_component.wire.bus import IBus
from ibus_component.wire.config import CONFIG, ConfigService

Values = dict[str, Variant]


class ServiceBus:
    """An IBus bus on which a configuration service may be, come, hang and go."""

    unique_name = ":1.7"
    connected = True

    def __init__(self, values: Values | None) -> None:
        self.values = values
        self.awake = asyncio.Event()
        self.awake.set()
        self.sent: list[Message] = []
        self.read = 0
        self._handlers: list[Callable[[Message], Any]] = []

    def add_message_handler(self, handler: Callable[[Message], Any]) -> None:
        self._handlers.append(handler)

    def remove_message_handler(self, handler: Callable[[Message], Any]) -> None:
        self._handlers.remove(handler)

    def send(self, message: Message) -> None:
        self.sent.append(message)

    async def call(self, message: Message) -> Message:
        message.serial = 1
        if message.member == "NameHasOwner":
            return Message.new_method_return(message, "b", [self.values is not None])
        await self.awake.wait()
        if self.values is None:
            return Message.new_error(message, "org.freedesktop.DBus.Error.ServiceUnknown", "none")
        self.read += 1
        return Message.new_method_return(message, "a{sv}", [self.values])

    def signal(self, interface: str, member: str, signature: str, body: list[Any]) -> None:
        message = Message.new_signal("/x", interface, member, signature, body)
        assert [handler(message) for handler in self._handlers] == [None] * len(self._handlers)

    def change(self, key: str, value: Variant, section: str = "engine/ieum") -> None:
        if self.values is not None:
            self.values[key] = value
        self.signal(CONFIG, "ValueChanged", "ssv", [section, key, value])

    def owner(self, name: str) -> None:
        body = [CONFIG, "", name]
        self.signal("org.freedesktop.DBus", "NameOwnerChanged", "sss", body)

    @property
    def kept(self) -> list[list[Any]]:
        return [call.body for call in self.sent if call.member == "SetValue"]


class Listener:
    """A keeper, and what it tells."""

    def __init__(self) -> None:
        self.heard: list[tuple[Settings, Settings]] = []
        self.keeper = Keeper(lambda was, now: self.heard.append((was, now)))

    async def open(self, bus: ServiceBus) -> None:
        await self.keeper.open(IBus(cast(Any, bus)))

    @property
    def settings(self) -> Settings:
        return self.keeper.settings


def said(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


async def settle() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def file(private_home: Path) -> Path:
    """A settings file of the user that says another keyboard."""
    path = private_home / "config" / "ieum" / "config.yaml"
    path.parent.mkdir(parents=True)
    return said(path, 'engine:\n  layout: "39"\n')


async def test_the_service_alone_counts_where_it_is(caplog: pytest.LogCaptureFixture) -> None:
    me = Listener()
    await me.open(ServiceBus({"pagesize": Variant("i", 3)}))

    assert me.settings == Settings(page_size=3)
    assert me.heard == [(Settings(), Settings(page_size=3))]
    assert caplog.text.count("is not read") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("engine: {layout: x}\n", True),
        ("{daemon: {}, engine: {}}", True),
        ('"engine": {}\n', True),
        ("daemon:\n  model: x\n", False),
        ("# engine:\n# {engine: 1}", False),
    ],
)
async def test_a_file_that_says_nothing_of_the_engine_is_worth_no_sentence(
    text: str, told: bool, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said(file, text)
    await Listener().open(ServiceBus({}))

    assert ("is not read" in caplog.text) == told


async def test_the_file_counts_where_the_service_is_not() -> None:
    me = Listener()
    await me.open(ServiceBus(None))
    assert me.settings == Settings(layout="39")


async def test_a_service_that_comes_later_takes_over() -> None:
    me, bus = Listener(), ServiceBus(None)
    await me.open(bus)

    bus.values = {"layout": Variant("s", "3f")}
    bus.owner(":1.9")
    await settle()

    assert me.settings == Settings(layout="3f")


async def test_what_was_said_last_stays_in_force_when_the_service_goes() -> None:
    me, bus = Listener(), ServiceBus({"layout": Variant("s", "3f")})
    await me.open(bus)

    bus.values = None
    bus.owner("")
    await settle()
    me.keeper.keep("predict", False)

    assert me.settings == Settings(layout="3f", predict=False)
    assert bus.kept == []


async def test_a_changed_value_is_in_force_at_once() -> None:
    me, bus = Listener(), ServiceBus({})
    await me.open(bus)

    bus.change("popupdelay", Variant("i", 0))
    bus.change("popupdelay", Variant("i", 5), section="engine/hangul")
    bus.change("popupdelay", Variant("i", 0))

    assert me.heard == [(Settings(), Settings(popup_delay_ms=0))]


async def test_a_bad_value_leaves_the_last_good_one_and_one_sentence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    me, bus = Listener(), ServiceBus({"layout": Variant("s", "3f")})
    await me.open(bus)
    caplog.clear()

    for _ in range(3):
        bus.change("layout", Variant("i", 7))
        me.keeper.refresh()
        await settle()

    assert me.settings == Settings(layout="3f")
    assert len(caplog.records) == 1
    assert "`layout`" in caplog.text

    bus.change("layout", Variant("s", "2"))
    assert me.settings == Settings()


async def test_a_switch_is_in_force_and_kept_by_the_service() -> None:
    me, bus = Listener(), ServiceBus({})
    await me.open(bus)

    me.keeper.keep("hanja_lock", True)

    assert me.settings == Settings(hanja_lock=True)
    assert bus.kept == [["engine/ieum", "hanjalock", Variant("b", True)]]
    assert all(call.flags & MessageFlag.NO_REPLY_EXPECTED for call in bus.sent)


async def test_a_change_while_all_is_read_is_not_lost() -> None:
    me, bus = Listener(), ServiceBus({})
    await me.open(bus)
    bus.awake.clear()
    me.keeper.refresh()
    await settle()

    bus.signal(CONFIG, "ValueChanged", "ssv", ["engine/ieum", "layout", Variant("s", "3f")])
    bus.awake.set()
    await settle()

    assert me.settings == Settings(layout="3f")


async def test_a_hung_service_is_waited_for_a_moment_and_heard_when_it_wakes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeper_module, "PATIENCE_S", 0.02)
    me, bus = Listener(), ServiceBus({"layout": Variant("s", "3f")})
    bus.awake.clear()

    await asyncio.wait_for(me.open(bus), 1)
    assert me.settings == Settings()  # not the file's: the service is there

    bus.awake.set()
    await settle()
    assert me.settings == Settings(layout="3f")


async def test_what_was_reset_is_found_when_somebody_says_that_something_changed() -> None:
    me, bus = Listener(), ServiceBus({"layout": Variant("s", "3f")})
    await me.open(bus)
    bus.values = {}
    me.keeper.refresh()
    await settle()
    assert me.settings == Settings()

    bus.awake.clear()
    for _ in range(5):
        me.keeper.refresh()  # one reading is under way, and one comes after it
        await settle()
    asked, bus.values = bus.read, {"layout": Variant("s", "39")}
    bus.awake.set()
    await settle()
    await settle()
    assert (bus.read - asked, me.settings) == (2, Settings(layout="39"))


async def test_a_closed_keeper_hears_nothing_and_keeps_what_it_has(
    caplog: pytest.LogCaptureFixture,
) -> None:
    me, bus = Listener(), ServiceBus({"layout": Variant("s", "3f")})
    await me.open(bus)

    me.keeper.close()
    bus.change("layout", Variant("s", "2"))
    me.keeper.refresh()
    me.keeper.keep("predict", False)

    assert me.settings == Settings(layout="3f", predict=False)
    assert bus.kept == []


async def test_whoever_changes_a_preference_learns_whether_it_is_kept() -> None:
    bus = ServiceBus({})
    service = ConfigService(cast(Any, bus), "engine/ieum", lambda _: None, lambda *_: None)

    assert await service.put("layout", "3f")
    bus.values = None
    assert not await service.put("layout", "3f")
