# SPDX-License-Identifier: Apache-2.0
"""What somebody who types a text makes an input method ask, and when: pure, in virtual time.

    keys       ㄴ ㅏ ㄹ ㅆ ㅣ ....... ␣ ....... ㅈ ㅗ
    questions              └120 ms┘   └ at once: the next eojeol, due 200 ms later
                           the rest of 날씨, due 80 ms later

The rules are those of the IBus engine (ibus_component/predictions.py): the next eojeol is asked
for at its Space, the rest of one after the hands have rested, from the second syllable on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ime_engine.hangul.dubeolsik import typed_prefixes
from ime_engine.hangul.jamo import is_hangul, is_syllable
from ime_engine.protocol import Query
from model_tools.evaluation.accuracy import stream

__all__ = ["DELAY_MS", "FASTEST_MS", "SLOWEST_MS", "Moment", "moments"]

FASTEST_MS: Final = 75
SLOWEST_MS: Final = 250
"""Span between two keys, drawn evenly between these."""

REST_MS: Final = 120
DELAY_MS: Final = 200
"""Span without a key before the rest of an eojeol is asked for, and before a list appears."""

LEAST_SYLLABLES: Final = 2
KEPT: Final = 400
"""Characters of the text before the caret that are sent."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A question."""

    at_ms: float
    """When it is put, since the first key."""

    query: Query

    patience_ms: float
    """Span in which the answer must come for its list to appear in time."""

    rested: bool
    """Whether no key comes before the list is due, so that it appears at all."""


@dataclass(frozen=True, slots=True)
class _Key:
    at_ms: float
    done: str
    """The text before the eojeol, or all of it after a Space."""

    prefix: str
    """What is typed of the eojeol; empty after its Space."""


def moments(sentences: Iterable[str], seed: int) -> Iterator[Moment]:
    """Type sentences one after another into one text.

    Args:
        sentences: Eojeols separated by single spaces.
        seed: Of the spans between keys.
    """
    for key, following in pairwise(_keys(sentences, seed)):
        rest_ms = following.at_ms - key.at_ms
        rested = rest_ms >= DELAY_MS
        before = key.done[-KEPT:]
        if not key.prefix:
            if _ends_eojeol(key.done):
                yield Moment(key.at_ms, Query(before), DELAY_MS, rested)
        elif rest_ms >= REST_MS and _may_be_completed(key.prefix):
            whole = (key.done + key.prefix)[-KEPT:]
            query = Query(whole[: len(whole) - len(key.prefix)], key.prefix)
            yield Moment(key.at_ms + REST_MS, query, DELAY_MS - REST_MS, rested)


def _keys(sentences: Iterable[str], seed: int) -> Iterator[_Key]:
    draw = stream(seed, "typist")
    at_ms, done = 0.0, ""
    for eojeol in (word for sentence in sentences for word in sentence.split()):
        for prefix in (*typed_prefixes(eojeol), ""):
            if not prefix:
                done += eojeol + " "
            yield _Key(at_ms, done, prefix)
            at_ms += draw.uniform(FASTEST_MS, SLOWEST_MS)


def _ends_eojeol(done: str) -> bool:
    return any(map(is_hangul, done.split()[-1]))


def _may_be_completed(prefix: str) -> bool:
    """Whether it is Hangul that is being composed, with whole syllables before its last."""
    if len(prefix) < LEAST_SYLLABLES or not is_hangul(prefix[-1]):
        return False
    return all(map(is_syllable, prefix[:-1]))
