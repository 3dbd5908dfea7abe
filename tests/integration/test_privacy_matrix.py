# SPDX-License-Identifier: Apache-2.0
"""Every way a text is committed, in every kind of field: nothing of it is found anywhere.

A real ibus-daemon, engine and predictor, each as talkative as it can be. A cell
types a word that nobody writes, commits it, types a second one with a space,
which is what questions come from, and looks for both (C1 to C4, C6).
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest
from dbus_next.message import Message

from ibus_component.headless import HeadlessIBus, wait_until
from ibus_component.wire.typist import Typist
from ime_engine.protocol import BUS_NAME
from tests.harness.commit_paths import FINISHES, PATHS
from tests.harness.ibus import Desk
from tests.harness.privacy import Canary, House, Watch, talkative, told

pytestmark = pytest.mark.ibus

URL, EMAIL, PASSWORD, PIN, TERMINAL = 5, 6, 8, 9, 10
PRIVATE, HIDDEN_TEXT = 1 << 11, 1 << 12
ALT = 1 << 3
CONFIG: Final = """
daemon:
  model: tiny
  log_level: debug
  deadline_ms: 10000
"""
PREFERENCES: Final = {"minconfidence": 0.0, "popupdelay": 0}


@dataclass(frozen=True)
class Flag:
    """A kind of field, or the switch, and what is allowed there."""

    purpose: int = 0
    hints: int = 0
    switched: tuple[str, int] | None = None
    """Switch of the panel's menu that is not as it was, if any, and how it is."""
    composes: bool = True
    asks: bool = False
    private: bool = False

    @property
    def learns(self) -> bool:
        """Whether what is typed there may be kept in the history, and nowhere else."""
        return self.asks and not self.private


FLAGS: Final = {
    "plain": Flag(asks=True),
    "private": Flag(hints=PRIVATE, asks=True, private=True),
    "password": Flag(PASSWORD, composes=False),
    "pin": Flag(PIN, composes=False),
    "hidden_text": Flag(hints=HIDDEN_TEXT, composes=False),
    "terminal": Flag(TERMINAL),
    "url": Flag(URL),
    "email": Flag(EMAIL),
    "incognito": Flag(switched=("Incognito", 1), asks=True, private=True),
    "learning_off": Flag(switched=("Learn", 0), asks=True, private=True),
    "predictor_off": Flag(switched=("Predict", 0)),
}


CELLS: Final = list(product(PATHS, FLAGS))
SPARE: Final = Canary.number(len(CELLS))


