# SPDX-License-Identifier: Apache-2.0
"""The conductor carries out what the session decides, at once, later or never."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from ibus_component.actions import (
    Action,
    Ask,
    Commit,
    Count,
    CountSoon,
    Forget,
    ForwardKey,
    HideList,
    Keep,
    Learn,
    OpenSettings,
    Preedit,
    Reaction,
    ShowList,
    Status,
    UpdateProperties,
    Wait,
)
from ibus_component.app import App, Role
from ibus_component.conductor import Conductor
from ibus_component.keys import Key
from ibus_component.session import Session
from ibus_component.settings import Settings
from ime_engine.protocol import Candidate, Query

WORLD = (Candidate("세상", 0.5),)
QUERY = Query("안녕 ")


class Scripted:
    """A session that answers every event with the actions it was given."""

    hangul, predict = True, False
    status = Status(hangul=True, predict=False)

    def __init__(self) -> None:
        self.script: tuple[Action, ...] = ()
        self.heard: list[tuple[Any, ...]] = []

    def press(self, key: object) -> Reaction:
        return Reaction(True, self.script)

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
        self.changes: list[Status] = []
        self.entered: list[Conductor] = []
        self.kept: list[tuple[str, bool]] = []
        self.opened: list[str] = []
        self.conductor = Conductor(
            cast(Session, self.session),
            cast(Any, self.world),
            cast(Any, self.world),
            lambda: self.changes.append(self.session.status),
            entered=self.entered.append,
            keep=lambda setting, value: self.kept.append((setting, value)),
            open_settings=lambda: self.opened.append("settings"),
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
        ShowList(("세상",), 0, "!", "horizontal"),
        Forget("세상"),
        Learn("안녕 ", "세상"),
        Count(keys=6),
    )

    assert calls == [
        ("preedit", ""),
        ("commit", "한"),
        ("forward", 1, 2, 3),
        ("hide_list",),
        ("show_list", ("세상",), 0, "!", "horizontal"),
        ("forget", "세상"),
        ("learn", Learn("안녕 ", "세상")),
        ("count", Count(keys=6)),
    ]


def test_a_changed_mode_is_shown_and_remembered() -> None:
    stage = Stage()

    status = Status(hangul=True, predict=False)
    assert stage.play(UpdateProperties(status)) == [("update_properties", status)]
    assert stage.changes == [status]


def test_each_focus_registers_the_menu_and_asks_for_surrounding_text() -> None:
    stage = Stage()
    stage.session.script = (HideList(),)

    stage.conductor.focus_in("gtk3-im:gedit", "/window/1")

    assert stage.session.heard == [("focus_in", "gtk3-im:gedit", "/window/1")]
    assert stage.entered == [stage.conductor]
    assert stage.world.calls == [
        ("face", "gtk3-im:gedit"),
        ("ask_surrounding_text",),
        ("hide_list",),
        ("register_properties", Status(hangul=True, predict=False)),
    ]


@pytest.mark.parametrize(
    ("client", "window", "field"),
    [("gtk3-im:gedit", "/window/1", "/window/1"), ("", "", ""), ("fake", "/window/9", "")],
    ids=["a field", "an IBus that does not say", "no field at all"],
)
def test_questions_and_lessons_say_in_which_field(client: str, window: str, field: str) -> None:
    stage = Stage()
    stage.conductor.focus_in(client, window)
    stage.world.calls.clear()
    stage.play(Ask(7, QUERY), Learn("안녕 ", "세상"))

    assert stage.world.calls == [
        ("ask", replace(QUERY, field=field)),
        ("learn", Learn("안녕 ", "세상", field=field)),
    ]


def test_keys_of_ibus_wayland_are_counted_as_the_kernel_does() -> None:
    stage = Stage()
    pressed: list[object] = []

    def press(key: Key) -> Reaction:
        pressed.append(key)
        return Reaction(True)

    cast(Any, stage.session).press = press

    for client in ("wayland", "gtk3-im:gedit"):
        stage.conductor.focus_in(client, "/window/1")
        stage.conductor.press(0x72, 27, 0)

    assert pressed == [Key(0x72, 19, 0), Key(0x72, 27, 0)]


def test_an_answer_is_handed_on_with_its_ticket_and_what_it_shows_is_sent() -> None:
    stage = Stage()
    stage.play(Ask(7, QUERY))

    stage.world.answer(WORLD)

    assert stage.session.heard == [("answered", 7, WORLD)]
    assert stage.world.calls == [("ask", QUERY), ("flush",)]


def test_a_switch_is_kept_and_the_settings_are_opened() -> None:
    stage = Stage()
    stage.play(Keep("learn", False), OpenSettings())

    assert stage.kept == [("learn", False)]
    assert stage.opened == ["settings"]


def test_changed_settings_reach_the_session_and_what_they_show_is_sent() -> None:
    stage = Stage()
    stage.conductor.configure(Settings(page_size=3))

    assert stage.session.heard == [("configure", Settings(page_size=3))]
    assert stage.world.calls == [("flush",)]


async def test_a_wait_ends_once_and_a_later_one_replaces_it() -> None:
    stage = Stage()

    stage.play(Wait(1, 1), Wait(2, 1))
    await asyncio.sleep(0.05)

    assert stage.session.heard == [("idled", 2)]


async def test_counting_disturbs_no_wait_and_a_later_one_replaces_it() -> None:
    stage = Stage()

    stage.play(Wait(1, 1), CountSoon(1), CountSoon(2))
    await asyncio.sleep(0.05)

    assert sorted(stage.session.heard) == [("counted",), ("idled", 1)]


async def test_a_closed_conductor_wakes_nobody() -> None:
    stage = Stage()
    stage.play(Wait(1, 1), CountSoon(1))

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
    app = App(Role(), version=(1, 5, 27))
    there = Recorder()
    here, other = app._conduct(cast(Any, Recorder())), app._conduct(cast(Any, there))
    here.tell("property_activated", "Predict", 0)
    other.focus_in("gtk3-im:gedit", "/window/1")

    assert ("register_properties", Status(hangul=True, predict=False)) in there.calls
