# SPDX-License-Identifier: Apache-2.0
"""The candidate list as a value, and what keys mean to it."""

from __future__ import annotations

import msgspec
import pytest

from ibus_component.actions import Ask, ShowList, Wait
from ibus_component.keys import Key, Mask, Sym
from ibus_component.lookup import CandidateList, ListStyle, Suggestions
from ibus_component.manners import Act, Bindings, Manner, manner_of
from ibus_component.settings import Settings
from ime_engine.protocol import Candidate, Query
from tests.unit.keyboard import key
from tests.unit.sessions import free_tally

THREE = tuple(Candidate(text, 0.2) for text in ("가", "나", "다"))
PASSIVE = CandidateList(THREE)
ACTIVE = CandidateList(THREE, 1)
BINDINGS = Bindings.of(Settings())
DEFAULTS = {
    "next_keys": [key("Tab")],
    "previous_keys": [key("Tab", Mask.SHIFT)],
    "pick_keys": [key(digit, Mask.ALT) for digit in "12345"],
    "accept_keys": [key("Return"), key("KP_Enter")],
    "accept_space_keys": [key("space")],
    "leave_keys": [key("Escape"), key("BackSpace")],
    "up_keys": [key("Up"), key("Left")],
    "down_keys": [key("Down"), key("Right")],
    "first_keys": [key("Home"), key("Page_Up")],
    "last_keys": [key("End"), key("Page_Down")],
    "forget_keys": [key("Delete", Mask.CONTROL)],
}
"""The keys of the table, by the setting that binds them."""


def test_moving_goes_round() -> None:
    assert [PASSIVE.moved(1).cursor, PASSIVE.moved(-1).cursor] == [0, 0]
    assert [ACTIVE.moved(1).cursor, ACTIVE.moved(2).cursor, ACTIVE.moved(-2).cursor] == [2, 0, 2]


def test_jumping_stays_within() -> None:
    assert [ACTIVE.at(-3).cursor, ACTIVE.at(0).cursor, ACTIVE.at(99).cursor] == [0, 0, 2]


def test_taking_one_out() -> None:
    left = ACTIVE.without(2)
    assert left is not None
    assert ([c.text for c in left.candidates], left.cursor) == (["가", "나"], 1)
    assert CandidateList(THREE[:1], 0).without(0) is None


def test_cancelling_twice_hides_once() -> None:
    suggestions = Suggestions(ListStyle(200, 0.1, 5), free_tally())
    suggestions.ask(Query("가 "))
    suggestions.answered(1, THREE)
    suggestions.idled(1)
    assert len(suggestions.cancel()) == 1
    assert suggestions.cancel() == ()


def test_a_rest_ends_once_and_only_with_its_own_ticket() -> None:
    suggestions = Suggestions(ListStyle(), free_tally())
    assert suggestions.rest(120) == (Wait(1, 120),)
    assert suggestions.rested(1)
    assert suggestions.rest(120) == (Wait(2, 120),)
    assert not suggestions.rested(1)
    suggestions.ask(Query("", "가나"), rested_ms=120)
    assert not suggestions.rested(2)
    assert not suggestions.rested(3)
    assert suggestions.rest(120) == (Wait(4, 120),)
    suggestions.cancel()
    assert not suggestions.rested(4)


@pytest.mark.parametrize(("delay_ms", "left_ms"), [(0, 0), (100, 0), (200, 80), (1000, 880)])
def test_the_rest_counts_towards_the_delay(delay_ms: int, left_ms: int) -> None:
    suggestions = Suggestions(ListStyle(delay_ms), free_tally())
    query = Query("", "가나")
    assert suggestions.ask(query, rested_ms=120) == (Ask(1, query), Wait(1, left_ms))


def test_one_answer_counts() -> None:
    suggestions = Suggestions(ListStyle(), free_tally())
    suggestions.ask(Query("가 "))
    assert suggestions.awaits(1)
    suggestions.answered(1, THREE[:1])
    assert not suggestions.awaits(1)
    suggestions.answered(1, THREE)
    (shown,) = suggestions.idled(1)
    assert isinstance(shown, ShowList)
    assert shown.rows == ("가",)


def test_of_candidates_that_differ_only_in_spacing_the_best_is_shown() -> None:
    suggestions = Suggestions(ListStyle(min_confidence=0), free_tally())
    suggestions.ask(Query("가 "))
    rows = ("할 수", "할수", "할", " 할 ", "할\u3000수", "할 수 있다")
    suggestions.answered(1, [Candidate(text, 0.1) for text in rows])
    (shown,) = suggestions.idled(1)
    assert isinstance(shown, ShowList)
    assert shown.rows == ("할 수", "할", "할 수 있다")


