# SPDX-License-Identifier: Apache-2.0
"""The list and its questions, action by action."""

from __future__ import annotations

import pytest

from ibus_component.actions import (
    Ask,
    Commit,
    CountSoon,
    HideList,
    Keep,
    Learn,
    Orientation,
    Preedit,
    Reaction,
    ShowList,
    Status,
    UpdateProperties,
    Wait,
)
from ibus_component.auxiliary import active_hint, passive_hint
from ibus_component.keys import Mask
from ibus_component.session import Session
from ibus_component.settings import Settings
from ibus_component.tally import EVERY_MS
from ime_engine.protocol import Candidate, Query
from tests.unit.keyboard import key
from tests.unit.sessions import MEET, session_in, typed
from tests.unit.text_field import SURROUNDING_BIT, SYNC_BIT
from tests.unit.typist import Desk


def test_the_question_after_a_space() -> None:
    *_, last = typed(session_in(), "rk ")
    query = Query("가 ", "", limit=5)
    assert last.actions == (Preedit(""), Commit("가 "), Ask(1, query), Wait(1, 200))


def test_a_list_is_shown_once_and_hidden_once() -> None:
    session = session_in()
    typed(session, "rk ")
    assert session.answered(1, [MEET]) == ()
    assert session.idled(1) == (ShowList((MEET.text,), None, passive_hint(Settings())),)
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
    assert session.answered(2, [MEET]) == (ShowList((MEET.text,), None, passive_hint(Settings())),)


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
    assert session.idled(1) == (ShowList((MEET.text,), None, passive_hint(Settings())),)


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
    assert session.press(key("q")).actions == (
        Commit(" "),
        Preedit("ㅂ"),
        Learn("가 ", "만나서", accepted=True),
        CountSoon(EVERY_MS),
    )


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
    assert session.property_activated("Predict", 0) == (
        Keep("predict", False),
        UpdateProperties(Status(predict=False)),
    )
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
            Settings(preset="keyboard-untouched"),
            "클릭 넣기",
            "Enter 넣기 · Esc 닫기 · Ctrl+Delete 잊기",
        ),
        (Settings(next_keys=("F2",), pick_keys=("Alt+1",)), "F2 고르기 · Alt+1 넣기", None),
        (Settings(next_keys=(), pick_keys=(), forget_keys=()), "", "Enter 넣기 · Esc 닫기"),
        (Settings(show_hints=False), "", ""),
        (Settings(page_size=3), "Tab 고르기 · Alt+1…3 넣기", None),
        (Settings(page_size=1), "Tab 고르기 · Alt+1 넣기", None),
        (
            Settings(
                next_keys=("Down",),
                pick_keys=("F1", "F2"),
                accept_keys=("space",),
                leave_keys=("Page_Up",),
                forget_keys=("Control+Shift+x",),
            ),
            "↓ 고르기 · F1…F2 넣기",
            "Space 넣기 · PgUp 닫기 · Ctrl+Shift+X 잊기",
        ),
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


def rest_after(session: Session, characters: str) -> int:
    """Type, and return the ticket of the rest that the last key began."""
    *_, last = typed(session, characters)
    (ticket,) = (action.ticket for action in last.actions if isinstance(action, Wait))
    return ticket


HELLO = Candidate("안녕하세요", 0.5)


def test_within_an_eojeol_the_question_comes_after_a_rest() -> None:
    """B4: the key itself asks nothing; an eojeol's question excludes it from the text before."""
    session = session_in()
    *_, last = typed(session, "dhsmf dkssud")
    (wait,) = (action for action in last.actions if isinstance(action, Wait))
    assert not any(isinstance(action, Ask) for action in last.actions)
    assert wait.span_ms == 120
    assert session.idled(wait.ticket) == (
        Ask(wait.ticket + 1, Query("오늘 ", "안녕", limit=5)),
        Wait(wait.ticket + 1, 80),
    )
    assert session.idled(wait.ticket) == ()


