# SPDX-License-Identifier: Apache-2.0
"""The settings dialog's rules for keys: what can be bound to what, and what refuses it."""

from __future__ import annotations

import pytest

from ibus_component.keymap import NAMES, parse_chord
from ibus_component.keys import Key, Mask, Sym
from ibus_component.preferences import FIELDS
from ibus_component.settings import Settings
from ibus_component.setup.chords import is_known, name_of, rival, why_not
from ibus_component.setup.labels import CHOICES, KEYS, LABELS, LEARNING, PREDICTION, TYPING, keys_of

LISTS = [key for key in FIELDS if key.endswith("keys")]
H, SEMICOLON, ONE = 35, 39, 2
DEFAULTS = {key: list(getattr(Settings(), FIELDS[key])) for key in LISTS}


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (Key(ord("h"), H, Mask.CONTROL | Mask.ALT), "Control+Alt+h"),
        (Key(ord("H"), H, Mask.CONTROL | Mask.SHIFT), "Control+Shift+h"),
        (Key(ord("H"), H, Mask.CONTROL | Mask.LOCK), "Control+h"),
        (Key(ord("h"), H, Mask.CONTROL | Mask.NUM_LOCK | (1 << 8)), "Control+h"),
        # The key where a US keyboard has h, on a keyboard whose symbol says nothing here.
        (Key(0x6CE, H, Mask.CONTROL), "Control+h"),
        (Key(ord("!"), ONE, Mask.ALT | Mask.SHIFT), "Alt+Shift+1"),
        (Key(ord(":"), SEMICOLON, Mask.CONTROL | Mask.SHIFT), "Control+Shift+;"),
        (Key(Sym.SPACE, 57, Mask.SHIFT), "Shift+space"),
        (Key(Sym.SPACE, 57, Mask.SUPER | Mask.MOD4), "Super+space"),
        (Key(Sym.LEFT_TAB, 15, Mask.SHIFT), "Shift+Tab"),
        (Key(0xFF8D, 96), "Return"),  # of the keypad
        (Key(Sym.ALT_R, 100), "Alt_R"),
        (Key(Sym.HANGUL, 122), "Hangul"),
        (Key(Sym.F1 + 8, 67), "F9"),
        (Key(Sym.DELETE, 111, Mask.CONTROL), "Control+Delete"),
        (Key(0xFE03, 100), None),  # AltGr: no name in the settings
        (Key(ord("h"), H, Mask.HYPER), None),
        (Key(0x1008FF13, 115), None),  # louder
    ],
)
def test_a_pressed_key_gets_the_name_under_which_it_is_bound(key: Key, name: str | None) -> None:
    assert name_of(key) == name
    assert name is None or parse_chord(name).matches(key)


@pytest.mark.parametrize("where", LISTS)
def test_what_is_bound_at_first_may_be_bound(where: str) -> None:
    assert not [name for name in DEFAULTS[where] if why_not(name, where)]
    assert not [name for name in DEFAULTS[where] if rival(name, where, DEFAULTS)]


@pytest.mark.parametrize("where", LISTS)
@pytest.mark.parametrize("name", ["a", "Shift+r", "1", ";", "Shift+/"])
def test_a_key_that_types_is_never_bound_by_itself(name: str, where: str) -> None:
    """B1: never take a key the user types with."""
    sentence = why_not(name, where)
    assert sentence is not None
    assert "글자를 입력하는 키입니다" in sentence


@pytest.mark.parametrize(
    ("name", "where", "allowed"),
    [
        ("space", "togglekeys", False),
        ("Shift+space", "togglekeys", True),
        ("Return", "togglekeys", False),
        ("Escape", "togglekeys", False),
        ("Escape", "latinkeys", True),  # D1: Esc to Latin still reaches vim
        ("Control+[", "latinkeys", True),
        ("BackSpace", "hanjakeys", False),
        ("Tab", "switchkeys", False),
        ("Left", "showkeys", False),
        ("Shift+Left", "showkeys", False),
        ("Control+Left", "showkeys", True),
        ("F8", "togglekeys", True),
        ("Alt_R", "togglekeys", True),
        ("Caps_Lock", "togglekeys", True),
        ("Control_R", "hanjakeys", True),
        ("Shift_R", "togglekeys", False),  # ㄲ needs it
        ("Alt_L", "togglekeys", False),
        ("Control+Alt_R", "togglekeys", False),
        ("Alt_R", "switchkeys", False),  # a modifier by itself reaches no other list
        ("Control_R", "nextkeys", False),
        ("space", "nextkeys", False),  # B1: a list that merely appeared
        ("Return", "pickkeys", False),
        ("Escape", "nextkeys", False),
        ("Tab", "nextkeys", True),
        ("Down", "nextkeys", True),
        ("Return", "acceptkeys", True),
        ("space", "acceptspacekeys", True),
        ("BackSpace", "leavekeys", True),
    ],
)
def test_what_a_key_is_needed_for_decides(name: str, where: str, *, allowed: bool) -> None:
    sentence = why_not(name, where)
    assert (sentence is None) == allowed
    assert sentence is None or sentence.endswith(".")


@pytest.mark.parametrize("where", LISTS)
def test_every_key_that_has_a_name_is_judged_and_some_are_free(where: str) -> None:
    sentences = [why_not(name, where) for name in NAMES]
    assert None in sentences
    assert all(sentence is None or sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize(
    ("name", "where", "taken"),
    [
        ("F9", "togglekeys", "hanjakeys"),
        ("Alt+1", "nextkeys", "pickkeys"),
        ("Control+Alt+H", "showkeys", "switchkeys"),
        ("Ctrl+Alt+h", "showkeys", "switchkeys"),
        ("Return", "leavekeys", "acceptkeys"),
        ("Tab", "previouskeys", "nextkeys"),
        ("Escape", "latinkeys", None),  # in a list Esc leaves it, elsewhere it goes to Latin
        ("F8", "togglekeys", None),
    ],
)
def test_a_key_means_one_thing_at_a_moment(name: str, where: str, taken: str | None) -> None:
    assert rival(name, where, DEFAULTS) == taken


def test_a_name_that_was_written_by_hand_stands_in_nobodys_way() -> None:
    assert not is_known("Kontrol+x")
    assert rival("F8", "togglekeys", {"hanjakeys": ["Kontrol+x", "F8"]}) == "hanjakeys"


def test_the_dialog_shows_every_setting_once() -> None:
    pages = [key for page in (TYPING, PREDICTION, LEARNING, KEYS) for key in keys_of(page)]
    assert sorted(pages) == sorted(FIELDS)
    assert set(LABELS) == set(FIELDS)
    assert set(CHOICES) == {"preedit", "orientation", "preset", "learnfrom"}
