# SPDX-License-Identifier: Apache-2.0
"""What is decided by the kind of client: order, preedit, key positions, place of the list."""

from __future__ import annotations

import pytest

from ibus_component.actions import Commit, ForwardKey, Preedit, Reaction
from ibus_component.field import Field, is_synchronous
from ibus_component.keys import Mask, Sym
from ibus_component.session import Session
from ibus_component.settings import Settings
from ibus_component.toolkits import commits_preedit, counts_as_x, key_position
from tests.unit.keyboard import key
from tests.unit.sessions import typed
from tests.unit.text_field import SURROUNDING_BIT, SYNC_BIT

QT = "QIBusInputContext"
GTK = "gtk3-im:gedit"


@pytest.mark.parametrize(
    ("version", "bit", "synchronous"),
    [
        ((1, 5, 26), False, True),
        ((1, 5, 27), False, True),
        ((1, 5, 27), True, False),
        ((1, 5, 28), False, False),
        ((1, 5, 28), True, True),
        ((1, 5, 29), False, False),
        ((1, 5, 29), True, False),
        ((1, 5, 32), True, False),
        ((1, 6, 0), True, False),
        ((2, 0, 0), False, False),
    ],
)
@pytest.mark.parametrize("others", [0, SURROUNDING_BIT, 0x29, 0xFFFF & ~SYNC_BIT])
def test_the_bit_means_the_opposite_in_1_5_28_and_nothing_from_1_5_29(
    version: tuple[int, int, int], bit: bool, synchronous: bool, others: int
) -> None:
    assert is_synchronous(version, others | (SYNC_BIT if bit else 0)) is synchronous


@pytest.mark.parametrize(
    ("version", "capabilities", "forwards"),
    [
        ((1, 5, 27), 0, True),
        ((1, 5, 27), SYNC_BIT, False),
        ((1, 5, 28), 0, False),
        ((1, 5, 28), SYNC_BIT, True),
        ((1, 5, 29), 0, False),
        ((1, 5, 29), SYNC_BIT, False),
    ],
)
def test_enter_behind_a_syllable_is_forwarded_to_synchronous_clients_only(
    version: tuple[int, int, int], capabilities: int, forwards: bool
) -> None:
    """A3, A4: the syllable is committed first whatever the client."""
    session = Session(Settings(), version)
    session.focus_in(GTK)
    session.set_capabilities(capabilities)
    typed(session, "rk")

    committed = (Preedit(""), Commit("가"))
    enter = ForwardKey(Sym.RETURN, 28, 0)
    expected = Reaction(True, (*committed, enter)) if forwards else Reaction(False, committed)
    assert session.press(key("Return")) == expected


@pytest.mark.parametrize("version", [(1, 5, 27), (1, 5, 28), (1, 5, 29)])
@pytest.mark.parametrize("chord", ["Return", "Home"])
@pytest.mark.parametrize("state", [0, Mask.CONTROL])
def test_nothing_is_ever_forwarded_to_qt(
    version: tuple[int, int, int], chord: str, state: int
) -> None:
    """Its plugin crashes the application at a forwarded key with Control."""
    session = Session(Settings(), version)
    session.focus_in(QT)
    session.set_capabilities(0x29)
    typed(session, "rk")

    reaction = session.press(key(chord, state))

    assert reaction == Reaction(False, (Preedit(""), Commit("가")))


def test_the_next_client_is_met_anew() -> None:
    field = Field((1, 5, 27))
    field.meet(QT)
    assert not field.is_synchronous
    field.meet("xim")
    assert field.is_synchronous


@pytest.mark.parametrize(
    ("client", "itself"), [(QT, True), (GTK, False), ("xim", False), ("", False)]
)
def test_who_commits_the_preedit_itself(client: str, itself: bool) -> None:
    assert commits_preedit(client) is itself


def test_a_caret_that_nobody_tells_hides_the_list_but_on_wayland() -> None:
    """B6: there the panel knows, for the client tells it past the engine."""
    field = Field((1, 5, 27))
    known = [field.caret_known]
    for place in ((5, 5, 1, 20), (0, 0, 0, 0)):
        field.set_caret(*place)
        known.append(field.caret_known)
    assert known == [False, True, False]
    assert Field((1, 5, 27), wayland=True).caret_known


@pytest.mark.parametrize(
    ("symbol", "keycode", "position"),
    [
        ("r", 27, 19),  # as X counts
        ("R", 27, 19),
        ("space", 65, 57),
        ("Return", 36, 28),
        ("1", 10, 2),
        ("exclam", 10, 2),
        ("r", 19, 19),  # as the kernel counts
        ("space", 57, 57),
        ("Tab", 15, 15),
        ("a", 0, 0),  # an on-screen keyboard
        ("a", 3, 3),
    ],
)
def test_keys_counted_as_x_does(symbol: str, keycode: int, position: int) -> None:
    names = {"space": 0x20, "Return": Sym.RETURN, "exclam": ord("!"), "Tab": Sym.TAB}
    assert key_position(names.get(symbol) or ord(symbol), keycode) == position


def test_only_ibus_wayland_counts_as_x_does() -> None:
    assert counts_as_x("wayland")
    assert not any(map(counts_as_x, (QT, GTK, "xim", "", "gnome-shell")))