NEXT, BACK = Manner(Act.MOVE, 1), Manner(Act.MOVE, -1)
NOTHING = Manner(Act.NOTHING)
TABLE = [
    # key, passive, active (DESIGN 3, row by row)
    (key("Tab"), NEXT, NEXT),
    (key("Tab", Mask.SHIFT), NOTHING, BACK),
    (key("1", Mask.ALT), Manner(Act.PICK, 0), Manner(Act.PICK, 0)),
    (key("3", Mask.ALT), Manner(Act.PICK, 2), Manner(Act.PICK, 2)),
    (key("4", Mask.ALT), NOTHING, NOTHING),
    (key("space"), NOTHING, Manner(Act.ACCEPT_SPACE)),
    (key("Return"), NOTHING, Manner(Act.ACCEPT)),
    (key("KP_Enter"), NOTHING, Manner(Act.ACCEPT)),
    (key("1"), NOTHING, Manner(Act.PICK, 0)),
    (Key(ord("&"), 2), NOTHING, Manner(Act.PICK, 0)),
    (key("KP_2"), NOTHING, Manner(Act.PICK, 1)),
    (key("4"), NOTHING, NOTHING),
    (key("0"), NOTHING, NOTHING),
    (key("!", Mask.SHIFT), NOTHING, NOTHING),
    (key("Up"), NOTHING, BACK),
    (key("Left"), NOTHING, BACK),
    (key("Down"), NOTHING, NEXT),
    (key("Right"), NOTHING, NEXT),
    (Key(0xFF99, 80), NOTHING, NEXT),
    (key("Home"), NOTHING, Manner(Act.JUMP, 0)),
    (key("Page_Up"), NOTHING, Manner(Act.JUMP, 0)),
    (key("End"), NOTHING, Manner(Act.JUMP, 99)),
    (key("Page_Down"), NOTHING, Manner(Act.JUMP, 99)),
    (key("BackSpace"), NOTHING, Manner(Act.LEAVE)),
    (key("Escape"), NOTHING, Manner(Act.LEAVE)),
    (key("a"), NOTHING, NOTHING),
    (key("."), NOTHING, NOTHING),
    (key("c", Mask.CONTROL), NOTHING, NOTHING),
    (key("Return", Mask.CONTROL), NOTHING, NOTHING),
    (key("Down", Mask.SHIFT), NOTHING, NOTHING),
    (key("Delete"), NOTHING, NOTHING),
    (key("Delete", Mask.CONTROL), NOTHING, Manner(Act.FORGET)),
    (Key(Sym.HANGUL_HANJA, 123), NOTHING, NOTHING),
]


@pytest.mark.parametrize(("event", "passive", "active"), TABLE)
def test_the_table_of_manners(event: Key, passive: Manner, active: Manner) -> None:
    assert manner_of(event, PASSIVE, BINDINGS) == passive
    assert manner_of(event, ACTIVE, BINDINGS) == active
    assert manner_of(event, None, BINDINGS) == NOTHING


def test_keyboard_untouched_binds_nothing_to_the_passive_list() -> None:
    bindings = Bindings.of(Settings(preset="keyboard-untouched"))
    for event, _, _ in TABLE:
        assert manner_of(event, PASSIVE, bindings) == NOTHING


REBOUND = [
    ("next_keys", NEXT, NEXT),
    ("previous_keys", NOTHING, BACK),
    ("pick_keys", Manner(Act.PICK, 0), Manner(Act.PICK, 0)),
    ("accept_keys", NOTHING, Manner(Act.ACCEPT)),
    ("accept_space_keys", NOTHING, Manner(Act.ACCEPT_SPACE)),
    ("leave_keys", NOTHING, Manner(Act.LEAVE)),
    ("up_keys", NOTHING, BACK),
    ("down_keys", NOTHING, NEXT),
    ("first_keys", NOTHING, Manner(Act.JUMP, 0)),
    ("last_keys", NOTHING, Manner(Act.JUMP, 99)),
    ("forget_keys", NOTHING, Manner(Act.FORGET)),
]


@pytest.mark.parametrize(("setting", "passive", "active"), REBOUND)
@pytest.mark.parametrize(
    ("name", "event"), [("F5", key("F5")), ("Control+Shift+k", key("K", Mask.CONTROL | Mask.SHIFT))]
)
def test_every_key_of_the_list_can_be_bound_otherwise(
    setting: str, passive: Manner, active: Manner, name: str, event: Key
) -> None:
    """The new key does it, and no default does it any more."""
    bindings = Bindings.of(msgspec.convert({setting: [name]}, Settings))
    assert manner_of(event, PASSIVE, bindings) == passive
    assert manner_of(event, ACTIVE, bindings) == active
    for default in DEFAULTS[setting]:
        assert manner_of(default, PASSIVE, bindings) == NOTHING
        assert manner_of(default, ACTIVE, bindings) == NOTHING


@pytest.mark.parametrize(("setting", "passive", "active"), REBOUND)
def test_every_key_of_the_list_can_be_left_unbound(
    setting: str, passive: Manner, active: Manner
) -> None:
    bindings = Bindings.of(msgspec.convert({setting: []}, Settings))
    for default in DEFAULTS[setting]:
        assert manner_of(default, ACTIVE, bindings) == NOTHING


def test_the_keys_tested_are_all_the_keys_of_the_list() -> None:
    of_the_engine = {"toggle", "hangul", "latin", "hanja", "switch", "show", "incognito"}
    names = {field.name for field in msgspec.structs.fields(Settings)}
    keys = {name for name in names if name.endswith("_keys")}
    assert set(DEFAULTS) == keys - {f"{name}_keys" for name in of_the_engine}
