# SPDX-License-Identifier: Apache-2.0
"""Hangul or Latin: shared or by window, set from outside, kept for the next process."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ibus_component.control import ModeControl
from ibus_component.input_mode import REMEMBERED, InputMode
from ibus_component.keys import Key, Mask, Sym
from ibus_component.mode import MAX_NAME, VARIABLE, ModeMemory
from ibus_component.session import Session
from ibus_component.settings import Settings
from tests.unit.keyboard import key
from tests.unit.sessions import session_in, typed

RELEASE = Mask.RELEASE


class Hands:
    """The session that has the focus, without a screen."""

    def __init__(self, mode: InputMode, *, broken: bool = False) -> None:
        self.session = Session(Settings(), mode=mode)
        self.broken = broken
        self.did: list[object] = []

    def happen(self, event: str, *values: object) -> None:
        if not self.broken:
            self.did += getattr(self.session, event)(*values)


@pytest.fixture
def memory() -> Iterator[ModeMemory]:
    descriptor = os.memfd_create("mode")
    yield ModeMemory({VARIABLE: str(descriptor)})
    os.close(descriptor)


def control_of(memory: ModeMemory, kept: dict[str, bool] | None = None) -> ModeControl:
    kept = {} if kept is None else kept
    return ModeControl(InputMode(True), memory, kept.__setitem__)


# -- D2: the same key on every keyboard

HANGUL_KEYS = [
    pytest.param(Key(Sym.HANGUL, 122), id="its own key"),
    pytest.param(Key(Sym.HANGUL, 100), id="right Alt of kr104"),
    pytest.param(Key(Sym.ALT_R, 100), id="right Alt of us"),
    pytest.param(Key(Sym.HANGUL, 0), id="on-screen keyboard"),
    pytest.param(Key(Sym.SPACE, 57, Mask.SHIFT), id="Shift+Space"),
    pytest.param(Key(Sym.SPACE, 57, Mask.SHIFT | Mask.NUM_LOCK | Mask.LOCK), id="with locks"),
    pytest.param(Key(Sym.HANGUL, 122, 1 << 8), id="with a mouse button"),
]


@pytest.mark.parametrize("event", HANGUL_KEYS)
def test_the_toggle_keys_of_every_keyboard(event: Key) -> None:
    session = session_in()
    typed(session, "rk")

    assert session.press(event).handled
    assert not session.hangul
    assert session.press(Key(event.keyval, event.keycode, event.state | RELEASE)).handled
    assert session.press(event).handled
    assert session.hangul


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(Key(0xFE03, 100), id="AltGr of European keyboards"),
        pytest.param(Key(Sym.HANGUL_HANJA, 123), id="the Hanja key"),
        pytest.param(Key(Sym.HANGUL_HANJA, 97), id="right Control of kr104"),
        pytest.param(Key(Sym.CONTROL_R, 97), id="right Control of us"),
        pytest.param(Key(Sym.ALT_L, 56), id="left Alt"),
        pytest.param(Key(Sym.VOID, 122), id="a key without a symbol"),
    ],
)
def test_keys_that_are_no_toggle(event: Key) -> None:
    session = session_in()
    session.press(event)
    session.press(Key(event.keyval, event.keycode, event.state | RELEASE))
    assert session.hangul


def test_a_modifier_that_leads_to_latin_still_reaches_the_application() -> None:
    session = session_in(settings=Settings(latin_keys=("Control_L",)))
    typed(session, "rk")
    assert not session.press(key("Control_L")).handled
    assert not session.hangul


# -- one for all, or by window


def test_one_mode_for_all_windows_survives_each_change() -> None:
    mode = InputMode(True)
    mode.enter("a")
    mode.hangul = False
    assert not mode.enter("b")
    assert not mode.hangul


def test_each_window_finds_its_own_mode_again() -> None:
    mode = InputMode(True, per_window=True)
    assert not mode.enter("a")
    mode.hangul = False
    assert mode.enter("b")
    assert mode.hangul
    assert not mode.enter("b")
    assert not mode.enter("")
    assert mode.enter("a")
    assert not mode.hangul


def test_the_first_window_after_a_crash_has_the_mode_that_was_kept() -> None:
    mode = InputMode(True, per_window=True)
    kept = {"hangul": False, "predict": False, "incognito": True}
    mode.restore(kept)
    assert not mode.enter("a")
    assert mode.snapshot() == kept
    mode.restore({})
    assert mode.snapshot() == kept


def test_switched_to_modes_by_window_the_present_window_keeps_its_own() -> None:
    mode = InputMode(True)
    mode.enter("a")
    mode.hangul = False
    mode.per_window = True
    assert not mode.enter("a")
    assert not mode.hangul


def test_windows_long_without_focus_are_forgotten() -> None:
    mode = InputMode(True, per_window=True)
    mode.enter("first")
    mode.hangul = False
    for number in range(REMEMBERED + 1):
        mode.enter(f"w{number}")
    mode.enter("first")
    assert mode.hangul
    assert len(mode._kept) <= REMEMBERED


def test_a_new_ibus_counts_its_windows_anew() -> None:
    mode = InputMode(True, per_window=True)
    mode.enter("1")
    mode.hangul = False
    mode.enter("2")
    mode.forget_windows()
    mode.enter("2")
    assert not mode.enter("1")
    assert mode.hangul


# -- from outside


def test_from_outside_the_syllable_is_finished_by_the_session_that_has_the_focus(
    memory: ModeMemory,
) -> None:
    """D3."""
    control = control_of(memory)
    hands = Hands(control.mode)
    control.entered(hands)
    typed(hands.session, "rk")
    control.set_hangul(False)
    assert [type(action).__name__ for action in hands.did] == [
        *("Preedit", "Commit", "UpdateProperties")
    ]
    hands.did.clear()
    control.set_hangul(False)
    assert hands.did == []


def test_from_outside_the_predictor_is_switched_and_kept(memory: ModeMemory) -> None:
    kept: dict[str, bool] = {}
    control = control_of(memory, kept)
    hands = Hands(control.mode)
    control.entered(hands)
    control.set_predict(False)
    assert not hands.session.predict
    assert kept == {}, "the session says it itself, by its action Keep"
    assert "Keep" in [type(action).__name__ for action in hands.did]


@pytest.mark.parametrize("broken", [False, True])
def test_without_a_session_the_mode_is_set_all_the_same(memory: ModeMemory, broken: bool) -> None:
    kept: dict[str, bool] = {}
    control = control_of(memory, kept)
    told: list[bool] = []
    control.tell = lambda: told.append(control.mode.hangul)
    if broken:
        control.entered(Hands(control.mode, broken=True))
    else:
        control.entered(Hands(control.mode))
        control.left()
    control.set_hangul(False)
    control.set_predict(False)
    kept_over_a_crash = {"hangul": False, "predict": False, "incognito": False}
    assert control.mode.snapshot() == memory.read() == kept_over_a_crash
    assert told == [False, False]
    assert kept == {"predict": False}


# -- over a crash


def test_the_memory_holds_mode_and_previous_input_method(memory: ModeMemory) -> None:
    assert memory.read() == {}
    assert memory.read_previous() == ""
    memory.write({"hangul": False, "predict": True, "incognito": False})
    memory.write_previous("xkb:kr:kr104:kor")
    memory.write_previous("hangul")
    memory.write({"hangul": True, "predict": False, "incognito": True})
    assert memory.read() == {"hangul": True, "predict": False, "incognito": True}
    assert memory.read_previous() == "hangul"


def test_a_name_too_long_to_be_one_is_not_kept(memory: ModeMemory) -> None:
    memory.write_previous("hangul")
    memory.write_previous("x" * (MAX_NAME + 1))
    assert memory.read_previous() == "hangul"


@pytest.mark.parametrize("value", ["", "x", "-1"])
def test_without_a_supervisor_nothing_is_kept(value: str) -> None:
    memory = ModeMemory({VARIABLE: value})
    memory.write({"hangul": True, "predict": True})
    memory.write_previous("hangul")
    assert memory.read() == {}
    assert memory.read_previous() == ""
