# SPDX-License-Identifier: Apache-2.0
"""Settings that change while somebody types: no syllable is lost, moved or written twice."""

from __future__ import annotations

import msgspec
import pytest

from ibus_component.actions import (
    Action,
    Ask,
    Commit,
    HideList,
    Keep,
    OpenSettings,
    Preedit,
    Status,
    UpdateProperties,
    Wait,
)
from ibus_component.settings import Settings
from tests.unit.keyboard import key
from tests.unit.sessions import MEET, session_in, typed, typed_rk


def changed_to(**values: object) -> Settings:
    return msgspec.structs.replace(Settings(), **values)


def test_the_same_settings_change_nothing() -> None:
    assert typed_rk().configure(Settings()) == ()


@pytest.mark.parametrize(
    "setting", [{"layout": "3f"}, {"preedit": "none"}, {"popup_delay_ms": 0}, {"page_size": 1}]
)
def test_the_syllable_in_work_is_finished_once(setting: dict[str, object]) -> None:
    actions = typed_rk().configure(changed_to(**setting))

    assert actions == (Preedit(""), Commit("가"), UpdateProperties(Status()))


@pytest.mark.parametrize("switch", ["predict", "learn", "hanja_lock"])
def test_a_switch_leaves_the_syllable_in_work_alone(switch: str) -> None:
    session = typed_rk()
    wanted = changed_to(**{switch: not getattr(Settings(), switch)})

    (told,) = session.configure(wanted)

    assert isinstance(told, UpdateProperties)
    assert Preedit("간") in session.press(key("s")).actions


def test_the_next_key_has_the_new_keyboard() -> None:
    session = session_in()
    session.configure(changed_to(layout="3f"))

    written = [reaction.actions for reaction in typed(session, "kf")]

    assert written == [(Preedit("ㄱ"),), (Preedit("가"),)]


def test_the_next_key_has_the_new_bindings() -> None:
    session = session_in()
    session.configure(changed_to(toggle_keys=("F9",), hanja_keys=()))
    session.press(key("Hangul"))
    assert session.hangul

    session.press(key("F9"))
    assert not session.hangul


def test_a_list_on_the_screen_goes_and_the_next_follows_the_settings() -> None:
    session = session_in()
    typed(session, "rk ")
    session.answered(1, [MEET])
    session.idled(1)

    assert session.configure(changed_to(popup_delay_ms=10, page_size=2))[0] == HideList()

    (*_, ask, wait) = typed(session, "sk ")[-1].actions
    assert isinstance(ask, Ask)
    assert (ask.query.limit, wait) == (2, Wait(2, 10))


@pytest.mark.parametrize(
    ("entry", "on", "keep", "status"),
    [
        ("Learn", 0, Keep("learn", False), Status(learn=False)),
        ("HanjaLock", 1, Keep("hanja_lock", True), Status(hanja_lock=True)),
        ("Predict", 0, Keep("predict", False), Status(predict=False)),
    ],
)
def test_a_switch_of_the_menu_is_kept_and_shown(
    entry: str, on: int, keep: Action, status: Status
) -> None:
    session = typed_rk()

    assert session.property_activated(entry, on) == (keep, UpdateProperties(status))
    assert Preedit("간") in session.press(key("s")).actions


@pytest.mark.parametrize("learn", [0, 1])
def test_questions_are_private_while_nothing_may_be_learnt(learn: int) -> None:
    """C3: the switch of the menu says so at once, and by itself."""
    session = session_in()
    session.property_activated("Learn", 1 - learn)
    session.property_activated("Learn", learn)

    (*_, ask, _) = typed(session, "rk ")[-1].actions

    assert isinstance(ask, Ask)
    assert ask.query.private == (not learn)


def test_the_menu_opens_the_settings_and_changes_nothing() -> None:
    session = typed_rk()

    assert session.property_activated("Setup", 0) == (OpenSettings(),)
    assert Preedit("간") in session.press(key("s")).actions
