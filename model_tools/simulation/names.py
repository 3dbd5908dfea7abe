# SPDX-License-Identifier: Apache-2.0
"""`simulate --names`: how surely a name is offered once it was typed twice.

    text, a name put into one sentence in so many, that sentence typed twice ─► history
    later sentences ─► the name's place there: what is offered, after how many keys

All questions come after all the text, so that what else was typed competes with the names.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Collection, Iterator, Sequence

from ime_engine.hangul.dubeolsik import typed_prefixes
from ime_engine.ranking.left_out import Allowed
from ime_engine.ranking.ranker import Ranker
from ime_engine.scored import Scored
from ime_engine.service.ngrams import open_allowed
from model_tools import machine
from model_tools.evaluation.accuracy import rank_of, stream
from model_tools.evaluation.registers import Register
from model_tools.evaluation.run import Over
from model_tools.progress import over
from model_tools.report_file import write_json
from model_tools.simulation.facts import circumstances, sentences
from model_tools.simulation.invented_names import names
from model_tools.simulation.lists import Place, open_everybody
from model_tools.simulation.names_report import KINDS, Found, Tried, as_json, looked_at, table
from model_tools.simulation.stories import Story, Telling, crowded, stories, told
from model_tools.simulation.text import Slice, eojeols_of, read_slice
from model_tools.simulation.user import FIELD, Remembered, User, new_user
from model_tools.simulation.watch import Lists

__all__ = ["ask", "run", "tried"]


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
        tellings = told(text, planned)
        for number, telling in enumerate(over(tellings, "sentences")):
            _type(user, number, telling)
        user.history.flush()
        remembered = Remembered(user.history, user.foregoing)
        lists = Lists(opened.engine, opened.ranker, opened.ranker.beside(remembered))
        found = list(ask(planned, crowded(tellings, planned), lists, over))
        facts = circumstances(args, opened, user, load)
    sys.stdout.write(f"{table(found)}\n{sentences(facts)}")
    if args.json is not None:
        write_json(args.json, {"names": as_json(found), **facts})
    return 0


def ask(
    planned: Sequence[Story], no_room: Collection[str], lists: Lists, over: Over[Story]
) -> Iterator[Found]:
    """Ask for each name where it was used, then elsewhere with the same and another particle.

    Args:
        planned: The names and their places.
        no_room: Names whose home is crowded.
        lists: Without the history, and with it.
        over: Goes through the names and shows how far it is.
    """
    for story in over(planned, "names"):
        forms = (story.form, story.form, story.name.form(story.other.particle))
        slots = (story.home, story.same, story.other)
        for kind, slot, form in zip(KINDS, slots, forms, strict=True):
            off = tried(Place(lists.engine, slot.before), form, lists.off, kind)
            place = Place(lists.engine, slot.before, lists.on.foregoing(slot.before, FIELD))
            on = tried(place, form, lists.on, kind)
            yield Found(kind, form, off, on, crowded=story.name.text in no_room)


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
