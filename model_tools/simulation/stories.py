# SPDX-License-Identifier: Apache-2.0
"""Where each invented name stands: in a sentence that is typed twice, and in two that never are.

The sentences are those of the text, with a name in the place of one of their nouns.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from ime_engine.errors import ConfigError
from ime_engine.ngram.context import context_of, read_token
from model_tools.evaluation.registers import Register
from model_tools.simulation.invented_names import Name, Slot, slots_in
from model_tools.simulation.text import eojeols_of

__all__ = ["Story", "Telling", "crowded", "stories", "told"]

LATER: Final = 20
"""Sentences between the two uses of a name."""

USES: Final = 2
"""Of a name."""

PLACES: Final = 3
"""Of the list of the next eojeol that count."""


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

    @property
    def form(self) -> str:
        """The name as it is used."""
        return self.name.form(self.home.particle)


class Telling(NamedTuple):
    """A sentence that is typed."""

    sentence: str
    news: str = ""
    """A name that stands in it for the first time, so that no list can have held it."""


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
            filled = story.home.filled(story.form)
            typed.append(Telling(filled, story.name.text))
            due[at + LATER].append(Telling(filled))
        typed += due.pop(at, [])
    return [*typed, *(again for left in due.values() for again in left)]


def crowded(tellings: Iterable[Telling], planned: Sequence[Story]) -> set[str]:
    """Return the names whose home has no room for them among the first three words.

    There is none where no word stands before the name, so that it has no context, or where three
    other words or more were used after the same words at least as often.
    """
    used: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for telling in tellings:
        for eojeol in eojeols_of(Register("", (telling.sentence,))):
            word = read_token(eojeol.text).word
            if word is not None:
                context = context_of(eojeol.position.before)
                for known in {context, context[-1:]}:
                    used[known][word] += 1
    return {story.name.text for story in planned if _is_crowded(story, used)}


def _is_crowded(story: Story, used: dict[tuple[str, ...], Counter[str]]) -> bool:
    context = context_of(story.home.before)
    rivals = [word for word, uses in used[context].items() if uses >= USES and word != story.form]
    return not context or len(rivals) >= PLACES


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
