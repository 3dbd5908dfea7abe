# SPDX-License-Identifier: Apache-2.0
"""Laws that hold for every script of keys, not only for those somebody thought of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from ibus_component.actions import Ask, Commit, HideList, Preedit, ShowList
from ibus_component.dubeolsik import keys as keys_of
from ibus_component.keys import Key, Mask
from ibus_component.libhangul import HangulContext
from ibus_component.session import Session
from ibus_component.settings import Settings
from ime_engine.protocol import Candidate
from tests.unit.keyboard import key
from tests.unit.text_field import CLIENTS, Client
from tests.unit.typist import Desk

LETTERS = "qwertyuiopasdfghjklzxcvbnmQWERTOP"
OTHERS = ("space", "Return", "BackSpace", "Escape", "Left", "Right", "Home", "End", "Delete")
MODIFIERS = ("Shift_L", "Control_L", "Caps_Lock", "Alt_L")
ANSWER = (Candidate("만나서", 0.5), Candidate("반갑습니다", 0.2))

letters = st.text(LETTERS, min_size=1, max_size=30)
words = st.lists(st.sampled_from(["dkssud", "gksrmf", "zz", "rkqt", "Rk"]), max_size=3)
steps = st.one_of(
    st.sampled_from([*LETTERS, *"12.,!?", *OTHERS, "space", "space"]),
    st.sampled_from([*MODIFIERS, "Control+c", "Shift+Left", "Hangul", "Super_L"]),
    st.sampled_from(["rest", "answer", "idle"]),
)
scripts = st.lists(steps, max_size=40)
clients = st.sampled_from(CLIENTS)
Preediting = Literal["syllable", "word", "none"]
preedits: st.SearchStrategy[Preediting] = st.sampled_from(get_args(Preediting))


def play(desk: Desk, script: list[str]) -> None:
    """Keys as a typist presses them; the daemon and the clock where the script says so."""
    for step in script:
        match step:
            case "rest":
                for _ in range(3):  # a short rest asks, and then a longer one shows
                    desk.answer(*answer_to(desk))
                    desk.idle()
            case "answer":
                desk.answer(*answer_to(desk))
            case "idle":
                desk.idle()
            case _:
                desk.press(step)


def answer_to(desk: Desk) -> tuple[Candidate, ...]:
    """What a daemon says to the last question: the next eojeol, or the rest of this one."""
    typed = desk.queries[-1].prefix if desk.queries else ""
    if not typed:
        return ANSWER
    # What is typed comes back too, and a word that would change its last syllable.
    return tuple(
        Candidate(typed[:-1] + ending, 0.3) for ending in (typed[-1], typed[-1] + "요", "하려고")
    )


def document(desk: Desk) -> tuple[str, str, int, list[str]]:
    field = desk.field
    return field.text, field.preedit, field.caret, desk.reached


@given(scripts, clients, st.booleans(), preedits)
@settings(max_examples=120, deadline=None)
def test_suggestions_never_change_what_is_typed(
    script: list[str], client: Client, surrounding: bool, preedit: Preediting
) -> None:
    """A13, HeliBoard#1447, #99: the same document with the predictor on and off.

    The desk itself asserts one preedit update a key and clearing before committing.
    """
    on = Desk(client, surrounding, Settings(preedit=preedit))
    off = Desk(client, surrounding, Settings(predict=False, preedit=preedit))
    play(on, script)
    play(off, script)
    assert document(on) == document(off)
    assert off.queries == []


@given(words, st.lists(st.sampled_from([*LETTERS, " "]), max_size=20), clients)
@settings(max_examples=60, deadline=None)
def test_lists_that_really_appear_change_nothing_either(
    eojeols: list[str], rest: list[str], client: Client
) -> None:
    """The law above where every space brings a list."""
    on, off = Desk(client), Desk(client, settings=Settings(predict=False))
    script = [step for eojeol in eojeols for step in (*eojeol, "space", "rest")]
    play(on, script)
    assert (on.list is not None) == bool(eojeols)
    play(off, script)
    tail = ["space" if step == " " else step for step in rest]
    play(on, tail)
    play(off, tail)
    assert document(on) == document(off)


sentences = st.lists(
    st.text("가나다하려안녕합닭쌀", min_size=2, max_size=5), min_size=1, max_size=3
)
endings = st.text("요까려고습니다", min_size=1, max_size=4)


@given(sentences, st.data(), clients, st.booleans(), preedits)
@settings(max_examples=80, deadline=None)
def test_completion_lists_that_appear_change_nothing_either(
    words: list[str], data: st.DataObject, client: Client, surrounding: bool, preedit: Preediting
) -> None:
    """A13 where a list comes in the middle of words, whatever key follows it."""
    typed = keys_of(" ".join(words))
    upto = data.draw(st.integers(1, len(typed)))
    upon = data.draw(st.sampled_from([*OTHERS, *MODIFIERS, "1", ".", "Shift+Left", "Hangul"]))
    tail = [upon, *data.draw(st.lists(steps, max_size=3))]
    on = Desk(client, surrounding, Settings(preedit=preedit, complete_after=1))
    off = Desk(client, surrounding, Settings(preedit=preedit, complete=False))
    for step in (*typed[:upto], "rest", *tail, *typed[upto:]):
        play(on, [step])
        if step not in ("rest", "answer", "idle"):
            play(off, [step])
        assert document(on) == document(off)


@given(sentences, endings, st.data(), clients, st.booleans(), preedits)
@settings(max_examples=120, deadline=None)
def test_accepting_a_completion_gives_the_text_before_and_the_eojeol_once(
    words: list[str],
    ending: str,
    data: st.DataObject,
    client: Client,
    surrounding: bool,
    preedit: Preediting,
) -> None:
    """Wherever in the word the list came, and however it is taken."""
    *before, word = words
    typed = keys_of(word)
    begun = typed[: data.draw(st.integers(2, len(typed)))]
    desk = Desk(client, surrounding, Settings(preedit=preedit, complete_after=1))
    play(desk, [step for each in before for step in (*keys_of(each), "space")])
    text = desk.field.text
    play(desk, begun)
    commits = len(desk.commits)
    desk.rest(Candidate(word + ending, 0.5), Candidate(word + ending + "도", 0.2))
    assert rows_of(desk) == (word + ending, word + ending + "도")
    take(desk, data.draw(st.sampled_from(["Alt+2", "Tab Tab Return", "Tab 2", "click"])))
    assert desk.field.text == text + word + ending + "도"
    assert desk.field.caret == len(desk.field.text)
    assert desk.field.preedit == ""
    assert len(desk.commits) == commits + 1
    assert rows_of(desk) == ()
    desk.type("rk ")
    assert desk.field.text == text + word + ending + "도 가 "


def rows_of(desk: Desk) -> tuple[str, ...]:
    """What is on the screen to choose from."""
    return desk.list.rows if desk.list else ()


def take(desk: Desk, way: str) -> None:
    """Accept the second candidate."""
    if way == "click":
        desk.perform(desk.session.candidate_clicked(1, 1, 0))
        return
    for chord in way.split():
        desk.press(chord)


@given(letters)
@settings(max_examples=80, deadline=None)
def test_letters_give_what_libhangul_gives(text: str) -> None:
    expected, hangul = "", HangulContext()
    for character in text:
        hangul.process(character)
        expected += hangul.commit
    expected += hangul.flush()
    desk = Desk()
    desk.type(text)
    assert desk.field.text + desk.field.preedit == expected
    assert "".join(desk.commits) + desk.field.preedit == expected


@given(letters, st.lists(st.sampled_from([*MODIFIERS, "Shift_R"]), max_size=8), st.randoms())
@settings(max_examples=60, deadline=None)
def test_modifiers_and_overlapping_releases_never_change_text(text, modifiers, random) -> None:  # type: ignore[no-untyped-def]
    """A11, A15: the same text, whenever keys go up and modifiers are tapped."""
    plain, rolled = Desk(), Desk()
    text = text.lower()
    plain.type(text)
    down: list[str] = []
    for character in text:
        rolled.down(character)
        down.append(character)
        while down and random.random() < 0.5:
            rolled.up(down.pop(random.randrange(len(down))))
        if modifiers and random.random() < 0.3:
            rolled.press(modifiers.pop())
    assert (rolled.field.text, rolled.field.preedit) == (plain.field.text, plain.field.preedit)


keyvals = st.one_of(st.integers(0, 2**32 - 1), st.integers(0xFE00, 0xFFFF), st.integers(32, 126))
raw_keys = st.builds(Key, keyvals, st.integers(0, 260), st.integers(0, 2**32 - 1))
small = st.integers(-3, 12)
texts = st.text(max_size=12)
candidates = st.lists(st.builds(Candidate, texts, st.floats()), max_size=8)
Event = Callable[[Session], object]


def calls(name: str, *arguments: st.SearchStrategy[object]) -> st.SearchStrategy[Event]:
    return st.tuples(*arguments).map(lambda values: lambda session: getattr(session, name)(*values))


events = st.one_of(
    calls("press", raw_keys),
    calls("press", st.sampled_from([key(c) for c in "rkskd"] + [key("space"), key("Tab")])),
    calls("press", st.sampled_from([key("1", Mask.ALT), key("Return"), key("BackSpace")])),
    *(calls(name) for name in ("focus_in", "focus_out", "reset", "enable", "disable")),
    *(calls(name) for name in ("page_up", "page_down", "cursor_up", "cursor_down")),
    calls("set_content_type", st.integers(0, 12), st.sampled_from([0, 1 << 11, 1 << 12])),
    calls("set_capabilities", st.integers(0, 255)),
    calls("set_cursor_location", small, small, small, small),
    calls("set_surrounding", texts, small, small),
    calls("candidate_clicked", small, small, small),
    calls("property_activated", st.sampled_from(["InputMode", "Predict", ""]), small),
    calls("answered", small, candidates),
    calls("idled", small),
)


@given(st.lists(events, max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_event_is_too_strange(script: list[Event]) -> None:
    """Nothing raises, no list is empty, nothing is hidden twice, no key updates twice."""
    session = Session(Settings(popup_delay_ms=0, min_confidence=0))
    shown = False
    for event in script:
        result = event(session)
        actions = getattr(result, "actions", result) or ()
        assert isinstance(actions, tuple)
        assert sum(isinstance(action, Preedit) for action in actions) <= 1
        for action in actions:
            if isinstance(action, ShowList):
                assert 1 <= len(action.rows) <= 5
                shown = True
            elif isinstance(action, HideList):
                assert shown, "only what is shown is hidden"
                shown = False
            elif isinstance(action, Commit):
                assert action.text
            elif isinstance(action, Ask):
                assert action.query.before.strip() or action.query.prefix
