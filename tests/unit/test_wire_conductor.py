# SPDX-License-Identifier: Apache-2.0
"""The conductor carries out what the session decides, at once, later or never."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest

from ibus_component.actions import (
    Action,
    Ask,
    Commit,
    Forget,
    ForwardKey,
    HideList,
    Preedit,
    Reaction,
    ShowList,
    UpdateProperties,
    Wait,
)
from ibus_component.app import App, Role
from ibus_component.conductor import Conductor
from ibus_component.session import Session
from ibus_component.settings import Settings
from ime_engine.protocol import Candidate, Query

WORLD = (Candidate("세상", 0.5),)
QUERY = Query("안녕 ")


class Scripted:
    """A session that answers every event with the actions it was given."""

    hangul, predict = True, False

    def __init__(self) -> None:
        self.script: tuple[Action, ...] = ()
        self.heard: list[tuple[Any, ...]] = []

    def press(self, key: object) -> Reaction:
        return Reaction(True, self.script)

    def mode_snapshot(self) -> dict[str, bool]:
        return {"hangul": self.hangul, "predict": self.predict}

    def __getattr__(self, event: str) -> Callable[..., tuple[Action, ...]]:
        def hear(*values: object) -> tuple[Action, ...]:
            self.heard.append((event, *values))
            if event == "idled" and values == (13,):
                raise ValueError("비밀")
            return self.script if event == "focus_in" else ()

        return hear


class Recorder:
    """Screen and predictor in one: notes every call by name."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.answer: Callable[[tuple[Candidate, ...]], None] = lambda _: None

    def ask(self, query: Query, answer: Callable[[tuple[Candidate, ...]], None]) -> None:
        self.calls.append(("ask", query))
        self.answer = answer

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *values: self.calls.append((name, *values))


class Stage:
    def __init__(self) -> None:
        self.session, self.world = Scripted(), Recorder()
        self.modes: list[dict[str, bool]] = []
        self.conductor = Conductor(
            cast(Session, self.session),
            cast(Any, self.world),
            cast(Any, self.world),
            self.modes.append,
            recall=lambda: {"predict": False},
        )

    def play(self, *script: Action) -> Sequence[tuple[Any, ...]]:
        self.session.script = script
        assert self.conductor.press(0x72, 19, 0)
        return self.world.calls


def test_actions_are_carried_out_in_order() -> None:
    calls = Stage().play(
        Preedit(""),
        Commit("한"),
        ForwardKey(1, 2, 3),
        HideList(),
        ShowList(WORLD, 0, "!"),
        Forget("세상"),
    )

    assert calls == [
        ("preedit", ""),
        ("commit", "한"),
        ("forward", 1, 2, 3),
        ("hide_list",),
        ("show_list", ["세상"], 0, "!"),
        ("forget", "세상"),
    ]


def test_a_changed_mode_is_shown_and_remembered() -> None:
    stage = Stage()

    assert stage.play(UpdateProperties(True, False)) == [("update_properties", True, False)]
    assert stage.modes == [{"hangul": True, "predict": False}]


def test_each_focus_registers_the_menu_and_asks_for_surrounding_text() -> None:
    stage = Stage()
    stage.session.script = (HideList(),)

    stage.conductor.focus_in("gtk3-im:gedit")

    assert stage.session.heard == [
        ("restore", {"predict": False}),
        ("focus_in", "gtk3-im:gedit"),
    ]
    assert stage.world.calls == [
        ("ask_surrounding_text",),
        ("register_properties", True, False),
        ("hide_list",),
    ]


def test_an_answer_is_handed_on_with_its_ticket_and_what_it_shows_is_sent() -> None:
    stage = Stage()
    stage.play(Ask(7, QUERY))

    stage.world.answer(WORLD)

    assert stage.session.heard == [("answered", 7, WORLD)]
    assert stage.world.calls == [("ask", QUERY), ("flush",)]


async def test_a_wait_ends_once_and_a_later_one_replaces_it() -> None:
    stage = Stage()

    stage.play(Wait(1, 1), Wait(2, 1))
    await asyncio.sleep(0.05)

    assert stage.session.heard == [("idled", 2)]


async def test_a_closed_conductor_wakes_nobody() -> None:
    stage = Stage()
    stage.play(Wait(1, 1))

    stage.conductor.close()
    await asyncio.sleep(0.02)

    assert stage.session.heard == []


async def test_a_failure_off_the_key_path_is_logged_without_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage()
    with caplog.at_level(logging.DEBUG):
        stage.play(Wait(13, 0))
        await asyncio.sleep(0.02)

    assert "ValueError" in caplog.text
    assert "비밀" not in caplog.text


def test_a_predictor_switched_off_in_one_window_is_off_in_another() -> None:
    app = App(Role(), Settings(), version=(1, 5, 27))
    there = Recorder()
    here, other = app._conduct(cast(Any, Recorder())), app._conduct(cast(Any, there))
    here.tell("property_activated", "Predict", 0)
    other.focus_in("gtk3-im:gedit")

    assert ("register_properties", True, False) in there.calls