@pytest.fixture(scope="module")
def house(tiny_model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A home with everything running, the predictor asked once."""
    environment = {
        "IEUM_MODELS_DIR": str(tiny_model_dir),
        **talkative(tmp_path_factory.mktemp("talkative")),
    }
    with (
        HeadlessIBus(config=CONFIG, preferences=PREFERENCES, environment=environment) as ibus,
        Typist(ibus.address, "ieum") as typist,
    ):
        desk = Desk(ibus, typist)
        predictor = ibus.spawn(sys.executable, "-m", "ime_engine")
        desk.wait_for_name(BUS_NAME)
        with Watch(desk) as watch:
            wait_until(lambda: "ready in" in ibus.log, "the loading of the model", 30.0)
            typist.type("dkssud ")
            typist.wait_for(lambda shown: bool(shown.rows))
            assert len(watch.questions()) == 1
            typist.select("hangul")  # it has started when the first cell needs it
            typist.select("ieum")
            yield House(ibus, tiny_model_dir, predictor.pid, watch)


@contextmanager
def field(house: House, flag: Flag) -> Iterator[Typist]:
    """An empty field with the focus."""
    house.watch.questions()  # those that a test before left when it failed are not ours
    with Typist(house.ibus.address) as typist:
        typist.content_type(flag.purpose, flag.hints)
        name, state = flag.switched or ("", 0)
        if name:
            typist.activate(name, state)
        try:
            yield typist
        finally:
            if name:
                typist.activate(name, 1 - state)


@pytest.mark.parametrize("kind", FLAGS)
@pytest.mark.parametrize("path", PATHS)
def test_nothing_typed_is_kept(path: str, kind: str, house: House) -> None:
    flag, canary = FLAGS[kind], Canary.number(CELLS.index((path, kind)))
    commit, added = PATHS[path]
    first, second = (canary.first, canary.second) if flag.composes else canary.keys
    house.watch.settled()
    house.watch.forget_the_last_words()
    was = house.moment()
    with field(house, flag) as typist:
        handled = typist.press(*canary.keys[0])
        questions: list[Message] = []
        if path == "accept":
            handled += typist.press(" ")
            questions, row = questions_and_row(house, typist, flag)
            added = f" {row} " if row else " "
        handled += commit(typist)
        typist.settle()
        questions += house.watch.questions()
        assert house.traces_of(canary, outside_history=flag.learns) == []

        handled += typist.press(*canary.keys[1], " ")
        shown = typist.settle()
        questions += house.watch.questions()
        assert house.traces_of(canary, outside_history=flag.learns) == []

        assert shown.text == f"{first}{added}{second} "
        if not flag.composes:
            assert not any(handled)
            assert "CommitText" not in shown.signals
        if flag.asks:
            the_predictor_was_asked(house, questions, flag, shown.text)
            assert any(question.body[1] for question in questions) or path != "rest"
        else:
            assert questions == []
            assert shown.rows == []
    assert house.watch.questions() == []
    house.watch.settled()
    assert house.traces_of(canary, outside_history=flag.learns) == []
    assert house.changes_since(was, but_history=flag.learns) == []
    assert house.said_since(was) == []
    in_memory = house.watch.count("foregoing_words")
    assert flag.learns or not in_memory, "words that may not be learned would be read"
    if flag.learns:
        it_was_learned_and_can_be_forgotten(house, canary, path)


def it_was_learned_and_can_be_forgotten(house: House, canary: Canary, path: str) -> None:
    """Where it may be, a finished eojeol is in the history; once forgotten it is in no file."""
    if path in FINISHES:
        assert house.traces_of(canary) != []
        assert house.watch.count("foregoing_words") > 0
    for word in (canary.first, canary.second):
        house.watch.forget(word)
    assert house.traces_of(canary) == []
    assert house.watch.count("foregoing_words") == 0


def questions_and_row(house: House, typist: Typist, flag: Flag) -> tuple[list[Message], str]:
    """What was asked for a list, and its first row; empty where there may be none."""
    typist.settle()
    questions = house.watch.questions()
    if flag.asks:
        typist.wait_for(lambda shown: bool(shown.rows))
    return questions, "".join(typist.settle().rows[:1])


def the_predictor_was_asked(
    house: House, questions: list[Message], flag: Flag, document: str
) -> None:
    """With text of this field only; and it remembers the answer unless that was private."""
    assert questions != []
    house.watch.forget_the_last_words()  # as it was when they were asked
    for before, prefix, options in (question.body for question in questions):
        assert before in document
        assert prefix in document
        assert ("private" in options and options["private"].value) == flag.private
        assert house.watch.is_remembered(before, prefix) == (not flag.private)
        assert house.watch.is_remembered(before, prefix)
        assert not house.watch.is_remembered(before, prefix, private=True)


class TestTheSearchItself:
    """What is planted is found; so what is not found is not there."""

    @pytest.mark.parametrize(
        "written",
        [
            SPARE.first,
            SPARE.second[1],
            SPARE.keys[1],
            ascii(SPARE.first),
            unicodedata.normalize("NFD", SPARE.second),
            quote(SPARE.first),
            str([ord(key) for key in SPARE.keys[0]]),
        ],
        ids=["text", "syllable", "keys", "escapes", "jamo", "address", "keysyms"],
    )
    def test_a_file_with_it_is_found(self, written: str, house: House) -> None:
        was = house.moment()
        file = house.ibus.home / "state" / "history"
        file.write_text(f"learnt: {written}\n", encoding="utf-8")
        try:
            assert str(file) in " ".join(house.traces_of(SPARE))
            assert str(file) in house.changes_since(was)
        finally:
            file.unlink()

    def test_a_file_named_after_it_is_found(self, house: House) -> None:
        file = house.ibus.home / "cache" / SPARE.first
        file.touch()
        try:
            assert str(file) in " ".join(house.traces_of(SPARE))
        finally:
            file.unlink()

    def test_a_changed_file_is_found(self, house: House) -> None:
        was = house.moment()
        file = house.ibus.home / "config" / "ieum" / "config.yaml"
        file.write_text(CONFIG + "# seen\n", encoding="utf-8")
        try:
            assert house.changes_since(was) == [str(file)]
        finally:
            file.write_text(CONFIG, encoding="utf-8")

    def test_a_line_in_the_log_is_found(self, house: House) -> None:
        was = house.moment()
        house.ibus.spawn("echo", "key q").wait()

        assert house.said_since(was) == ["key q"]

    @pytest.mark.parametrize(
        ("place", "command"),
        [
            ("cmdline", (sys.executable, "-c", "import time; time.sleep(60)", SPARE.first)),
            ("environ", ("env", f"TYPED={SPARE.first}", "sleep", "60")),
        ],
    )
    def test_a_process_told_it_is_found(
        self, place: str, command: tuple[str, ...], house: House
    ) -> None:
        process = house.ibus.spawn(*command)
        try:
            wait_until(lambda: place in " ".join(house.traces_of(SPARE)), "a find")
        finally:
            process.kill()
            process.wait()

    def test_every_process_is_searched(self, house: House) -> None:
        commands = b" ".join(told(pid, "cmdline") for pid in house.pids)

        for program in (b"ibus-daemon", b"dbus-daemon", b"ibus_component", b"ime_engine"):
            assert program in commands

    def test_the_engine_hides_none_of_its_log(self, house: House) -> None:
        """Its start is told at the lowest level there is."""
        assert "talk asyncio: Using selector" in house.log.read_text(encoding="utf-8")