def test_a_completion_clears_the_syllable_and_commits_what_is_missing() -> None:
    session = session_in()
    rest = rest_after(session, "dkssud")
    session.idled(rest)
    session.answered(rest + 1, [HELLO])
    (shown,) = session.idled(rest + 1)
    assert isinstance(shown, ShowList)
    assert shown.rows == ("안녕하세요",)
    assert session.candidate_clicked(0, 1, 0) == (
        HideList(),
        Preedit(""),
        Commit("녕하세요"),
        Ask(rest + 2, Query("안녕하세요", "", limit=5)),
        Wait(rest + 2, 200),
    )


def test_a_text_that_changed_under_the_list_is_not_completed() -> None:
    """What would be missing is not known: nothing is written rather than a wrong half."""
    session = session_in(SYNC_BIT | SURROUNDING_BIT)
    session.set_surrounding("", 0, 0)
    rest = rest_after(session, "dkssud")
    session.idled(rest)
    session.answered(rest + 1, [HELLO])
    assert len(session.idled(rest + 1)) == 1
    session.set_surrounding("다른 글", 4, 4)
    assert session.press(key("1", Mask.ALT)) == Reaction(True, (HideList(),))
    assert session.press(key("g")).actions[0] == Commit("녕")


@pytest.mark.parametrize("orientation", ["vertical", "horizontal", "system"])
@pytest.mark.parametrize("characters", ["rk ", "dkssud"])
def test_the_list_is_drawn_as_wished(orientation: Orientation, characters: str) -> None:
    desk = Desk(settings=Settings(orientation=orientation))
    desk.type(characters)
    desk.rest(HELLO)
    assert desk.list is not None
    assert desk.list.orientation == orientation
    desk.press("Tab")
    assert desk.list.orientation == orientation


@pytest.mark.parametrize("size", [1, 2, 5])
def test_no_more_than_a_page_is_asked_for_and_shown(size: int) -> None:
    desk = Desk(settings=Settings(page_size=size))
    desk.type("dkssud")
    desk.rest(*(Candidate("안녕" + ending, 0.1) for ending in ("", *"가나다라마바사")))
    assert desk.list is not None
    assert len(desk.list.rows) == size
    assert [query.limit for query in desk.queries] == [size]


@pytest.mark.parametrize("delay_ms", [0, 120, 200, 1000])
@pytest.mark.parametrize("characters", ["rk ", "dkssud"])
def test_the_delay_is_the_whole_span_without_a_key(delay_ms: int, characters: str) -> None:
    desk = Desk(settings=Settings(popup_delay_ms=delay_ms))
    desk.type(characters)
    before = len(desk.waits)
    first = desk.waits[-1].span_ms
    desk.rest(HELLO)
    waited = first + sum(wait.span_ms for wait in desk.waits[before:])
    assert waited == (delay_ms if characters.endswith(" ") else max(delay_ms, 120))
    assert desk.list is not None


@pytest.mark.parametrize(("probability", "shown"), [(0.29, False), (0.3, True), (1.0, True)])
@pytest.mark.parametrize("characters", ["rk ", "dkssud"])
def test_unsure_predictions_stay_away(probability: float, shown: bool, characters: str) -> None:
    desk = Desk(settings=Settings(min_confidence=0.3))
    desk.type(characters)
    desk.rest(Candidate("안녕하세요", probability))
    assert (desk.list is not None) is shown


@pytest.mark.parametrize("characters", ["rk ", "dkssud"])
def test_the_other_keys_can_be_bound_otherwise(characters: str) -> None:
    settings = Settings(show_on_request=True, show_keys=("F5",), switch_keys=("F6",))
    desk = Desk(settings=settings)
    desk.type(characters)
    desk.rest(HELLO)
    shown = [desk.list]
    desk.press("F5")
    desk.rest(HELLO)
    shown.append(desk.list)
    desk.press("F6")
    shown.append(desk.list)
    assert [each is not None for each in shown] == [False, True, False]
    assert not desk.session.predict
