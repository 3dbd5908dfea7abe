# SPDX-License-Identifier: Apache-2.0
"""The predictor's client, its bus played by hand: newest question wins, nobody waits."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest
from dbus_next.constants import MessageFlag
from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component import client
from ibus_component.actions import Count, Learn
from ibus_component.client import Predictor, read_candidates, session_bus_address
from ibus_component.wire.bus import BusError
from ime_engine.protocol import Candidate, Query

MODEL = {"source": Variant("s", "model")}


class HandBus:
    """A session bus whose answers are given by hand."""

    connected = True

    def __init__(self) -> None:
        self.asked: list[Message] = []
        self.sent: list[Message] = []
        self._answers: list[asyncio.Future[Message]] = []
        self._disconnect_future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def call(self, message: Message) -> Message:
        self.asked.append(message)
        self._answers.append(asyncio.get_running_loop().create_future())
        return await self._answers[-1]

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def disconnect(self) -> None:
        self.connected = False

    async def answer(self, text: str) -> None:
        """Answer the oldest question that is open."""
        serial = len(self.asked)
        self._answers.pop(0).set_result(
            Message.new_method_return(
                Message(path="/", member="Predict", serial=serial),
                "a(sda{sv})",
                [[[text, 0.5, MODEL]]],
            )
        )
        await settle()

    async def refuse(self) -> None:
        call = Message(path="/", member="Predict", serial=len(self.asked))
        self._answers.pop(0).set_result(Message.new_error(call, "org.ieum.Error", "no"))
        await settle()


async def settle() -> None:
    for _ in range(6):
        await asyncio.sleep(0)


@pytest.fixture
async def bus(monkeypatch: pytest.MonkeyPatch) -> HandBus:
    bus = HandBus()

    async def open_bus(address: str) -> HandBus:
        return bus

    monkeypatch.setattr(client, "open_bus", open_bus)
    return bus


@pytest.fixture
def predictor() -> Predictor:
    return Predictor({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"})


async def test_an_answer_reaches_whoever_asked(bus: HandBus, predictor: Predictor) -> None:
    heard: list[Any] = []
    predictor.ask(Query("안녕 ", private=True, limit=3), heard.append)
    await settle()
    await bus.answer("세상")

    assert heard == [(Candidate("세상", 0.5, "model"),)]
    before, prefix, options = bus.asked[0].body
    assert (before, prefix) == ("안녕 ", "")
    assert {name: value.value for name, value in options.items()} == {"limit": 3, "private": True}


async def test_the_newest_question_goes_out_beside_an_older_one_and_its_answer_counts(
    bus: HandBus, predictor: Predictor
) -> None:
    heard: list[str] = []
    for name in ("하나", "둘"):
        predictor.ask(Query(name), lambda answer: heard.append(answer[0].text))
        await settle()
    assert [call.body[0] for call in bus.asked] == ["하나", "둘"]

    await bus.answer("일")
    assert heard == [], "that of the older one comes too late"
    await bus.answer("이")
    assert heard == ["이"]


async def test_two_questions_are_under_way_and_of_the_others_only_the_newest_waits(
    bus: HandBus, predictor: Predictor
) -> None:
    heard: list[str] = []
    for name in ("하나", "둘", "셋", "넷"):
        predictor.ask(Query(name), lambda answer: heard.append(answer[0].text))
        await settle()
    assert [call.body[0] for call in bus.asked] == ["하나", "둘"]

    await bus.answer("일")
    assert [call.body[0] for call in bus.asked] == ["하나", "둘", "넷"]
    await bus.answer("이")
    await bus.answer("사")

    assert heard == ["사"]


async def test_an_answer_that_overtakes_the_older_one_counts(
    bus: HandBus, predictor: Predictor
) -> None:
    heard: list[str] = []
    for name in ("하나", "둘"):
        predictor.ask(Query(name), lambda answer: heard.append(answer[0].text))
        await settle()
    bus._answers.reverse()
    await bus.answer("이")
    await bus.answer("일")

    assert heard == ["이"]


async def test_a_late_answer_is_dropped_and_the_next_question_is_put(
    bus: HandBus, predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(client, "ANSWER_TIMEOUT_S", 0.01)
    predictor.ask(Query("하나"), heard.append)
    await settle()
    await asyncio.sleep(0.02)
    await bus.answer("일")
    assert heard == []

    predictor.ask(Query("둘"), heard.append)
    await settle()
    assert len(bus.asked) == 2


async def test_a_hung_predictor_is_given_up_in_the_end(
    bus: HandBus, predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PATIENCE_S", 0.02)
    predictor.ask(Query("하나"), lambda _: None)
    await settle()
    predictor.ask(Query("둘"), lambda _: None)
    await asyncio.sleep(0.05)

    assert [call.body[0] for call in bus.asked] == ["하나", "둘"]


async def test_a_refusal_is_no_answer(bus: HandBus, predictor: Predictor) -> None:
    heard: list[Any] = []
    predictor.ask(Query("하나"), heard.append)
    await settle()
    await bus.refuse()

    assert heard == []


async def test_forgetting_is_told_to_a_daemon_that_is_there(
    bus: HandBus, predictor: Predictor
) -> None:
    predictor.forget("하나")
    predictor.ask(Query("둘"), lambda _: None)
    await settle()
    predictor.forget("셋")

    assert [(call.member, call.body) for call in bus.sent] == [("Forget", ["셋"])]


async def test_lessons_and_counts_go_to_a_daemon_that_is_there_and_start_none(
    bus: HandBus, predictor: Predictor
) -> None:
    predictor.learn(Learn("", "잃은"))
    predictor.ask(Query("둘"), lambda _: None)
    await settle()
    predictor.learn(Learn("오늘 ", "날씨가", accepted=True))
    predictor.count(Count(keys=12, eojeols=2))
    assert bus.sent == [], "the key that caused it is answered first"
    await settle()

    learn, count = bus.sent
    assert (learn.member, learn.signature) == ("Learn", "ssa{sv}")
    assert learn.body == ["오늘 ", "날씨가", {"accepted": Variant("b", True)}]
    assert (count.member, count.signature) == ("Count", "a{su}")
    assert count.body == [{"keys": 12, "eojeols": 2}]
    quiet = MessageFlag.NO_REPLY_EXPECTED | MessageFlag.NO_AUTOSTART
    assert [call.flags for call in bus.sent] == [quiet, quiet]


@pytest.mark.parametrize("private", [False, True])
async def test_only_a_private_question_names_no_field(
    private: bool, bus: HandBus, predictor: Predictor
) -> None:
    predictor.ask(Query("둘", private=private, field="/window/1"), lambda _: None)
    await settle()
    predictor.learn(Learn("둘 ", "셋", field="/window/1"))
    await settle()

    question, lesson = bus.asked[0], bus.sent[0]
    assert question.body[2].get("field") == (None if private else Variant("s", "/window/1"))
    assert lesson.body[2]["field"] == Variant("s", "/window/1")


async def test_what_is_told_to_a_bus_that_goes_is_dropped(
    bus: HandBus, predictor: Predictor
) -> None:
    predictor.ask(Query("둘"), lambda _: None)
    await settle()
    predictor.learn(Learn("", "잃은"))
    bus.connected = False
    await settle()

    assert bus.sent == []


async def test_without_a_bus_it_is_sought_again_after_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts: list[str] = []

    async def open_bus(address: str) -> HandBus:
        attempts.append(address)
        raise BusError("nobody there")

    monkeypatch.setattr(client, "open_bus", open_bus)
    monkeypatch.setattr(client, "BACKOFF_FIRST_S", 0.02)
    predictor = Predictor({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"})
    for _ in range(3):
        predictor.ask(Query("하나"), lambda _: None)
        await settle()
    assert len(attempts) == 1

    await asyncio.sleep(0.03)
    predictor.ask(Query("둘"), lambda _: None)
    await settle()
    assert len(attempts) == 2


async def test_closing_ends_the_connection_and_what_is_under_way(
    bus: HandBus, predictor: Predictor
) -> None:
    heard: list[Any] = []
    predictor.ask(Query("하나"), heard.append)
    await settle()

    predictor.close()
    await settle()

    assert not bus.connected
    assert heard == []


def test_the_session_bus_is_that_of_the_variable_or_of_the_runtime_dir(tmp_path: Path) -> None:
    assert session_bus_address({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/a"}) == "unix:path=/a"
    with pytest.raises(BusError):
        session_bus_address({"XDG_RUNTIME_DIR": str(tmp_path)})
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "bus"))

        address = session_bus_address({"XDG_RUNTIME_DIR": str(tmp_path)})

    assert address == f"unix:path={tmp_path}/bus"


def test_empty_candidates_are_left_out_and_no_more_are_read_than_asked() -> None:
    rows = [["", 0.9, {}], ["세\0상", 0.8, {}], ["세상", 0.5, MODEL], ["하늘", 0.1, {}]]

    assert read_candidates([rows], 3) == (Candidate("세상", 0.5, "model"),)
