# SPDX-License-Identifier: Apache-2.0
"""Which words get a place in the list while an eojeol is typed: those that save keys.

A likely word that the next key brings into the list anyway loses one key by waiting; a less
likely one that others would keep out until its end loses all that it could have saved. So the
likeliest are in the list in any case, and the other places go by

    P(w) · √delay(w)

where delay(w) is how many keys later w would be in the list if it were left out now, or all the
keys that it saves now if it never would. The root lies between taking the delay at its word,
which changes the list with each key, and leaving it out (docs/failures.md). Who accepts spends
two keys, so a word of which one key is missing saves nothing: it has a place where there is room.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.protocol import Candidate

__all__ = ["most_saving"]

LIKELIEST: Final = 3
"""Words that are in the list whatever they save, as long as it is something."""

ACCEPT_KEYS: Final = 2
"""Alt and a digit; the space comes with the word."""


def most_saving(ranked: Sequence[Candidate], typed: str, limit: int) -> list[Candidate]:
    """Choose the words that save most, in the order given.

    Args:
        ranked: Likeliest first, no text twice; each begins with the keys of `typed`.
        typed: What is typed of the eojeol; before the first key the likeliest are chosen.
        limit: Most words.
    """
    if not typed or len(ranked) <= limit:
        return list(ranked[:limit])
    delays = _delays([strokes_of(each.text) for each in ranked], len(strokes_of(typed)), limit)
    saving = [place for place, delay in enumerate(delays) if delay]
    sure, others = saving[:LIKELIEST], saving[LIKELIEST:]
    others.sort(key=lambda place: -ranked[place].probability * math.sqrt(delays[place]))
    nothing = [place for place, delay in enumerate(delays) if not delay]
    return [ranked[place] for place in sorted([*sure, *others, *nothing][:limit])]


def _delays(strokes: Sequence[str], typed: int, limit: int) -> list[int]:
    """Return how many keys each word costs when it is left out now; 0 where it saves none.

    Args:
        strokes: Keys of each word, likeliest word first.
        typed: How many of them are typed.
        limit: Most words of a list.
    """
    likelier: Counter[str] = Counter()
    delays = []
    for keys in strokes:
        begun = list(_beginnings(keys, typed))
        waiting = (n for n, keys_then in enumerate(begun, 1) if likelier[keys_then] < limit)
        delays.append(next(waiting, len(begun) + 1) if _saves(keys, typed) else 0)
        likelier.update(begun)
    return delays


def _beginnings(keys: str, typed: int) -> Iterator[str]:
    """What is typed of a word after each further key, as long as accepting it would save one."""
    return (keys[:n] for n in range(typed + 1, len(keys) + 1) if _saves(keys, n))


def _saves(keys: str, typed: int) -> bool:
    """Whether accepting a word now takes fewer keys than its rest and the space."""
    return len(keys) - typed + 1 > ACCEPT_KEYS
