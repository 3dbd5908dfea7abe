# SPDX-License-Identifier: Apache-2.0
"""Anything a typist may do, in any order, beside a sheet of paper that does the same.

The paper knows libhangul, a caret, and the few rules that a typist knows: what is typed stays
in order, once; an accepted eojeol brings its space with the next letter. It has no list, no
preedit update, no focus and no daemon, so none of these can have changed the text.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ibus_component.actions import Reaction
from ibus_component.begun import OPENING
from ibus_component.settings import Settings, only_switched
from ime_engine.protocol import Candidate
from tests.property.paper import WINDOWS, Paper
from tests.unit.keyboard import key
from tests.unit.text_field import CLIENTS, Client
from tests.unit.typist import Desk

LETTERS = "qwertyuiopasdfghjklzxcvbnmQWERTOP"
WORDS = ("dkssud", "gksrnr", "rkqt", "tkfkd", "Rkw")
ENDINGS = ("요", "하세요", "습니다")
NEXT = ("세상", "여러분", "하늘")
PASSWORD = 8


class Typing(RuleBasedStateMachine):
    """A desk, and the paper beside it."""

    @initialize(client=st.sampled_from(CLIENTS), surrounding=st.booleans(), word=st.booleans())
    def sit_down(self, client: Client, surrounding: bool, word: bool) -> None:
        preferences = Settings(preedit="word" if word else "syllable", complete_after=1)
        self.desk = Desk(client, surrounding, preferences)
        self.paper = Paper()

    @property
    def predicting(self) -> bool:
        return self.desk.list is not None

    # -- keys

    @rule(text=st.one_of(st.text(LETTERS, min_size=1, max_size=4), st.sampled_from(WORDS)))
    def letters(self, text: str) -> None:
        for character in text:
            self.desk.press(character)
            self.paper.letter(character)
            self.compare()

    @rule(character=st.sampled_from([*" .,!?1234567890", " ", " ", " "]))
    def other_characters(self, character: str) -> None:
        self.desk.type(character)
        self.paper.write(character)

    @rule(name=st.sampled_from(["Return", "Escape", "Left", "Right", "Home", "End"]))
    def keys_of_the_application(self, name: str) -> None:
        self.desk.press(name)
        self.paper.press(name)

    @rule(chord=st.sampled_from(["Control+c", "Super_L", "Alt+x"]))
    def shortcuts(self, chord: str) -> None:
        self.desk.press(chord)
        if self.paper.hangul:
            self.paper.finish()

    @rule(name=st.sampled_from(["Shift_L", "Control_L", "Alt_L", "Shift_R"]))
    def modifiers_alone(self, name: str) -> None:
        self.desk.press(name)

    @rule(times=st.integers(1, 4))
    def erase(self, times: int) -> None:
        for _ in range(times):
            self.desk.press("BackSpace")
            self.paper.erase()
            self.compare()

    @rule(way=st.sampled_from(["Hangul", "Shift+space", "Alt_R", "menu"]))
    def toggle(self, way: str) -> None:
        if way == "menu":
            self.desk.perform(self.desk.session.property_activated("InputMode", 1))
        else:
            self.desk.press(way)
        self.paper.finish()
        self.paper.hangul = not self.paper.hangul
        assert self.desk.session.hangul == self.paper.hangul

    # -- the mouse and the windows

    @rule(place=st.integers(0, 12))
    def click(self, place: int) -> None:
        self.paper.finish()
        place = min(place, len(self.paper.field.text))
        self.paper.field.caret = self.paper.field.anchor = place
        self.desk.click(place)

    @rule(window=st.sampled_from(WINDOWS))
    def change_window(self, window: str) -> None:
        self.desk.leave()
        self.desk.enter(window)
        self.paper.finish()
        self.paper.window = window

    @rule()
    def choose_another_engine_and_ours_again(self) -> None:
        self.desk.leave()
        self.desk.perform(self.desk.session.disable())
        self.desk.come_back(self.paper.window)
        self.paper.finish()

    # -- lists

    @rule(idle=st.booleans())
    def rest(self, idle: bool) -> None:
        for _ in range(3):  # a short rest asks, and then a longer one shows
            typed = self.desk.queries[-1].prefix if self.desk.queries else ""
            words = [typed + ending for ending in ENDINGS] if typed else NEXT
            self.desk.answer(*(Candidate(word, 0.5) for word in words))
            if idle:
                self.desk.idle()

    @precondition(lambda self: self.paper.hangul)
    @rule(word=st.sampled_from(WORDS), spaced=st.booleans())
    def wait_for_a_list(self, word: str, spaced: bool) -> None:
        self.letters(word)
        if spaced:
            self.other_characters(" ")
        self.rest(idle=True)

    @precondition(lambda self: self.paper.hangul)
    @rule(
        way=st.sampled_from(["Alt", "Tab", "space", "click", "digit"]),
        data=st.data(),
        word=st.sampled_from(WORDS),
        spaced=st.booleans(),
    )
    def accept(self, way: str, data: st.DataObject, word: str, spaced: bool) -> None:
        desk, paper = self.desk, self.paper
        if desk.list is None:
            self.wait_for_a_list(word, spaced)
        if desk.list is None:
            return
        index = data.draw(st.integers(0, len(desk.list.rows) - 1))
        eojeol, before, prefix = desk.list.rows[index], paper.before, desk.queries[-1].prefix
        if prefix:
            assert before.endswith(prefix)
        elif paper.deferred or not (before[-1].isspace() or before[-1] in OPENING):
            eojeol = " " + eojeol
        self._take(way, index)
        paper.replace(len(prefix), eojeol)
        at_once = way == "space" or not desk.settings.deferred_space
        paper.deferred = not at_once
        if at_once:
            paper.field.insert(" ")
        assert desk.field.preedit == ""

    def _take(self, way: str, index: int) -> None:
        desk = self.desk
        if way == "click":
            desk.perform(desk.session.candidate_clicked(index, 1, 0))
            return
        steps = {
            "Alt": [f"Alt+{index + 1}"],
            "Tab": ["Tab"] * (index + 1) + ["Return"],
            "space": ["Tab"] * (index + 1) + ["space"],
            "digit": ["Tab", str(index + 1)],
        }
        for step in steps[way]:
            desk.press(step)

    @precondition(lambda self: self.predicting)
    @rule(way=st.sampled_from(["Escape", "BackSpace"]))
    def look_and_leave(self, way: str) -> None:
        self.desk.press("Tab")
        self.compare()
        self.desk.press(way)
        assert self.desk.list is None

    @precondition(lambda self: self.paper.hangul)
    @rule(
        word=st.sampled_from(["", "r", "gks", "gksrnr"]),
        place=st.integers(0, 8),
        way=st.sampled_from(["digit", "click", "Escape"]),
    )
    def hanja(self, word: str, place: int, way: str) -> None:
        desk = self.desk
        self.letters(word)
        desk.press("Hangul_Hanja")
        self.compare()
        if desk.list is None or not desk.session.shows_hanja:
            return
        if way == "Escape" or place >= len(desk.list.rows):
            desk.press("Escape")
            return
        text, desk.deleted = desk.list.rows[place], 0
        composing = len(desk.field.preedit)
        if way == "click":
            desk.perform(desk.session.candidate_clicked(place, 1, 0))
        else:
            desk.press(str(place + 1))
        replaced, written = composing + desk.deleted, desk.commits[-1]
        assert replaced == len(written), "as many characters as it was read from"
        start, _, end = written.partition(text)
        was = self.paper.before[-replaced:]
        assert was.startswith(start), "the rest of a word stays"
        assert was.endswith(end), "the rest of a word stays"
        self.paper.replace(replaced, written)

    @precondition(lambda self: self.paper.hangul)
    @rule()
    def ask_for_the_list(self) -> None:
        was = self.desk.field.preedit
        self.desk.press("Control+Alt+j")
        if not self.desk.handled or self.desk.field.preedit != was:
            self.paper.finish()  # where nothing may be asked it is any other shortcut

    @precondition(lambda self: self.paper.hangul)
    @rule()
    def switch_the_predictor(self) -> None:
        was = self.desk.session.predict
        self.desk.press("Control+Alt+h")
        assert self.desk.session.predict is not was

    # -- preferences and secrets

    @rule(word=st.booleans(), deferred=st.booleans(), hints=st.booleans(), after=st.integers(1, 3))
    def prefer(self, word: bool, deferred: bool, hints: bool, after: int) -> None:
        was = self.desk.settings
        now = Settings(
            preedit="word" if word else "syllable",
            deferred_space=deferred,
            show_hints=hints,
            complete_after=after,
        )
        self.desk.settings = now
        self.desk.perform(self.desk.session.configure(now))
        if not only_switched(was, now):
            self.paper.finish()

    @rule(text=st.text("rkd1. ", min_size=1, max_size=6), tap=st.booleans())
    def type_a_secret(self, text: str, tap: bool) -> None:
        desk = self.desk
        desk.perform(desk.session.set_content_type(PASSWORD, 0))
        self.paper.finish()
        self.compare()
        assert desk.list is None
        asked = len(desk.queries)
        for name in [*text, *(["Hangul", "Tab", "Hangul_Hanja"] if tap else [])]:
            event = key("space" if name == " " else name)
            assert desk.session.press(event) == Reaction(False), "nothing at all"
        session = desk.session
        for actions in (
            session.answered(desk.asked_ticket, [Candidate("비밀", 0.9)]),
            session.idled(desk.waits[-1].ticket if desk.waits else 0),
            session.candidate_clicked(0, 1, 0),
            session.reset(),
        ):
            assert actions == ()
        assert len(desk.queries) == asked
        desk.perform(session.set_content_type(0, 0))

    # -- what holds at any time

    @invariant()
    def compare(self) -> None:
        if not hasattr(self, "desk"):
            return
        shown = self.desk.field
        text = shown.text[: shown.caret] + shown.preedit + shown.text[shown.caret :]
        assert (text, shown.caret + len(shown.preedit)) == self.paper.whole
        for name, page in self.paper.fields.items():
            if name != self.paper.window and name in self.desk.fields:
                assert self.desk.fields[name].text == page.text, "nobody writes elsewhere"
        assert self.desk.list is None or self.desk.list.rows


def test_no_order_of_doings_loses_doubles_or_moves_a_syllable() -> None:
    """A1, A2, A3, A7, A8, A9, A11, A12, A13, B10, C1; one preedit update a key (the desk's own)."""
    run_state_machine_as_test(
        Typing, settings=settings(max_examples=250, stateful_step_count=30, deadline=None)
    )
