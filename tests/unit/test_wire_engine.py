# SPDX-License-Identifier: Apache-2.0
"""Engine object and factory, without a bus: a call in, bytes out, in the right order."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

import pytest
from dbus_next.aio.message_bus import MessageBus
from dbus_next.constants import MessageFlag, MessageType
from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component.wire.engine import PROPERTIES, SERVICE, EngineObject
from ibus_component.wire.factory import FACTORY_PATH, Factory
from ibus_component.wire.objects import plain, text, text_of
from ibus_component.wire.screen import ENGINE, Outbox, Screen
from tests.unit.fake_bus import FakeBus

PATH = "/org/freedesktop/IBus/Engine/1"
SECRET = "비밀"


class Talker:
    """Plays the conductor: commits and shows on every key, and notes what it is told."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.told: list[tuple[Any, ...]] = []
        self.fails = False
        self.closed = False

    def press(self, keyval: int, keycode: int, state: int) -> bool:
        if self.fails:
            raise RuntimeError(SECRET)
        self.screen.preedit("")
        self.screen.commit("한")
        return True

    def focus_in(self, client: str, window: str) -> None:
        self.told.append(("focus_in", client))

    def tell(self, event: str, *values: object) -> None:
        if self.fails:
            raise RuntimeError(SECRET)
        self.told.append((event, *values))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def talker(bus: FakeBus) -> Talker:
    return Talker(Screen(PATH, Outbox(cast(MessageBus, bus))))


@pytest.fixture
def engine(bus: FakeBus, talker: Talker) -> EngineObject:
    outbox = talker.screen._outbox
    return EngineObject(talker, outbox, active_surrounding_text=False)


def call(
    member: str,
    signature: str = "",
    body: list[Any] | None = None,
    interface: str = ENGINE,
    path: str = PATH,
    flags: MessageFlag = MessageFlag.NONE,
) -> Message:
    return Message(
        path=path,
        interface=interface,
        member=member,
        signature=signature,
        body=body or [],
        sender=":1.0",
        serial=42,
        flags=flags,
    )


KEY = call("ProcessKeyEvent", "uuu", [0x72, 19, 0])


def test_what_a_key_causes_is_sent_before_its_reply_and_in_one_piece(
    bus: FakeBus, engine: EngineObject
) -> None:
    assert engine.handle(KEY) is True

    preedit, commit, reply = bus.messages()
    assert len(bus.sent) == 1
    assert (preedit.member, preedit.body[2]) == ("UpdatePreeditText", False)
    assert (commit.member, text_of(commit.body[0])) == ("CommitText", "한")
    assert (reply.message_type, reply.reply_serial) == (MessageType.METHOD_RETURN, 42)
    assert reply.body == [True]


def test_a_failing_key_is_left_to_the_application_and_logged_without_text(
    bus: FakeBus, talker: Talker, engine: EngineObject, caplog: pytest.LogCaptureFixture
) -> None:
    talker.fails = True

    with caplog.at_level(logging.DEBUG):
        assert engine.handle(KEY) is True

    assert bus.messages()[-1].body == [False]
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (call("FocusIn"), ("focus_in", "")),
        (call("FocusInId", "ss", ["/a", "gtk3-im:gedit"]), ("focus_in", "gtk3-im:gedit")),
        (call("FocusOutId", "s", ["/a"]), ("focus_out",)),
        (call("Reset"), ("reset",)),
        (call("SetCapabilities", "u", [41]), ("set_capabilities", 41)),
        (call("SetCursorLocation", "iiii", [1, -2, 3, 4]), ("set_cursor_location", 1, -2, 3, 4)),
        (call("CandidateClicked", "uuu", [1, 1, 0]), ("candidate_clicked", 1, 1, 0)),
        (call("PropertyActivate", "su", ["Predict", 1]), ("property_activated", "Predict", 1)),
        (
            call("SetSurroundingText", "vuu", [text("가나"), 1, 2]),
            ("set_surrounding", "가나", 1, 2),
        ),
        (
            call("Set", "ssv", [ENGINE, "ContentType", Variant("(uu)", [8, 2048])], PROPERTIES),
            ("set_content_type", 8, 2048),
        ),
    ],
    ids=lambda value: value.member if isinstance(value, Message) else "",
)
def test_every_event_reaches_the_session_and_is_answered(
    message: Message, told: tuple[Any, ...], bus: FakeBus, talker: Talker, engine: EngineObject
) -> None:
    assert engine.handle(message) is True
    assert talker.told == [told]
    assert [reply.reply_serial for reply in bus.messages()] == [42]


