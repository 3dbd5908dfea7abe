# SPDX-License-Identifier: Apache-2.0
"""The candidate list as a value, and what keys mean to it."""

from __future__ import annotations

import pytest

from ibus_component.keys import Key, Mask, Sym
from ibus_component.lookup import CandidateList, Suggestions
from ibus_component.manners import Act, Bindings, Manner, manner_of
from ibus_component.settings import Settings
from ime_engine.protocol import Candidate, Query
from tests.unit.keyboard import key

THREE = tuple(Candidate(text, 0.2) for text in ("가", "나", "다"))
PASSIVE = CandidateList(THREE)
ACTIVE = CandidateList(THREE, 1)
BINDINGS = Bindings.of(Settings())


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
    suggestions = Suggestions(200, 0.1, 5)
    suggestions.ask(Query("가 "))
    suggestions.answered(1, THREE)
    suggestions.idled(1)
    assert len(suggestions.cancel()) == 1
    assert suggestions.cancel() == ()


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
    bindings = Bindings.of(Settings(keyboard_untouched=True))
    for event, _, _ in TABLE:
        assert manner_of(event, PASSIVE, bindings) == NOTHING
