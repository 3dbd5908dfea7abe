# SPDX-License-Identifier: Apache-2.0
"""Types a text, and looks at some of its eojeols: without the history, and with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ime_engine.hangul.dubeolsik import typed_prefixes
from ime_engine.ranking.ranker import Ranker
from model_tools.evaluation.accuracy import Position, rank_of, stream
from model_tools.evaluation.keystrokes_saved import Cost, type_eojeol
from model_tools.evaluation.registers import Register
from model_tools.evaluation.run import Over
from model_tools.simulation.lists import Knowing, Place
from model_tools.simulation.text import Eojeol, eojeols_of, joined, spread
from model_tools.simulation.user import FIELD, User

__all__ = ["Lists", "Tried", "Watched", "watch"]


@dataclass(frozen=True, slots=True)
class Tried:
    """What one list was worth at one position."""

    rank: int | None
    """Place of the target before the first key, from 1; None when it was not there."""

    cost: Cost
    """What the ideal typist spent."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One position, typed twice."""

    position: Position
    off: Tried
    """Without the history."""

    on: Tried
    """With it."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Who answers."""

    engine: Knowing
    off: Ranker
    on: Ranker


def watch(
    user: User,
    lists: Lists,
    text: Register,
    count: int,
    seed: int,
    over: Over[Eojeol],
    *,
    together: bool = False,
) -> Iterator[Watched]:
    """Type a text; try both lists at drawn positions, right before they are typed.

    Args:
        user: Has taught nothing yet.
        lists: Both lists; the one with a history asks that of the user.
        text: In its order.
        count: Positions that are drawn; 0 is all.
        seed: Of the draw.
        over: Goes through the eojeols and shows how far it is.
        together: Whether the sentences stand in one text, and not each in an empty field.
    """
    eojeols = list(joined(eojeols_of(text)) if together else eojeols_of(text))
    places = [at for at, eojeol in enumerate(eojeols) if eojeol.follows]
    rng = stream(seed, text.name)
    drawn = {places[at] for at in spread(len(places), count, rng)}
    for at, eojeol in enumerate(over(eojeols, "eojeols")):
        accepted = None
        if at in drawn:
            user.history.flush()
            watched = _tried(eojeol.position, lists)
            accepted = watched.on.cost.spent < watched.on.cost.full
            yield watched
        position = eojeol.position
        user.types(position.sentence, position.before, eojeol.text, accepted=accepted)


def _tried(position: Position, lists: Lists) -> Watched:
    """Try both lists; where both rest on the same text, what anybody may say is asked once."""
    off = on = Place(lists.engine, position.before)
    tried = _with(lists.off, position, off)
    foregoing = lists.on.foregoing(position.before, FIELD)
    if foregoing:
        on = Place(lists.engine, position.before, foregoing)
    return Watched(position, tried, _with(lists.on, position, on))


def _with(ranker: Ranker, position: Position, place: Place) -> Tried:
    shown: dict[str, tuple[str, ...]] = {}

    def offer(prefix: str) -> tuple[str, ...]:
        if prefix not in shown:
            shown[prefix] = place.offered(prefix, ranker)
        return shown[prefix]

    rank = rank_of(position.target, offer(""))
    prefixes = typed_prefixes(position.target)
    return Tried(rank, type_eojeol(position.target, prefixes, offer))
