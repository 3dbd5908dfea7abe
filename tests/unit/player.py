# SPDX-License-Identifier: Apache-2.0
"""Plays the scenarios of tests/scenarios/*.txt.

A scenario is a script that a typist can read. Steps, one a line; in values ␣ is
a space, ↵ a newline, ⇥ a tab, and nothing means "empty" or "none":

    scenario TITLE         start afresh
    setting NAME VALUE     a setting of the engine, before the first key
    needs surrounding|blind   play only with clients that tell (never tell) their text
    field NAME             move the focus to that field; the first is `main`
    purpose NAME           what the field is for, before typing into it; also `hints NAME`
    holds TEXT             put text into the field, caret at its end, as a click would
    board NAME             whose keys are pressed from now on: us, french, dvorak, or screen,
                           the on-screen one, which tells no places
    keys TEXT              press the keys that a US keyboard has these characters on
    press CHORD            one key: Return, Control+c, Alt+1
    down NAME · up NAME    half a press, for overlapping keys
    click N                click into the text after the N-th character
    select A B             mark the text from A to B
    engine out|back        another input method is chosen, or ours again
    program NAME           the program of the fields that get the focus from now on
    window NAME            what the daemon gives the focus to between two fields: `fake`
    outside hangul|latin   a program sets the mode
    panel NAME STATE       a click in the panel's menu
    nowhere                the client does not say where its caret is
    predicts WORD …        what the daemon answers from now on, best first; WORD:P sets
                           its probability
    answer                 the daemon's answer arrives
    rest                   the hands rest for long, and each question gets its answer
    idle                   only a span passes: the short rest within an eojeol, the idle span
    later                  half a minute passes
    pick N [BUTTON]        a click on the N-th candidate
    wheel up|down          the panel's buttons for the cursor
    turn up|down           the panel's buttons for the page

    text TEXT              what the document holds, `|` at the caret (optional)
    preedit TEXT           what is being composed in the text
    composing TEXT         what is being composed beside the caret
    deletes N              how many characters a conversion took away since the last check
    commits N              how many commits since the last check
    reached NAME …         keys that reached the application since the last check
    handled yes|no         whether the engine kept the last key
    list WORD …            candidates on the screen
    cursor N               the highlighted one
    hint TEXT              part of the line below the list
    asked TEXT             the last question since the last check was about this text
    prefix TEXT            what that question said is typed of the eojeol
    private yes|no         what that question said
    forgot WORD            the daemon was told to forget it
    learnt WORD [after TEXT] …   eojeols that the daemon was told since the last check, in order;
                           the text before it, where the scenario says so; `!` behind one that
                           was accepted from the list
    counted NAME N …       counts that the daemon was told since the last check
    waits MS               how long the hands must rest for the list
    mode hangul|latin      · predictor on|off
"""

from __future__ import annotations

import dataclasses

import msgspec

from ibus_component.privacy import Hint, Purpose
from ibus_component.settings import Settings
from ime_engine.protocol import Candidate
from tests.unit.keyboard import BOARDS
from tests.unit.script import Scenario, meant, shown
from tests.unit.text_field import Client, Field
from tests.unit.typist import Desk

__all__ = ["Player"]


