# SPDX-License-Identifier: Apache-2.0
"""Laws of what the predictor is told, whatever is typed, erased, clicked and accepted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ibus_component.actions import Action
from ibus_component.dubeolsik import keys as keys_of
from ibus_component.privacy import Hint, Purpose
from ibus_component.settings import Settings
from ime_engine.protocol import Candidate
from tests.unit.text_field import CLIENTS, Client, Field
from tests.unit.typist import Desk

LETTERS = "qwertyuiopasdfghjklzxcvbnmQWERTOP"
KEYS = ("space", "Return", "BackSpace", "Left", "Right", "Home", "End", "Tab", "Delete", "Escape")
CHORDS = ("Control+c", "Control+v", "Shift+Left", "Hangul", "Super_L", "Alt+1", "Alt+2")
NEXT = (Candidate("만나서", 0.5), Candidate("반갑습니다", 0.2))

words = st.text("가나다하려안녕합닭쌀요", min_size=1, max_size=5)
steps = st.one_of(
    words.map(lambda word: " ".join(keys_of(word))),
    st.sampled_from([*LETTERS, *"12.,!?/", *KEYS, "space", "space", "BackSpace", *CHORDS]),
    st.sampled_from(["rest", "rest", "click 0", "click 3", "leave", "other engine", "hanja"]),
)
scripts = st.lists(steps, max_size=40)
clients = st.sampled_from(CLIENTS)


class Watched(Desk):
    """A desk of which every text is remembered that its fields have ever held."""

    texts: set[str]

    def perform(self, actions: tuple[Action, ...]) -> None:  # type: ignore[override]
        super().perform(actions)
        self.remember()

    def remember(self) -> None:
        self.texts = getattr(self, "texts", set())
        text, caret = self.field.text, self.field.caret
        self.texts |= {text, text[:caret] + self.field.preedit + text[caret:]}


def play(desk: Desk, script: list[str]) -> None:
    for step in script:
        match step.split():
            case ["rest"]:
                typed = desk.queries[-1].prefix if desk.queries else ""
                words = tuple(Candidate(typed + end, 0.5) for end in ("요", "하세요"))
                desk.rest(*(words if typed else NEXT))
            case ["click", place]:
                desk.click(min(int(place), len(desk.field.text)))
            case ["leave"]:
                desk.leave()
                desk.enter("other")
            case ["other", "engine"]:
                desk.leave()
                desk.perform(desk.session.disable())
                desk.come_back("main")
            case ["hanja"]:
                for key in ("Hangul_Hanja", "1"):
                    desk.press(key)
            case presses:
                for key in presses:
                    desk.press(key)
    desk.leave()


def is_whole(text: str, before: str, eojeol: str) -> bool:
    """Whether the eojeol stands in the text, behind that, and no word goes on around it."""
    start = text.find(before + eojeol)
    while start >= 0:
        at, end = start + len(before), start + len(before + eojeol)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return True
        start = text.find(before + eojeol, start + 1)
    return False


@given(scripts, clients, st.booleans(), st.booleans())
@settings(max_examples=250, deadline=None)
def test_what_is_told_has_stood_in_the_text_whole(
    script: list[str], client: Client, surrounding: bool, by_word: bool
) -> None:
    preferences = Settings(preedit="word" if by_word else "syllable", complete_after=1)
    desk = Watched(client, surrounding, preferences)
    play(desk, script)
    for lesson in desk.lessons:
        assert any(is_whole(text, lesson.before, lesson.eojeol) for text in desk.texts), lesson


@given(st.lists(st.tuples(words, st.integers(0, 6), words), max_size=6), clients, st.booleans())
@settings(max_examples=150, deadline=None)
def test_with_words_taken_back_what_stands_is_told_once_and_in_order(
    script: list[tuple[str, int, str]], client: Client, surrounding: bool
) -> None:
    """Each word is finished, gone back into by BackSpace, and finished otherwise."""
    desk = Desk(client, surrounding)
    desk.press("Return")
    for word, back, instead in script:
        play_keys(desk, [*keys_of(word), "space"])
        play_keys(desk, ["BackSpace"] * min(back, len(word) + 1))
        play_keys(desk, [*keys_of(instead), "space"])
    desk.press("Return")
    text = desk.field.text
    assert [lesson.eojeol for lesson in desk.lessons] == text.split()
    for lesson in desk.lessons:
        assert text[1:].startswith(lesson.before.lstrip("\n"))


def play_keys(desk: Desk, keys: list[str]) -> None:
    for key in keys:
        desk.press(key)


def purpose(number: int, hints: int = 0) -> Callable[[Desk], object]:
    def become(desk: Desk) -> None:
        for name in ("main", "other"):
            desk.fields[name] = Field(purpose=number, hints=hints)
        desk.enter("main")

    return become


def nothing(_: Desk) -> None:
    """The settings forbid it."""


FORBIDDING: dict[str, tuple[Settings, Callable[[Desk], object]]] = {
    "learning off": (Settings(learn=False), nothing),
    "predictor off": (Settings(predict=False), nothing),
    "private program": (Settings(private_apps=("desk",)), nothing),
    "incognito": (Settings(), lambda desk: setattr(desk.mode, "incognito", True)),
    "private": (Settings(), purpose(0, Hint.PRIVATE)),
    "hidden": (Settings(terminal_learn=True), purpose(0, Hint.HIDDEN_TEXT)),
    "private terminal": (Settings(terminal_learn=True), purpose(Purpose.TERMINAL, Hint.PRIVATE)),
    **{
        kind.name.lower(): (Settings(), purpose(kind))
        for kind in Purpose
        if kind not in (Purpose.FREE_FORM, Purpose.ALPHA, Purpose.NAME)
    },
}


@pytest.mark.parametrize("forbidden", FORBIDDING)
@given(script=scripts, client=clients, surrounding=st.booleans())
@settings(max_examples=25, deadline=None)
def test_where_it_is_forbidden_nothing_is_told_or_counted(
    forbidden: str, script: list[str], client: Client, surrounding: bool
) -> None:
    """C1 to C4, C6."""
    preferences, forbid = FORBIDDING[forbidden]
    desk = Desk(client, surrounding, preferences)
    forbid(desk)
    play(desk, script)
    desk.half_a_minute()
    assert desk.lessons == []
    assert desk.counts == []


@given(scripts, clients, st.booleans())
@settings(max_examples=100, deadline=None)
def test_learning_changes_nothing_that_is_typed(
    script: list[str], client: Client, surrounding: bool
) -> None:
    """A13: the same document with learning on and off, candidates and hanja included."""
    on, off = (Desk(client, surrounding, Settings(learn=learn)) for learn in (True, False))
    play(on, script)
    play(off, script)
    for name in on.fields.keys() | off.fields.keys():
        assert on.fields[name] == off.fields[name]
    assert on.reached == off.reached
    assert off.lessons == []


@given(scripts, clients, st.booleans())
@settings(max_examples=100, deadline=None)
def test_from_what_was_accepted_only_is_a_part_of_all(
    script: list[str], client: Client, surrounding: bool
) -> None:
    everything, accepted = (
        Desk(client, surrounding, Settings(learn_from="all")),
        Desk(client, surrounding, Settings(learn_from="accepted")),
    )
    play(everything, script)
    play(accepted, script)
    assert accepted.lessons == [lesson for lesson in everything.lessons if lesson.accepted]
    assert accepted.counts == everything.counts
