# SPDX-License-Identifier: Apache-2.0
"""What the scenarios of d_hanja.txt cannot say: mistaken clients, and text that changes."""

from __future__ import annotations

import pytest

from ibus_component.actions import Commit, DeleteBefore, HideList, Preedit, ShowList
from ibus_component.settings import Settings
from tests.unit.keyboard import key
from tests.unit.text_field import CLIENTS, Client
from tests.unit.typist import Desk


def told_selection(desk: Desk) -> None:
    desk.field.text, desk.field.caret, desk.field.anchor = "국어 역사책", 3, 5
    desk.press("Hangul_Hanja")


class TestMistakenClients:
    @pytest.mark.parametrize("client", ["gtk4-im:gedit", ""])
    def test_a_selection_that_may_be_another_one_is_not_converted(self, client: str) -> None:
        """GTK 4.8 told the end of 역사 as its caret, and two other characters were lost."""
        desk = Desk()
        desk.session.focus_in(client)

        told_selection(desk)

        assert desk.list is None

    def test_a_selection_of_any_other_client_is(self) -> None:
        desk = Desk()

        told_selection(desk)

        assert desk.list is not None
        assert "歷史" in desk.list.rows

    def test_a_client_that_counts_the_preedit_into_its_text(self) -> None:
        """각각 is a word, 각 alone is what was typed."""
        desk = Desk(surrounding=False)
        desk.surrounding = True
        desk.enter("main")
        for letter, preedit in (("r", "ㄱ"), ("k", "가"), ("r", "각")):
            desk.session.press(key(letter))
            desk.session.set_surrounding(preedit, len(preedit), len(preedit))

        shown = desk.session.press(key("F9")).actions[0]

        assert isinstance(shown, ShowList)
        assert "各" in shown.rows
        assert all(len(row) == 1 for row in shown.rows)

    def test_a_client_that_tells_late_is_offered_the_syllable_alone(self) -> None:
        desk = Desk()
        for letter in "eogksalsrnr":
            desk.session.press(key(letter))

        shown = desk.session.press(key("F9")).actions[0]

        assert isinstance(shown, ShowList)
        assert shown.rows[0] == "國"

    def test_text_that_changes_while_the_list_is_open_is_left_alone(self) -> None:
        desk = Desk()
        desk.type("eogksalsrnr")
        desk.press("F9")
        desk.session.set_surrounding("대한 민", 4, 4)

        assert desk.session.press(key("1")).actions == (HideList(),)
        assert desk.field.preedit == "국"


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_preedit_then_deletion_then_commit(client: Client) -> None:
    desk = Desk(client)
    desk.type("eogksalsrnr")
    desk.press("F9")

    reaction = desk.session.press(key("1"))

    assert reaction.handled
    assert reaction.actions == (HideList(), Preedit(""), DeleteBefore(3), Commit("大韓民國"))


def test_the_lock_can_be_changed_while_typing() -> None:
    desk = Desk()
    desk.type("gk")
    before = desk.list

    desk.perform(desk.session.configure(Settings(hanja_lock=True)))
    desk.type("s")

    assert (before, desk.list is not None) == (None, True)
    assert desk.session.status.hanja_lock
    assert desk.field.preedit == "한", "a switch changes no text"


def test_the_menu_keeps_the_lock() -> None:
    desk = Desk()

    desk.perform(desk.session.property_activated("HanjaLock", 1))

    assert desk.kept == {"hanja_lock": True}
    assert desk.properties is not None
    assert desk.properties.status.hanja_lock
