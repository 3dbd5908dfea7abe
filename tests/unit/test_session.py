# SPDX-License-Identifier: Apache-2.0
"""What scenarios cannot say: exact actions, releases, tickets, snapshots."""

from __future__ import annotations

import pytest

from ibus_component.actions import (
    Ask,
    Commit,
    Count,
    ForwardKey,
    Preedit,
    Reaction,
)
from ibus_component.input_mode import InputMode
from ibus_component.keys import BUTTON_MASK, Key, Mask, Sym
from ibus_component.privacy import Hint, Purpose
from ibus_component.session import Session
from ibus_component.settings import Settings
from ime_engine.protocol import Query
from tests.unit.keyboard import key
from tests.unit.sessions import session_in, typed, typed_rk
from tests.unit.text_field import SURROUNDING_BIT, SYNC_BIT


def test_a_finished_syllable_is_committed_before_the_next_is_shown() -> None:
    *_, last = typed(session_in(settings=Settings(complete=False)), "rksk")
    assert last == Reaction(True, (Commit("가"), Preedit("나")))


def test_the_same_syllable_again_is_still_shown_anew() -> None:
    """Some clients drop the preedit at a commit (A9)."""
    *_, last = typed(session_in(), "zz")
    assert last == Reaction(True, (Commit("ㅋ"), Preedit("ㅋ")))


def test_the_preedit_is_cleared_before_it_is_committed() -> None:
    session = session_in()
    *_, last = typed(session, "rk1")
    assert last == Reaction(True, (Preedit(""), Commit("가1")))


def test_an_asynchronous_client_gets_the_key_itself() -> None:
    session = session_in(SYNC_BIT)
    typed(session, "rk")
    assert session.press(key("Return")) == Reaction(False, (Preedit(""), Commit("가")))


def test_a_synchronous_client_gets_the_key_behind_the_syllable() -> None:
    session = session_in(0)
    typed(session, "rk")
    forward = ForwardKey(Sym.RETURN, 28, Mask.NUM_LOCK)
    reaction = session.press(key("Return", Mask.NUM_LOCK))
    assert reaction == Reaction(True, (Preedit(""), Commit("가"), forward))


def test_nothing_is_forwarded_when_nothing_was_composed() -> None:
    assert session_in(0).press(key("Return")) == Reaction(False)


@pytest.mark.parametrize(
    "happening",
    [Session.focus_out, Session.reset, Session.disable, Session.focus_in, Session.enable],
)
def test_what_the_client_commits_itself_is_not_committed_again(happening) -> None:  # type: ignore[no-untyped-def]
    session = session_in()
    typed(session, "rk")
    assert not [action for action in happening(session) if not isinstance(action, Count)]
    if happening is not Session.enable:
        assert session.press(key("Return")) == Reaction(False)


def test_releases_are_the_applications() -> None:
    session = session_in()
    typed(session, "rk")
    for name in ("k", "Return", "Shift_L", "space", "Super_L"):
        assert session.press(key(name, Mask.RELEASE)) == Reaction(False)


def test_the_release_of_a_toggle_goes_where_its_press_went() -> None:
    session = session_in()
    assert session.press(key("Alt_R")).handled
    assert session.press(key("Alt_R", Mask.ALT | Mask.RELEASE)) == Reaction(True)
    assert session.press(key("Alt_R", Mask.ALT | Mask.RELEASE)) == Reaction(False)


def test_a_toggle_whose_release_never_comes_toggles_again() -> None:
    """Some clients report no releases."""
    session = session_in()
    session.press(key("Hangul"))
    session.press(key("Hangul"))
    assert session.hangul


def test_left_alt_pressed_after_a_toggling_right_alt_is_an_alt() -> None:
    session = session_in()
    session.press(key("Hangul"))
    session.press(key("Alt_R"))
    session.press(key("Alt_L", Mask.ALT))
    assert session.press(key("r", Mask.ALT)) == Reaction(False)


@pytest.mark.parametrize("mask", [BUTTON_MASK, 1 << 8, Mask.NUM_LOCK, Mask.LOCK])
def test_mouse_buttons_and_locks_change_nothing(mask: int) -> None:
    session = session_in()
    for character in "rk":
        session.press(key(character, mask))
    assert session.press(key("space", mask)).actions == typed(typed_rk(), " ")[0].actions


