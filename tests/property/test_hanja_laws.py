# SPDX-License-Identifier: Apache-2.0
"""Hanja for every script of keys: what is left changes nothing, what is chosen comes once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ibus_component.hanja import shared_dictionary
from ibus_component.settings import Settings
from tests.unit.text_field import CLIENTS, Client
from tests.unit.typist import Desk

SYLLABLES = ("gks", "rnr", "eo", "als", "gkr", "ry", "rk", "a", "r", "qnpfr", "sk", "dp")
OTHERS = ("space", "Return", "BackSpace", "Escape", "Left", "Right", "Home", "comma", "Control+c")

typed = st.lists(st.sampled_from([*SYLLABLES, " ", "BackSpace"]), min_size=1, max_size=8)
scripts = st.lists(st.sampled_from([*SYLLABLES, *OTHERS]), max_size=15)
wanderings = st.lists(
    st.sampled_from(["Down", "Up", "Left", "Right", "Page_Down", "Page_Up", "Home", "End"]),
    max_size=6,
)
clients = st.sampled_from(CLIENTS)
layouts = st.sampled_from(["syllable", "word", "none"])


def play(desk: Desk, script: list[str]) -> None:
    for step in script:
        if step in (*SYLLABLES, " "):
            desk.type(step)
        else:
            desk.press("," if step == "comma" else step)


def document(desk: Desk) -> tuple[str, str, int, list[str]]:
    field = desk.field
    return field.text, field.preedit, field.caret, desk.reached


def rows_of(desk: Desk) -> tuple[str, ...]:
    return desk.list.rows if desk.list else ()


@given(scripts, clients, st.booleans(), layouts)
@settings(max_examples=80, deadline=None)
def test_the_lock_changes_nothing_without_its_digits(
    script: list[str], client: Client, surrounding: bool, preedit: str
) -> None:
    on = Desk(client, surrounding, Settings(hanja_lock=True, preedit=preedit, predict=False))  # type: ignore[arg-type]
    off = Desk(client, surrounding, Settings(preedit=preedit, predict=False))  # type: ignore[arg-type]
    play(on, script)
    play(off, script)
    assert document(on) == document(off)
    assert on.deleted == 0


@given(
    typed, wanderings, st.sampled_from(["Escape", "BackSpace", "F9", "Control_R"]), scripts, clients
)
@settings(max_examples=80, deadline=None)
def test_a_list_that_is_left_changes_nothing(
    before: list[str], ways: list[str], leave: str, after: list[str], client: Client
) -> None:
    looked, plain = Desk(client), Desk(client)
    play(looked, before)
    looked.press("Control_R")
    if rows_of(looked):
        play(looked, [*ways, leave])
        assert rows_of(looked) == ()
    play(looked, after)
    play(plain, [*before, *after])
    assert document(looked) == document(plain)
    assert looked.deleted == 0


@given(typed, st.integers(1, 9), clients, st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_what_is_chosen_replaces_its_reading_exactly_once(
    before: list[str], number: int, client: Client, surrounding: bool, tap: bool
) -> None:
    """A5: neither what stands before the reading nor what stands behind the caret changes."""
    desk = Desk(client, surrounding)
    desk.field.text = "뒤"
    play(desk, before)
    field = desk.field
    head, tail = field.text[: field.caret] + field.preedit, field.text[field.caret :]
    desk.press("Control_R" if tap else "Hangul_Hanja")
    rows = rows_of(desk)
    if number > len(rows):
        return
    row = rows[number - 1]

    desk.press(str(number))

    assert field.preedit == ""
    assert rows_of(desk) == ()
    assert field.text.endswith(tail)
    now = field.text[: field.caret]
    assert now.endswith(row)
    kept = now.removesuffix(row)
    assert head.startswith(kept)
    reading = head[len(kept) :]
    dictionary = shared_dictionary()
    found = (*dictionary.ending(reading), *dictionary.symbols(reading))
    assert row in {entry.text for entry in found if entry.reading == reading}