def test_nobody_is_answered_who_wants_no_answer(bus: FakeBus, engine: EngineObject) -> None:
    assert engine.handle(call("Reset", flags=MessageFlag.NO_REPLY_EXPECTED)) is True
    assert bus.messages() == []


def test_a_failing_event_is_answered_all_the_same(
    bus: FakeBus, talker: Talker, engine: EngineObject, caplog: pytest.LogCaptureFixture
) -> None:
    talker.fails = True

    engine.handle(call("SetSurroundingText", "vuu", [text(SECRET), 0, 0]))

    assert bus.messages()[0].message_type is MessageType.METHOD_RETURN
    assert "SetSurroundingText" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "message",
    [
        call("Explode"),
        call("ProcessKeyEvent", "uu", [1, 2]),
        call("SetCapabilities", "s", ["41"]),
        call("Get", "ss", [ENGINE, "Colour"], PROPERTIES),
        call("Set", "ssv", [ENGINE, "ContentType", Variant("s", "8")], PROPERTIES),
        call("Ping", interface="org.freedesktop.DBus.Peer"),
    ],
    ids=lambda message: message.member,
)
def test_what_is_not_ours_is_left_to_the_library(message: Message, engine: EngineObject) -> None:
    assert engine.handle(message) is None


@pytest.mark.parametrize("new", [False, True], ids=["1.5.27", "1.5.28"])
def test_the_properties_are_those_the_daemon_knows(new: bool, talker: Talker) -> None:
    engine = EngineObject(talker, talker.screen._outbox, active_surrounding_text=new)

    reply = engine.handle(call("GetAll", "s", [ENGINE], PROPERTIES))

    assert isinstance(reply, Message)
    expected = {"ContentType": [0, 0], "FocusId": True}
    assert plain(reply.body[0]) == expected | ({"ActiveSurroundingText": True} if new else {})


async def test_the_factory_makes_an_engine_and_drops_it_after_the_reply(bus: FakeBus) -> None:
    made: list[Talker] = []

    def conduct(screen: Screen) -> Talker:
        made.append(Talker(screen))
        return made[-1]

    Factory(cast(MessageBus, bus), conduct, active_surrounding_text=False)
    (route,) = bus.handlers
    factory = "org.freedesktop.IBus.Factory"

    created = route(call("CreateEngine", "s", ["ieum"], factory, FACTORY_PATH))
    assert isinstance(created, Message)
    assert created.signature == "o"
    path = created.body[0]
    assert route(call("Reset", path=path)) is True

    assert isinstance(route(call("Destroy", interface=SERVICE, path=path)), Message)
    assert route(call("Reset", path=path)) is True
    await asyncio.sleep(0)
    assert route(call("Reset", path=path)) is None
    assert made[0].closed


def test_the_factory_makes_no_other_engine(bus: FakeBus) -> None:
    Factory(cast(MessageBus, bus), Talker, active_surrounding_text=False)

    reply = bus.handlers[0](
        call("CreateEngine", "s", ["hangul"], "org.freedesktop.IBus.Factory", FACTORY_PATH)
    )

    assert isinstance(reply, Message)
    assert reply.message_type is MessageType.ERROR
