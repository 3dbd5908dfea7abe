# SPDX-License-Identifier: Apache-2.0
"""The differential run is only worth what its scripts and its comparison are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import cast

from ibus_component.wire.keyboard import RELEASE
from tests.differential import compare
from tests.differential.application import Played
from tests.differential.compare import Difference, Outcome, Pair, Portion
from tests.differential.desk import Desk
from tests.differential.keyboard import events, mark_of
from tests.differential.report import Journal, describe, table
from tests.differential.scripts import OTHERS, TOGGLES, Script, for_peer, script, with_rests

PORTION = Portion("peer", "2", 0, 400)
SHIFT = 1


def test_a_seed_is_a_script_and_all_kinds_of_steps_occur() -> None:
    scripts = PORTION.scripts()
    assert scripts == PORTION.scripts()
    steps = Counter(step for each in scripts for step in each)
    wanted = {*OTHERS, *TOGGLES, "space", "Return", "BackSpace", "Escape", "Tab", "Left"} - {"rest"}
    assert wanted <= steps.keys()
    assert any(step.endswith("~") and len(step) == 2 for step in steps)


def test_a_script_ends_in_the_mode_it_began_with() -> None:
    assert all(sum(step in TOGGLES for step in each) % 2 == 0 for each in PORTION.scripts())


def test_every_key_that_goes_down_goes_up_again() -> None:
    for each in PORTION.scripts():
        down: list[int] = []
        for event in events(each):
            if isinstance(event, str):
                continue
            _, keycode, state = event
            down.remove(keycode) if state & RELEASE else down.append(keycode)
        assert not down


def test_overlapping_keys_and_shift_are_those_of_a_hand() -> None:
    assert [event[1:] for event in events(("r~", "R"))] == [
        (19, 0),  # r down
        (42, 0),  # Shift down
        (19, SHIFT),  # R down, and only now
        (19, RELEASE),  # r up
        (19, SHIFT | RELEASE),
        (42, SHIFT | RELEASE),
    ]
    assert mark_of(0xFF08, 0) is None
    assert mark_of(ord("a"), 1 << 2) == "⌘a"


def test_ibus_hangul_is_spared_nothing_but_the_modifiers_that_end_its_syllables() -> None:
    steps = ("r", "Control_L", "Shift_L", "k", "Control+a", "Super_L", "Tab", "Escape", "click")
    assert for_peer(steps) == tuple(step for step in steps if step != "Control_L")
    rested = with_rests(("r", "k", "space", "Tab", "space"), "0")
    assert "Tab" not in rested
    assert rested.count("rest") >= 2


class IdleDesk:
    """Counts nothing: the pair plays."""

    events = lists = 0

    def start_anew(self) -> None:
        return


def test_differences_are_shrunk_to_what_makes_them(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A script after a difference is played again: the first may have spoilt it."""
    played: list[Script] = []

    def ours(scripts: Sequence[Script]) -> list[Played]:
        played.extend(scripts)
        return [("wrong" if "click" in each and "Hangul" in each else "", "") for each in scripts]

    desk = cast(Desk, IdleDesk())
    pair = Pair((desk, desk), ours, lambda scripts: [("", "")] * len(scripts))
    monkeypatch.setattr(compare, "_pair", lambda _: nullcontext(pair))

    outcome = compare.play(PORTION)

    assert len(outcome.differences) == compare.ENOUGH
    for difference in outcome.differences:
        assert sorted(difference.smallest) == ["Hangul", "click"]
        assert difference.script == script(f"peer:2:{difference.seed}")
        assert "wrong" in describe(difference)
    assert outcome.scripts == outcome.differences[-1].seed + 1


def test_an_interrupted_run_goes_on_from_its_journal(tmp_path: Path) -> None:
    difference = Difference(3, "2", ("r", "k"), ("r",), ("ㄱ", ""), ("", ""))
    outcome = Outcome(PORTION, 400, 31_000, 0, 9.5, [difference])
    journal = Journal(tmp_path / "journal")
    assert journal.read() == []
    journal.write(outcome)
    assert journal.read() == [outcome]
    assert "| 2 | 400 | 31,000 | 0 | 1 | 10 |" in table([outcome])
