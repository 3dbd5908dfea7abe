# SPDX-License-Identifier: Apache-2.0
"""Plays a portion of scripts both ways, and makes every difference as small as it gets.

peer    ours, predictor off  ·  ibus-hangul             through one ibus-daemon
lists   ours, lists shown    ·  ours, predictor off     A13: no list changes what is typed
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

from tests.differential.application import Played
from tests.differential.desk import OURS, THEIRS, Desk, at_desk
from tests.differential.scripts import Script, for_peer, script, with_rests, without_rests

__all__ = ["Difference", "Kind", "Outcome", "Portion", "play"]

Kind = Literal["peer", "lists"]
Player = Callable[[Sequence[Script]], list[Played]]

ENOUGH: Final = 3
"""Differences after which a portion is given up: more of them say nothing new."""


@dataclass(frozen=True)
class Portion:
    """Some scripts, by the seeds they are made from."""

    kind: Kind
    layout: str
    first: int
    count: int

    def scripts(self) -> list[Script]:
        """The scripts, the same ones each time."""
        numbers = range(self.first, self.first + self.count)
        seeds = [f"{self.kind}:{self.layout}:{number}" for number in numbers]
        steps = [script(seed) for seed in seeds]
        if self.kind == "peer":
            return steps
        return [with_rests(step, seed) for step, seed in zip(steps, seeds, strict=True)]


@dataclass(frozen=True)
class Difference:
    """One script, and two texts for it."""

    seed: int
    layout: str
    script: Script
    smallest: Script
    """What is left when no step can be taken out."""
    ours: Played
    theirs: Played


@dataclass
class Outcome:
    """What a portion came to."""

    portion: Portion
    scripts: int = 0
    keys: int = 0
    """Key events, releases counted, on both sides."""
    lists: int = 0
    """Lists that were on the screen meanwhile."""
    seconds: float = 0.0
    differences: list[Difference] = field(default_factory=list)


@dataclass
class Pair:
    """The two ways of playing."""

    desks: tuple[Desk, Desk]
    ours: Player
    theirs: Player

    def play(self, scripts: Sequence[Script]) -> list[tuple[Played, Played]]:
        return list(zip(self.ours(scripts), self.theirs(scripts), strict=True))

    def play_alone(self, steps: Script) -> tuple[Played, Played]:
        """Play one script on engines that have seen nothing before it."""
        for desk in self.desks:
            desk.start_anew()
        return self.ours([steps])[0], self.theirs([steps])[0]


def play(portion: Portion) -> Outcome:
    """Play a portion.

    Raises:
        HeadlessError: ibus-daemon or ibus-hangul is not installed.
    """
    outcome = Outcome(portion)
    scripts = portion.scripts()
    with _pair(portion) as pair:
        begun = time.monotonic()
        while outcome.scripts < len(scripts) and len(outcome.differences) < ENOUGH:
            rest = scripts[outcome.scripts :]
            results = pair.play(rest)
            unequal = [at for at, (ours, theirs) in enumerate(results) if ours != theirs]
            if not unequal:
                outcome.scripts = len(scripts)
                break
            # What came after it may only be its consequence: play that again.
            outcome.scripts += unequal[0] + 1
            seed = portion.first + outcome.scripts - 1
            outcome.differences.append(_shrunk(pair, portion, seed, rest[unequal[0]]))
        outcome.seconds = time.monotonic() - begun
        outcome.keys = sum(desk.events for desk in set(pair.desks))
        outcome.lists = pair.desks[0].lists
    return outcome


@contextmanager
def _pair(portion: Portion) -> Iterator[Pair]:
    with ExitStack() as stack:
        if portion.kind == "peer":
            desk = stack.enter_context(at_desk(portion.layout))
            yield Pair(
                (desk, desk),
                lambda scripts: desk.play(OURS, scripts),
                lambda scripts: desk.play(THEIRS, map(for_peer, scripts)),
            )
        else:
            on = stack.enter_context(at_desk(portion.layout, predict=True))
            off = stack.enter_context(at_desk(portion.layout))
            yield Pair(
                (on, off),
                lambda scripts: on.play(OURS, scripts),
                lambda scripts: off.play(OURS, map(without_rests, scripts)),
            )


def _shrunk(pair: Pair, portion: Portion, seed: int, steps: Script) -> Difference:
    """Take out what is not needed for a difference, in ever smaller pieces."""
    smallest = steps
    size = len(smallest) // 2
    while size:
        at = 0
        while at < len(smallest):
            shorter = smallest[:at] + smallest[at + size :]
            ours, theirs = pair.play_alone(shorter)
            if ours != theirs:
                smallest = shorter
            else:
                at += size
        size //= 2
    return Difference(seed, portion.layout, steps, smallest, *pair.play_alone(smallest))
