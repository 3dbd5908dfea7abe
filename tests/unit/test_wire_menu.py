# SPDX-License-Identifier: Apache-2.0
"""Our menu in the panel: every switch shows its state, and only what changed is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ibus_component.actions import Status
from ibus_component.panel import HANJA_LOCK, INCOGNITO, LEARN, MODE, PREDICT, SETUP
from ibus_component.wire.frames import decode
from ibus_component.wire.menu import changes, menu
from ibus_component.wire.objects import plain
from ibus_component.wire.packed import PackedSignal
from ibus_component.wire.screen import ENGINE

NAME, KIND, LABEL, STATE, SYMBOL = 2, 3, 4, 9, 11
NORMAL, TOGGLE = 0, 1
SIGNAL = PackedSignal("/engine", ENGINE, "UpdateProperty", "v")


def unpacked(body: bytes) -> list[Any]:
    """The struct in the only argument."""
    (value,) = decode(SIGNAL.pack(body, 1)).body
    struct: list[Any] = plain(value)
    return struct


def entries(status: Status) -> dict[str, list[Any]]:
    return {entry[NAME]: entry for entry in unpacked(menu(status))[2]}


@pytest.mark.parametrize("on", [False, True])
def test_the_menu_shows_the_state_of_each_switch(on: bool) -> None:
    """D4: the mode too, by the symbol in the panel."""
    switches = [PREDICT, LEARN, INCOGNITO, HANJA_LOCK]
    shown = entries(Status(on, on, on, on, on))

    assert list(shown) == [MODE, *switches, SETUP]
    assert [entry[KIND] for entry in shown.values()] == [NORMAL, *[TOGGLE] * 4, NORMAL]
    assert [shown[name][STATE] for name in switches] == [int(on)] * 4
    assert shown[MODE][SYMBOL][2] == ("한" if on else "A")
    assert all(entry[LABEL][2] for entry in shown.values())


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("hangul", MODE),
        ("predict", PREDICT),
        ("learn", LEARN),
        ("incognito", INCOGNITO),
        ("hanja_lock", HANJA_LOCK),
    ],
)
def test_only_what_changed_is_sent(field: str, name: str) -> None:
    was = Status()
    now = replace(was, **{field: not getattr(was, field)})

    (body,) = changes(was, now)

    assert unpacked(body) == entries(now)[name]
    assert changes(now, now) == ()


def test_all_is_sent_to_a_panel_of_which_nothing_is_known() -> None:
    assert [unpacked(body)[NAME] for body in changes(None, Status())] == list(entries(Status()))
