# SPDX-License-Identifier: Apache-2.0
"""`simulate --names`: how surely a name is offered once it was typed twice.

    text, a name put into one sentence in so many, that sentence typed twice ─► history
    later sentences ─► the name's place there: what is offered, after how many keys

All questions come after all the text, so that what else was typed competes with the names.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from ime_engine.errors import ConfigError
from ime_engine.ranking.left_out import Allowed
from ime_engine.ranking.ranker import Ranker
from ime_engine.scored import Scored
from ime_engine.service.ngrams import open_allowed
from model_tools import machine
from model_tools.accuracy import rank_of, stream
from model_tools.dubeolsik import typed_prefixes
from model_tools.evaluation_run import Over
from model_tools.evaluation_set import Register
from model_tools.progress import over
from model_tools.report_file import write_json
from model_tools.simulate_facts import circumstances, sentences
from model_tools.simulate_names_report import (
    KINDS,
    Found,
    Tried,
    as_json,
    looked_at,
    table,
)
from model_tools.simulate_watch import Lists
from model_tools.simulated_lists import Place, open_everybody
from model_tools.simulated_names import Name, Slot, names, slots_in
from model_tools.simulated_text import Slice, eojeols_of, read_slice
from model_tools.simulated_user import User, new_user

__all__ = ["Story", "Telling", "ask", "run", "stories", "told", "tried"]

LATER: Final = 20
"""Sentences between the two uses of a name."""


@dataclass(frozen=True, slots=True)
class Story:
    """One name and where it stands."""

    name: Name
    home: Slot
    """Where it is used twice."""

    same: Slot
    """Elsewhere, with the same particle."""

    other: Slot
    """Elsewhere, with another particle."""


class Telling(NamedTuple):
    """A sentence that is typed."""

    sentence: str
    news: str = ""
    """A name that stands in it for the first time, so that no list can have held it."""


def run(args: argparse.Namespace) -> int:
    """Type, ask, print."""
    text = read_slice(Slice(args.text, args.first), args.sentences)
    rest = read_slice(Slice(args.text, args.first + args.sentences), args.sentences)
    load = machine.load_average()
    opened = open_everybody(args.model, args.ngram, args.personal)
    allowed = open_allowed()
    invented = names(args.names, _known(opened.ranker, allowed), stream(args.seed, "names"))
    planned = stories(invented, text, rest, stream(args.seed, text.name))
    with new_user(allowed, stream(args.seed, "coin")) as user:
        for number, telling in enumerate(over(told(text, planned), "sentences")):
            _type(user, number, telling)
        user.history.flush()
        lists = Lists(opened.engine, opened.ranker, opened.ranker.beside(user.history))
        found = list(ask(planned, lists, over))
        facts = circumstances(args, opened, user, load)
    sys.stdout.write(f"{table(found)}\n{sentences(facts)}")
    if args.json is not None:
        write_json(args.json, {"names": as_json(found), **facts})
    return 0


def stories(
    invented: Sequence[Name], text: Register, rest: Register, rng: np.random.Generator
) -> list[Story]:
    """Give each name three places, none of them to two names.

    Args:
        invented: The names.
        text: Sentences of which one is typed with the name.
        rest: Sentences that are never typed, where it is asked for.
        rng: Source of the draw.

    Raises:
        ConfigError: the text has too few sentences that a name fits into.
    """
    homes, later = (_shuffled(slots_in(one.sentences), rng) for one in (text, rest))
    planned = []
    for name in invented:
        home = _taken(homes, set(name.particles))
        same = _taken(later, {home.particle})
        other = _taken(later, set(name.particles) - {home.particle})
        planned.append(Story(name, home, same, other))
    return planned


def told(text: Register, planned: Sequence[Story]) -> list[Telling]:
    """The sentences in the order in which they are typed, those of names twice."""
    homes = {story.home.sentence: story for story in planned}
    due: dict[int, list[Telling]] = defaultdict(list)
    typed = []
    for at, sentence in enumerate(text.sentences):
        story = homes.pop(sentence, None)
        if story is None:
            typed.append(Telling(sentence))
        else:
            filled = story.home.filled(_form(story))
            typed.append(Telling(filled, story.name.text))
            due[at + LATER].append(Telling(filled))
        typed += due.pop(at, [])
    return [*typed, *(again for left in due.values() for again in left)]


def ask(planned: Sequence[Story], lists: Lists, over: Over[Story]) -> Iterator[Found]:
    """Ask for each name where it was used, then elsewhere with the same and another particle."""
    for story in over(planned, "names"):
        forms = (_form(story), _form(story), story.name.form(story.other.particle))
        slots = (story.home, story.same, story.other)
        for kind, slot, form in zip(KINDS, slots, forms, strict=True):
            place = Place(lists.engine, slot.before)
            off, on = (tried(place, form, each, kind) for each in (lists.off, lists.on))
            yield Found(kind, form, off, on)


def tried(place: Place, form: str, ranker: Ranker, kind: str) -> Tried:
    """Type a form until it is offered, or is not worth a look any more.

    Args:
        place: Where it is meant.
        form: The name with its particle.
        ranker: Makes the list.
        kind: One of `KINDS`, which says how long is looked.
    """
    prefixes = typed_prefixes(form)
    rank = rank_of(form, place.offered("", ranker))
    for needed, prefix in enumerate(["", *prefixes][: 1 + looked_at(kind, len(prefixes))]):
        if rank_of(form, place.offered(prefix, ranker)) is not None:
            return Tried(rank, needed, len(prefixes))
    return Tried(rank, None, len(prefixes))


def _form(story: Story) -> str:
    return story.name.form(story.home.particle)


def _type(user: User, number: int, telling: Telling) -> None:
    for eojeol in eojeols_of(Register("", (telling.sentence,))):
        new = bool(telling.news) and eojeol.text.startswith(telling.news)
        user.types(number, eojeol.position.before, eojeol.text, accepted=False if new else None)


def _known(ranker: Ranker, allowed: Allowed) -> Callable[[str], bool]:
    """Tell whether a form is no news, or may not be offered."""

    def known(form: str) -> bool:
        listed = ranker.evidence("", "", [Scored(form, 1.0)]).ngram
        return bool(listed[form]) or not allowed(form)

    return known


def _shuffled(slots: Iterable[Slot], rng: np.random.Generator) -> list[Slot]:
    """Slots of different sentences in an order drawn."""
    some = list({slot.sentence: slot for slot in slots}.values())
    return [some[at] for at in rng.permutation(len(some))]


def _taken(slots: list[Slot], particles: set[str]) -> Slot:
    """Take the last slot with one of these particles out of the list."""
    for at in range(len(slots) - 1, -1, -1):
        if slots[at].particle in particles:
            return slots.pop(at)
    raise ConfigError("The text has too few sentences that a name fits into; ask for fewer names.")
