# SPDX-License-Identifier: Apache-2.0
"""Key events, positions and chords."""

from __future__ import annotations

import pytest

from ibus_component.keymap import Chord, parse_chord, position_character
from ibus_component.keys import Key, Mask, Sym
from tests.unit.keyboard import key


@pytest.mark.parametrize(
    ("keyval", "character"),
    [
        (ord("a"), "a"),
        (0xE9, "é"),
        (0xFFB7, "7"),
        (0xFFAB, "+"),
        (0xFFAF, "/"),
        (0xFF80, " "),
        (0x0100_AC00, "가"),
        (0x0100_D800, ""),
        (0x0EFF, "₩"),
        (0x20AC, "€"),
        (Sym.RETURN, ""),
        (0xFF8D, ""),
        (Sym.HANGUL, ""),
        (0xFE51, ""),
        (0x7F, ""),
        (0, ""),
        (0xFFFF_FFFF, ""),
    ],
)
def test_what_a_keysym_types(keyval: int, character: str) -> None:
    assert Key(keyval, 0).character == character


@pytest.mark.parametrize(
    ("keycode", "plain", "shifted"),
    [(2, "1", "!"), (13, "=", "+"), (16, "q", "Q"), (30, "a", "A"), (41, "`", "~"), (53, "/", "?")],
)
def test_positions_of_the_us_keyboard(keycode: int, plain: str, shifted: str) -> None:
    assert position_character(Key(0, keycode)) == plain
    assert position_character(Key(0, keycode, Mask.SHIFT)) == shifted
    assert position_character(Key(0, keycode, Mask.LOCK)) == plain


def test_off_the_map_there_is_no_character() -> None:
    assert position_character(Key(ord("<"), 86)) == ""
    assert position_character(key("Return")) == ""


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("Shift+space", key("space", Mask.SHIFT)),
        ("Shift+Tab", Key(Sym.LEFT_TAB, 15, Mask.SHIFT)),
        ("Shift+Tab", Key(Sym.LEFT_TAB, 0, Mask.SHIFT)),
        ("Alt+1", key("1", Mask.ALT)),
        ("Alt+1", Key(ord("&"), 2, Mask.ALT)),
        ("Alt+1", Key(ord("1"), 0, Mask.ALT | Mask.NUM_LOCK | Mask.LOCK)),
        ("Alt+1", key("1", Mask.ALT | Mask.META)),
        ("Control+Alt+h", Key(ord("H"), 35, Mask.CONTROL | Mask.ALT | Mask.LOCK)),
        ("Ctrl+Delete", Key(0xFF9F, 83, Mask.CONTROL)),
        ("Super+a", key("a", Mask.MOD4 | Mask.SUPER)),
        ("Hangul", key("Hangul", 1 << 8)),
        ("F9", key("F9")),
    ],
)
def test_chords_that_match(name: str, event: Key) -> None:
    assert parse_chord(name).matches(event)


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("space", key("space", Mask.SHIFT)),
        ("Alt+1", key("1")),
        ("Alt+1", key("1", Mask.ALT | Mask.CONTROL)),
        ("Alt+1", key("2", Mask.ALT)),
        ("Alt_R", key("Alt_R", Mask.SHIFT)),
        ("Alt_R", key("Alt_L")),
        ("Hangul", key("Hangul", Mask.LEVEL3)),
    ],
)
def test_chords_that_do_not(name: str, event: Key) -> None:
    assert not parse_chord(name).matches(event)


@pytest.mark.parametrize("bit", [2, 3, 5, 6, 26, 27, 28])
def test_modifiers_that_make_a_command(bit: int) -> None:
    """Control, Alt, MOD3, MOD4, Super, Hyper, Meta."""
    assert Key(ord("r"), 19, 1 << bit).is_chord


@pytest.mark.parametrize("bit", [0, 1, 4, 7, 8, 9, 10, 11, 12, 24])
def test_modifiers_that_do_not(bit: int) -> None:
    """Shift, locks, the third level, mouse buttons, IBus's own mark."""
    assert not Key(ord("r"), 19, 1 << bit).is_chord


def test_chords_are_values() -> None:
    assert parse_chord("Ctrl+H") == parse_chord("Control+h") == Chord(ord("h"), Mask.CONTROL)


@pytest.mark.parametrize("name", ["", "Foo", "Foo+a", "Shift+", "한", "a+b", "Shift+Shift+", " "])
def test_names_that_name_nothing(name: str) -> None:
    with pytest.raises(ValueError, match="`"):
        parse_chord(name)
