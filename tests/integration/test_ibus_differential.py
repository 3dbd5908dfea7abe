# SPDX-License-Identifier: Apache-2.0
"""Ours and ibus-hangul, the same keys: the same text; with lists and without: the same too.

A sample of what `python -m tests.differential` plays by the thousand (docs/differential.md).
"""

from __future__ import annotations

import os

import pytest

from tests.differential.compare import Kind, Outcome, Portion
from tests.differential.jobs import in_parallel
from tests.differential.report import describe
from tests.differential.scripts import LAYOUTS

# The first test waits for all of them: they are played side by side.
pytestmark = [pytest.mark.ibus, pytest.mark.timeout(300)]

SAMPLES: tuple[tuple[Kind, int], ...] = (("peer", 100), ("lists", 40))


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[Kind, str], Outcome]:
    wanted = [Portion(kind, layout, 0, count) for kind, count in SAMPLES for layout in LAYOUTS]
    played = in_parallel(wanted, jobs=os.cpu_count() or 1)
    return {(outcome.portion.kind, outcome.portion.layout): outcome for outcome in played}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_ours_commits_what_ibus_hangul_commits(
    outcomes: dict[tuple[Kind, str], Outcome], layout: str
) -> None:
    """D8, A3, A7, A11, A12, A15: each layout; focus changes, clicks and toggles included."""
    outcome = outcomes["peer", layout]

    assert not outcome.differences, "\n" + "\n".join(map(describe, outcome.differences))
    assert outcome.scripts == outcome.portion.count


@pytest.mark.parametrize("layout", LAYOUTS)
def test_lists_change_nothing_of_what_is_typed(
    outcomes: dict[tuple[Kind, str], Outcome], layout: str
) -> None:
    """A13: with a list wherever one may come, or with the predictor off."""
    outcome = outcomes["lists", layout]

    assert not outcome.differences, "\n" + "\n".join(map(describe, outcome.differences))
    assert outcome.scripts == outcome.portion.count
    assert outcome.lists >= outcome.scripts // 8, "without lists this proves nothing"
