# SPDX-License-Identifier: Apache-2.0
"""What the predictor is told through a real ibus-daemon: lessons and counts, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from dbus_next.constants import MessageFlag
from dbus_next.message import Message

from ibus_component.wire.objects import plain
from ibus_component.wire.typist import CAPS_RICH, Typist
from ime_engine.protocol import BUS_NAME
from tests.harness.ibus import Desk, Ear, at_desk

pytestmark = pytest.mark.ibus

URL, EMAIL, PASSWORD, PIN, TERMINAL = 5, 6, 8, 9, 10
PRIVATE, HIDDEN_TEXT = 1 << 11, 1 << 12
ALT = 1 << 3
QUIET = MessageFlag.NO_REPLY_EXPECTED | MessageFlag.NO_AUTOSTART
SURROUNDING = 1 << 5


def told(calls: list[Message]) -> list[Message]:
    return [call for call in calls if call.member in ("Learn", "Count")]


def type_in_every_way(desk: Desk) -> None:
    """Each way an eojeol is finished, and each in which a caret is left."""
    typist = desk.typist
    typist.press("Return")
    typist.type("dkssud tptkd. skfTlrk")
    typist.press("Return")
    typist.type("dhsmf ")
    typist.press("Hangul", "Hangul", "Tab", "Left", "BackSpace")
    typist.reset()
    typist.type(" sk ")
    typist.settle()
    typist.press("1", state=ALT)
    typist.type(" rk")
    typist.focus_out()
    typist.focus_in()
    typist.type("sk ek ")
    typist.select("hangul")
    typist.select("ieum")
    typist.settle()


def test_lessons_and_counts_arrive() -> None:
    with at_desk(minconfidence=0.0, popupdelay=400) as desk, Ear(desk) as ear:
        desk.start_predictor()
        typist = desk.typist
        typist.press("Return")
        typist.type("dkssud ")
        typist.wait_for(lambda shown: bool(shown.rows))
        typist.press("1", state=ALT)
        typist.type(" ek")
        typist.press("Return")
        typist.focus_out()
        calls = told(ear.calls(1.0))

    lessons = [call for call in calls if call.member == "Learn"]
    # IBus gives an engine its first field without a name.
    assert [plain(call.body) for call in lessons] == [
        ["", "안녕", {"accepted": False}],
        ["안녕 ", "세상", {"accepted": True}],
        ["안녕 세상 ", "다", {"accepted": False}],
    ]
    (count,) = (call for call in calls if call.member == "Count")
    assert count.signature == "a{su}"
    assert count.body == [
        {"keys": 12, "keys_saved": 4, "eojeols": 3, "lists_shown": 1, "lists_used": 1}
    ]
    assert all(call.destination == BUS_NAME for call in calls)
    assert all(call.flags & QUIET == QUIET for call in calls)


def test_messages_of_one_field_are_told_from_those_of_another() -> None:
    """Its name is that of IBus' input context: it says nothing of who types what where."""
    with at_desk(minconfidence=0.0) as desk, Ear(desk) as ear:
        desk.start_predictor()
        fields = []
        for _ in range(2):
            with Typist(desk.ibus.address, "ieum") as typist:
                for _ in range(2):  # a message is sent, the next begins
                    typist.press("Return")
                    typist.type("dkssud ")
                    typist.wait_for(lambda shown: bool(shown.rows))
                typist.focus_out()
                calls = [call for call in ear.calls(1.0) if call.member in ("Learn", "Predict")]
            named = [plain(call.body)[2]["field"] for call in calls]
            assert {call.member for call in calls} == {"Learn", "Predict"}
            assert len(set(named)) == 1
            assert named[0].startswith("/org/freedesktop/IBus/InputContext_")
            fields.append(named[0])
    assert fields[0] != fields[1]


def test_what_the_client_tells_is_the_text_before() -> None:
    with at_desk(caps=CAPS_RICH | SURROUNDING) as desk, Ear(desk) as ear:
        desk.start_predictor()
        desk.typist.surrounding("어제 비가 ", 6)
        desk.typist.type("dhkTek")
        desk.typist.focus_out()
        lessons = [call for call in told(ear.calls(1.0)) if call.member == "Learn"]

    assert [call.body[:2] for call in lessons] == [["어제 비가 ", "왔다"]]


@dataclass(frozen=True)
class Forbidding:
    """Why nothing may be learnt."""

    purpose: int = 0
    hints: int = 0
    entry: tuple[str, int] | None = None
    """What is switched in the panel's menu."""

    preferences: tuple[tuple[str, Any], ...] = ()


REASONS = {
    "password": Forbidding(PASSWORD),
    "pin": Forbidding(PIN),
    "hidden": Forbidding(hints=HIDDEN_TEXT),
    "private": Forbidding(hints=PRIVATE),
    "terminal": Forbidding(TERMINAL, preferences=(("terminalpredict", True),)),
    "url": Forbidding(URL),
    "email": Forbidding(EMAIL),
    "incognito": Forbidding(entry=("Incognito", 1)),
    "learning_off": Forbidding(entry=("Learn", 0)),
    "predictor_off": Forbidding(entry=("Predict", 0)),
    # Its first field is told without the program's name: that is doubtful, too.
    "private_app": Forbidding(preferences=(("privateapps", ["typist"]),)),
}


@pytest.mark.parametrize("reason", REASONS)
def test_nothing_is_told_where_it_is_forbidden(reason: str) -> None:
    """C1 to C4, C6: over every way of finishing, and with a list to accept from."""
    forbidding = REASONS[reason]
    preferences: dict[str, Any] = {"minconfidence": 0.0, "popupdelay": 0}
    with at_desk(**preferences, **dict(forbidding.preferences)) as desk, Ear(desk) as ear:
        desk.start_predictor()
        desk.typist.content_type(forbidding.purpose, forbidding.hints)
        if forbidding.entry:
            desk.typist.activate(*forbidding.entry)
        ear.calls()
        type_in_every_way(desk)
        calls = ear.calls(1.0)

    assert told(calls) == []
    asked = [call for call in calls if call.member == "Predict"]
    assert all("private" in call.body[2] for call in asked) or reason == "terminal"


def test_the_same_keys_teach_where_nothing_forbids_it() -> None:
    """What the test above types is seen when it may be."""
    with at_desk(minconfidence=0.0, popupdelay=0) as desk, Ear(desk) as ear:
        desk.start_predictor()
        ear.calls()
        type_in_every_way(desk)
        members = [call.member for call in told(ear.calls(1.0))]

    assert members.count("Learn") >= 4
    assert "Count" in members


def test_incognito_is_the_same_in_each_window_and_is_not_kept() -> None:
    with at_desk() as desk, Ear(desk) as ear:
        desk.start_predictor()
        desk.typist.activate("Incognito", 1)
        assert desk.typist.settle().properties["Incognito"][1] == 1
        desk.typist.select("hangul")
        desk.typist.select("ieum")  # another engine object
        assert desk.typist.settle().properties["Incognito"][1] == 1
        type_in_every_way(desk)

        assert told(ear.calls(1.0)) == []


def test_without_a_predictor_nothing_waits_and_none_is_started() -> None:
    with at_desk() as desk, Ear(desk) as ear:
        type_in_every_way(desk)
        calls = told(ear.calls(0.5))
        assert calls
        assert all(call.flags & QUIET == QUIET for call in calls)
        assert desk.typist.settle().text
