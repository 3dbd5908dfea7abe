# SPDX-License-Identifier: Apache-2.0
"""What an engine shows, without a bus: the preedit, the list, the one auxiliary text."""

from __future__ import annotations

from typing import cast

import pytest
from dbus_next.aio.message_bus import MessageBus

from ibus_component.wire.objects import plain, text_of
from ibus_component.wire.screen import Outbox, Screen
from tests.unit.fake_bus import FakeBus

PATH = "/org/freedesktop/IBus/Engine/1"


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def screen(bus: FakeBus) -> Screen:
    return Screen(PATH, Outbox(cast(MessageBus, bus)))


def test_the_preedit_is_left_to_a_client_that_commits_it_itself(
    bus: FakeBus, screen: Screen
) -> None:
    """A1, A2: Qt would get the syllable once from itself and once from the daemon."""
    for client in ("gtk3-im:gedit", "QIBusInputContext", "xim"):
        screen.face(client)
        screen.preedit("가")
    screen.flush()

    told = [message.body for message in bus.messages()]
    assert [(text_of(text), *rest) for text, *rest in told] == [
        ("가", 1, True, 1),
        ("가", 1, True, 0),
        ("가", 1, True, 1),
    ]


def test_an_auxiliary_text_goes_with_its_list(bus: FakeBus, screen: Screen) -> None:
    screen.show_list(["세상"], None, "")
    screen.show_list(["세상"], 0, "Enter")
    screen.hide_list()
    screen.flush()

    assert [message.member for message in bus.messages()] == [
        *["UpdateLookupTable"] * 2,  # a new list is told twice, so that the panel moves it
        "UpdateLookupTable",
        "UpdateAuxiliaryText",
        "HideLookupTable",
        "HideAuxiliaryText",
    ]


def test_what_is_composed_beside_the_caret_shares_the_one_auxiliary_text(
    bus: FakeBus, screen: Screen
) -> None:
    """D5: neither the list's sentence nor the syllable takes the other one away."""
    screen.composing("안")
    screen.show_list(["안녕"], None, "Tab")
    screen.composing("안녕")
    screen.hide_list()
    screen.composing("")
    screen.composing("")
    screen.flush()

    told = [message for message in bus.messages() if "LookupTable" not in message.member]
    assert [plain(message.body[0])[2] for message in told[:-1]] == [
        *("안", "안 · Tab", "안녕 · Tab", "안녕")
    ]
    assert told[-1].member == "HideAuxiliaryText"
