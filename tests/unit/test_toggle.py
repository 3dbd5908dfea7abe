# SPDX-License-Identifier: Apache-2.0
"""The toggle key while it is down: what is a repeat, and what must never be taken for one."""

from __future__ import annotations

from ibus_component.keys import Mask
from ibus_component.toggle import ToggleKey
from tests.unit.keyboard import key

PRESS = key("Hangul")
RELEASE = key("Hangul", Mask.RELEASE)


def tapped(client: str = "gtk3-im:letter") -> ToggleKey:
    toggle = ToggleKey()
    toggle.served(client)
    assert toggle.pressed(PRESS)
    assert toggle.released(RELEASE)
    return toggle


def test_a_held_key_counts_once() -> None:
    toggle = tapped()
    assert [toggle.pressed(PRESS) for _ in range(3)] == [True, False, False]
    assert toggle.released(RELEASE)
    assert toggle.pressed(PRESS)


def test_where_no_release_was_ever_seen_each_press_counts() -> None:
    toggle = ToggleKey()
    toggle.served("xim")
    assert [toggle.pressed(PRESS) for _ in range(3)] == [True, True, True]


def test_the_release_of_a_letter_shows_nothing_about_toggle_keys() -> None:
    """Some keyboards send none for the Hangul key alone."""
    toggle = ToggleKey()
    toggle.pressed(PRESS)
    assert not toggle.released(key("r", Mask.RELEASE))
    assert toggle.pressed(PRESS)


def test_after_any_other_key_the_same_press_is_a_new_one() -> None:
    toggle = tapped()
    toggle.pressed(PRESS)
    toggle.without_alt(key("r"))
    assert toggle.pressed(PRESS)
    toggle.modifier_pressed()
    assert toggle.pressed(PRESS)


def test_two_toggle_keys_are_not_one_held() -> None:
    toggle = tapped()
    assert toggle.pressed(key("Alt_R"))
    assert toggle.pressed(PRESS)


def test_another_kind_of_program_starts_afresh_and_the_daemons_own_does_not() -> None:
    toggle = tapped("gtk3-im:letter")
    toggle.served("fake")
    toggle.served("gtk3-im:letter")
    assert [toggle.pressed(PRESS) for _ in range(2)] == [True, False]
    toggle.served("xim")
    assert [toggle.pressed(PRESS) for _ in range(2)] == [True, True]