def test_the_position_counts_and_not_the_letter() -> None:
    """A French keyboard has `a` where a US keyboard has `q`."""
    reaction = session_in().press(Key(ord("a"), 16))
    assert reaction == Reaction(True, (Preedit("ㅂ"),))


def test_without_a_position_the_letter_counts() -> None:
    """On-screen keyboards send keycode 0."""
    assert session_in().press(Key(ord("q"), 0)).actions == (Preedit("ㅂ"),)
    assert session_in().press(Key(ord("Q"), 0, Mask.LOCK)).actions == (Preedit("ㅂ"),)
    assert session_in().press(Key(ord("Q"), 0, Mask.SHIFT)).actions == (Preedit("ㅃ"),)


def test_a_third_level_symbol_is_typed_as_itself() -> None:
    session = typed_rk()
    euro = Key(0x20AC, 18, Mask.LEVEL3)
    assert session.press(euro) == Reaction(True, (Preedit(""), Commit("가€")))


def test_a_key_that_an_engine_forwarded_is_left_alone() -> None:
    session = typed_rk()
    assert session.press(key("s", Mask.FORWARD)) == Reaction(False)


def test_unknown_keys_do_not_end_the_syllable() -> None:
    session = typed_rk()
    assert session.press(Key(Sym.VOID, 0)) == Reaction(False)
    assert session.press(Key(0, 0)) == Reaction(False)
    assert session.press(key("s")).actions == (Preedit("간"),)


def test_surrounding_text_counts_only_from_a_client_that_offers_it() -> None:
    session = session_in(SYNC_BIT)
    session.set_surrounding("오늘 ", 3, 3)
    *_, last = typed(session, "rk ")
    assert Query("가 ", limit=5) in [a.query for a in last.actions if isinstance(a, Ask)]


def test_a_client_that_withdraws_the_offer_takes_its_text_along() -> None:
    session = session_in(SYNC_BIT | SURROUNDING_BIT)
    session.set_surrounding("오늘 ", 3, 3)
    session.set_capabilities(SYNC_BIT)
    *_, last = typed(session, "rk ")
    assert Query("가 ", limit=5) in [a.query for a in last.actions if isinstance(a, Ask)]


@pytest.mark.parametrize(
    ("purpose", "hints"),
    [(Purpose.PASSWORD, 0), (Purpose.PIN, 0), (Purpose.FREE_FORM, Hint.HIDDEN_TEXT)],
)
def test_secrets_are_not_even_remembered(purpose: int, hints: int) -> None:
    session = session_in(SYNC_BIT | SURROUNDING_BIT)
    session.set_content_type(purpose, hints)
    session.set_surrounding("비밀", 2, 2)
    assert set(typed(session, "rkrk1 ")) == {Reaction(False)}
    assert session.press(key("Hangul")) == Reaction(False)
    assert session.press(key("h", Mask.CONTROL | Mask.ALT)) == Reaction(False)
    session.set_content_type(0, 0)
    *_, last = typed(session, "gk ")
    assert Query("하 ", limit=5) in [a.query for a in last.actions if isinstance(a, Ask)]


def test_a_terminals_screen_is_forgotten_when_its_kind_is_told_late() -> None:
    """The purpose comes last when the focus changes (C5)."""
    session = session_in(SYNC_BIT | SURROUNDING_BIT, Settings(terminal_predict=True))
    session.set_surrounding("남의 글 ", 5, 5)
    session.set_content_type(Purpose.TERMINAL, 0)
    *_, last = typed(session, "gk ")
    assert Query("하 ", limit=5) in [a.query for a in last.actions if isinstance(a, Ask)]


def test_the_same_content_type_again_changes_nothing() -> None:
    session = typed_rk()
    assert session.set_content_type(0, 0) == ()
    assert session.press(key("s")).actions == (Preedit("간"),)


def test_sessions_of_one_process_are_of_one_mode() -> None:
    """A7: who goes to another input method and comes back has another session."""
    mode = InputMode.of(Settings())
    here, there = (Session(Settings(), mode=mode) for _ in range(2))
    here.press(key("Hangul"))
    here.property_activated("Predict", 0)
    assert (there.hangul, there.predict) == (False, False)
    assert there.status == here.status


def test_a_session_never_shows_its_text_in_its_own_repr() -> None:
    session = typed_rk()
    typed(session, " sk")
    assert "가" not in repr(session)
    assert "가" not in repr(vars(session))
