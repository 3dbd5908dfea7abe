# SPDX-License-Identifier: Apache-2.0
"""Plays tests/scenarios/*.txt: each scenario with every kind of client.

How a scenario is written is told in player.py.
"""

from __future__ import annotations

import pytest

from tests.unit.player import Player
from tests.unit.script import Scenario, scenarios
from tests.unit.text_field import CLIENTS, Client

ALL = list(scenarios())


@pytest.mark.parametrize("surrounding", [True, False], ids=["surrounding", "blind"])
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
@pytest.mark.parametrize("file", sorted({scenario.file for scenario in ALL}))
def test_scenarios(file: str, client: Client, surrounding: bool) -> None:
    """Every scenario of the file; all that go wrong are told at once."""
    wrong = []
    for scenario in ALL:
        if scenario.file == file and scenario.played_with(surrounding):
            wrong += play(scenario, client, surrounding)
    assert not wrong, "\n" + "\n".join(wrong)


def play(scenario: Scenario, client: Client, surrounding: bool) -> list[str]:
    player = Player(scenario, client, surrounding)
    for number, verb, value in scenario.steps:
        try:
            getattr(player, f"do_{verb}")(value)
        except AssertionError as error:
            reason = str(error).partition("\n")[0]
            return [f"{scenario.file}.txt:{number} ({scenario.title}): {verb} {value}: {reason}"]
    return []


def test_there_are_scenarios_for_every_promise() -> None:
    """No rename loses a file, and no file is empty."""
    assert len(ALL) >= 120
    assert all(len(scenario.steps) >= 2 for scenario in ALL)
