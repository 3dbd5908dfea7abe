# SPDX-License-Identifier: Apache-2.0
"""Ours and ibus-hangul, the same keys: the same text.

Both see every key through a real daemon; the client applies signals before the
answer, as a synchronous toolkit does, so the two ways of ordering text agree.
Left out: Tab and Escape (no text), keys of the list, and Hanja (not offered yet).
"""

from __future__ import annotations

import random

import pytest

from ibus_component.wire.typist import Typist
from tests.harness.ibus import at_desk

pytestmark = pytest.mark.ibus

SCRIPTS = 200
SHIFTED = "QWERTOPASDF"
SIGNS = "1234567890.,?!-;/"
WEIGHTS = {
    "letter": 72,
    "shifted": 5,
    "space": 8,
    "BackSpace": 7,
    "sign": 3,
    "Return": 1,
    "Left": 2,
    "Hangul": 1,
    "Shift": 1,
}


def script(chance: random.Random) -> list[str]:
    kinds = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=chance.randint(5, 30))
    return [key(kind, chance) for kind in kinds]


def key(kind: str, chance: random.Random) -> str:
    match kind:
        case "letter":
            return chance.choice("qwertyuiopasdfghjklzxcvbnm")
        case "shifted":
            return chance.choice(SHIFTED)
        case "sign":
            return chance.choice(SIGNS)
        case "space":
            return " "
    return kind


def play(typist: Typist, keys: list[str]) -> tuple[str, str]:
    """Text and preedit that keys give in an empty field."""
    typist.shown.text = ""
    typist.press(*keys, "Return")
    shown = typist.settle()
    return shown.text, shown.preedit


def test_random_scripts_commit_what_ibus_hangul_commits() -> None:
    chance = random.Random(20_240_509)
    with (
        at_desk("ieum", config="engine:\n  predict: false\n") as ours,
        at_desk("hangul") as theirs,
    ):
        theirs.typist.press("Hangul")  # it starts in Latin mode
        for _ in range(SCRIPTS):
            keys = script(chance)

            assert play(ours.typist, keys) == play(theirs.typist, keys), " ".join(keys)


def test_the_predictor_changes_no_text() -> None:
    """A13: on, with a list in between, or off: the same keys commit the same text."""
    chance = random.Random(20_240_510)
    with (
        at_desk(config="engine:\n  popup_delay_ms: 0\n") as on,
        at_desk(config="engine:\n  predict: false\n") as off,
    ):
        on.start_predictor()
        for _ in range(SCRIPTS // 4):
            keys = script(chance)

            assert play(on.typist, keys) == play(off.typist, keys), " ".join(keys)