class Player:
    """Applies the steps of one scenario to a desk."""

    def __init__(self, scenario: Scenario, client: Client, surrounding: bool) -> None:
        self.desk = Desk(client, surrounding, msgspec.convert(scenario.settings, Settings))
        self.predictions: tuple[Candidate, ...] = ()
        self.current = "main"

    # -- what happens

    def do_field(self, name: str) -> None:
        self.desk.leave()
        self.desk.enter(name)
        self.current = name

    def do_purpose(self, name: str) -> None:
        self.desk.field.purpose = Purpose[name]
        self._content_type()

    def do_hints(self, name: str) -> None:
        self.desk.field.hints = getattr(Hint, name)
        self._content_type()

    def _content_type(self) -> None:
        place = self.desk.field
        self.desk.perform(self.desk.session.set_content_type(place.purpose, place.hints))

    def do_holds(self, text: str) -> None:
        place = Field(meant(text), purpose=self.desk.field.purpose, hints=self.desk.field.hints)
        self.desk.field = self.desk.fields[self.current] = place
        self.desk.click(len(place.text))

    def do_board(self, name: str) -> None:
        assert name in BOARDS
        self.desk.board = name

    def do_keys(self, text: str) -> None:
        self.desk.type(meant(text))

    def do_press(self, chord: str) -> None:
        self.desk.press(chord)

    def do_down(self, name: str) -> None:
        self.desk.down(name)

    def do_up(self, name: str) -> None:
        self.desk.up(name)

    def do_click(self, place: str) -> None:
        self.desk.click(int(place))

    def do_select(self, ends: str) -> None:
        anchor, caret = map(int, ends.split())
        self.desk.click(caret)
        self.desk.field.anchor = anchor

    def do_engine(self, way: str) -> None:
        if way == "back":
            self.desk.come_back(self.current)
            return
        assert way == "out"
        self.desk.field.keep_preedit()
        self.desk.perform(self.desk.session.disable())

    def do_panel(self, value: str) -> None:
        name, state = value.split()
        self.desk.perform(self.desk.session.property_activated(name, int(state)))

    def do_program(self, name: str) -> None:
        self.desk.program = name

    def do_later(self, _: str) -> None:
        self.desk.half_a_minute()

    def do_window(self, name: str) -> None:
        self.desk.leave()
        self.desk.perform(self.desk.session.focus_in(name, f"/window/{name}"))

    def do_outside(self, mode: str) -> None:
        if self.desk.session.hangul != (mode == "hangul"):  # ModeControl sees to that
            self.desk.perform(self.desk.session.set_hangul(mode == "hangul"))

    def do_nowhere(self, _: str) -> None:
        self.desk.perform(self.desk.session.set_cursor_location(0, 0, 0, 0))

    def do_predicts(self, words: str) -> None:
        parsed = []
        for rank, word in enumerate(words.split()):
            text, _, probability = word.partition(":")
            parsed.append(Candidate(meant(text), float(probability or 0.5 / (rank + 1))))
        self.predictions = tuple(parsed)

    def do_answer(self, _: str) -> None:
        self.desk.answer(*self.predictions)

    def do_idle(self, _: str) -> None:
        self.desk.idle()

    def do_rest(self, _: str) -> None:
        self.desk.rest(*self.predictions)

    def do_pick(self, value: str) -> None:
        index, _, button = value.partition(" ")
        actions = self.desk.session.candidate_clicked(int(index) - 1, int(button or 1), 0)
        self.desk.perform(actions)

    def do_turn(self, way: str) -> None:
        session = self.desk.session
        self.desk.perform(session.page_up() if way == "up" else session.page_down())

    def do_wheel(self, way: str) -> None:
        session = self.desk.session
        self.desk.perform(session.cursor_up() if way == "up" else session.cursor_down())

    # -- what must be true

    def do_text(self, expected: str) -> None:
        text = self.desk.field.text
        if "|" in expected:
            caret = self.desk.field.caret
            text = f"{text[:caret]}|{text[caret:]}"
        same(shown(text), expected)

    def do_preedit(self, expected: str) -> None:
        same(self.desk.field.preedit, expected)

    def do_composing(self, expected: str) -> None:
        same(self.desk.composing, expected)

    def do_deletes(self, number: str) -> None:
        deleted, self.desk.deleted = self.desk.deleted, 0
        same(str(deleted), number)

    def do_commits(self, number: str) -> None:
        commits, self.desk.commits = self.desk.commits, []
        same(str(len(commits)), number)

    def do_reached(self, names: str) -> None:
        reached, self.desk.reached = self.desk.reached, []
        same(" ".join(reached), names)

    def do_handled(self, expected: str) -> None:
        same("yes" if self.desk.handled else "no", expected)

    def do_list(self, words: str) -> None:
        if self.desk.list is None:
            same("", words)
            return
        same(" ".join(repr(row)[1:-1] for row in self.desk.list.rows), words)
        assert words, "there is a list"

    def do_cursor(self, expected: str) -> None:
        assert self.desk.list is not None, "there is no list"
        cursor = self.desk.list.cursor
        same("" if cursor is None else str(cursor + 1), expected)

    def do_hint(self, part: str) -> None:
        assert self.desk.list is not None, "there is no list"
        assert meant(part) in self.desk.list.hint

    def do_asked(self, before: str) -> None:
        queries, self.desk.queries = self.desk.queries, []
        same(shown(queries[-1].before) if queries else "", before)
        self.prefix = queries[-1].prefix if queries else ""
        self.private = queries[-1].private if queries else False

    def do_prefix(self, expected: str) -> None:
        same(self.prefix, expected)

    def do_private(self, expected: str) -> None:
        same("yes" if self.private else "no", expected)

    def do_forgot(self, words: str) -> None:
        same(" ".join(self.desk.forgotten), words)

    def do_learnt(self, expected: str) -> None:
        lessons, self.desk.lessons = self.desk.lessons, []
        told = [lesson.eojeol + "!" * lesson.accepted for lesson in lessons]
        if "after" in expected.split():
            befores = [shown(lesson.before) for lesson in lessons]
            pairs = zip(told, befores, strict=True)
            told = [f"{word} after {before}".strip() for word, before in pairs]
        same(" ".join(told), expected)

    def do_counted(self, expected: str) -> None:
        counts, self.desk.counts = self.desk.counts, []
        told = [
            f"{name} {number}"
            for count in counts
            for name, number in dataclasses.asdict(count).items()
            if number
        ]
        same(" ".join(told), expected)

    def do_waits(self, span_ms: str) -> None:
        same(str(self.desk.waits[-1].span_ms), span_ms)

    def do_mode(self, expected: str) -> None:
        same("hangul" if self.desk.session.hangul else "latin", expected)

    def do_predictor(self, expected: str) -> None:
        same("on" if self.desk.session.predict else "off", expected)


def same(seen: str, expected: str) -> None:
    assert seen == expected, f"{seen!r} instead"
