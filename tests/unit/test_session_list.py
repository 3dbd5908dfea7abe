# SPDX-License-Identifier: Apache-2.0
"""The list and its questions, action by action."""

from __future__ import annotations

import pytest

from ibus_component.actions import (
    Ask,
    Commit,
    HideList,
    Preedit,
    Reaction,
    ShowList,
    UpdateProperties,
    Wait,
)
from ibus_component.auxiliary import active_hint, passive_hint
from ibus_component.settings import Settings
from ime_engine.protocol import Candidate, Query
from tests.unit.keyboard import key
from tests.unit.sessions import MEET, session_in, typed
from tests.unit.typist import SURROUNDING_BIT, SYNC_BIT


def test_the_question_after_a_space() -> None:
    *_, last = typed(session_in(), "rk ")
    query = Query("가 ", "", limit=5)
    assert last.actions == (Preedit(""), Commit("가 "), Ask(1, query), Wait(1, 200))


def test_a_list_is_shown_once_and_hidden_once() -> None:
    session = session_in()
    typed(session, "rk ")
    assert session.answered(1, [MEET]) == ()
    assert session.idled(1) == (ShowList((MEET,), None, passive_hint(Settings())),)
    assert session.idled(1) == ()
    assert session.answered(1, [MEET]) == ()
    assert session.press(key("Return")) == Reaction(False, (HideList(),))
    assert session.press(key("Return")) == Reaction(False)


def test_a_stale_ticket_shows_nothing_even_while_a_newer_one_waits() -> None:
    session = session_in()
    typed(session, "rk sk ")
    assert session.answered(1, [MEET]) == ()
    assert session.idled(1) == ()
    assert session.idled(2) == ()
    assert session.answered(2, [MEET]) == (ShowList((MEET,), None, passive_hint(Settings())),)


def test_a_probability_that_is_no_number_shows_nothing() -> None:
    session = session_in()
    typed(session, "rk ")
    session.answered(1, [Candidate("만나서", float("nan"))])
    assert session.idled(1) == ()


@pytest.mark.parametrize("text", ["", " ", "\n", "만\n나서", "\x00", "\u202e만나서"])
def test_what_cannot_be_shown_is_no_candidate(text: str) -> None:
    session = session_in()
    typed(session, "rk ")
    session.answered(1, [Candidate(text, 0.9), MEET])
    assert session.idled(1) == (ShowList((MEET,), None, passive_hint(Settings())),)


def test_accepting_hides_commits_and_asks_anew() -> None:
    session = session_in()
    typed(session, "rk ")
    session.answered(1, [MEET])
    session.idled(1)
    query = Query("가 만나서", "", limit=5)
    assert session.candidate_clicked(0, 1, 0) == (
        HideList(),
        Commit("만나서"),
        Ask(2, query),
        Wait(2, 200),
    )
    assert session.press(key("q")).actions == (Commit(" "), Preedit("ㅂ"))


@pytest.mark.parametrize("way", ["page_up", "page_down", "cursor_up", "cursor_down"])
def test_the_panels_buttons_need_a_list(way: str) -> None:
    session = session_in()
    assert getattr(session, way)() == ()
    typed(session, "rk ")
    session.answered(1, [MEET])
    session.idled(1)
    (shown,) = getattr(session, way)()
    assert shown.cursor == 0


def test_a_predictor_switched_off_shows_no_answer_under_way() -> None:
    session = session_in()
    typed(session, "rk ")
    assert session.property_activated("Predict", 0) == (UpdateProperties(True, False),)
    assert (*session.answered(1, [MEET]), *session.idled(1)) == ()


def test_unknown_properties_are_ignored() -> None:
    assert session_in().property_activated("Weather", 1) == ()


def test_selecting_text_while_a_list_is_due_keeps_it_away() -> None:
    session = session_in(SYNC_BIT | SURROUNDING_BIT)
    session.set_surrounding("", 0, 0)
    typed(session, "rk ")
    session.set_surrounding("가 ", 2, 0)
    assert (*session.answered(1, [MEET]), *session.idled(1)) == ()


@pytest.mark.parametrize(
    ("settings", "passive", "active"),
    [
        (Settings(), "Tab 고르기 · Alt+1…5 넣기", "Enter 넣기 · Esc 닫기 · Ctrl+Delete 잊기"),
        (
            Settings(keyboard_untouched=True),
            "클릭 넣기",
            "Enter 넣기 · Esc 닫기 · Ctrl+Delete 잊기",
        ),
        (Settings(next_keys=("F2",), pick_keys=("Alt+1",)), "F2 고르기 · Alt+1 넣기", None),
        (Settings(next_keys=(), pick_keys=(), forget_keys=()), "", "Enter 넣기 · Esc 닫기"),
        (Settings(show_hints=False), "", ""),
    ],
)
def test_the_line_above_the_list_names_the_keys_that_are_bound(
    settings: Settings, passive: str, active: str | None
) -> None:
    assert passive_hint(settings) == passive
    assert active in (active_hint(settings), None)


def test_the_line_is_there_in_both_states_so_that_no_row_jumps() -> None:
    session = session_in()
    typed(session, "rk ")
    session.answered(1, [MEET])
    (shown,) = session.idled(1)
    (entered,) = session.press(key("Tab")).actions

    assert isinstance(shown, ShowList)
    assert isinstance(entered, ShowList)
    assert shown.hint
    assert entered.hint
