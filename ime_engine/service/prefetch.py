# SPDX-License-Identifier: Apache-2.0
"""Prepares what will be asked after the next key, and when the eojeol is finished.

    Predict("오늘 ", "날씨") answered, and nobody waits
        ├► Predict("오늘 ", "날씩")       sure enough of the next key: the list that it asks for
        ├► Predict("오늘 날씨가 ", "")     sure enough of the likeliest end: what comes after it
        └► Predict("오늘 날씨 ", "")       unsure: what comes after the eojeol as it is typed now

Whoever rests long enough for a completion has time to spare; at the next key, or at Space,
the list is then in the cache. Real questions come first: `Requests` stops this work at the
next level. Private questions, raw tokens and a daemon that may keep nothing prepare nothing.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ime_engine.config import DaemonConfig
from ime_engine.errors import SupersededError
from ime_engine.hangul.dubeolsik import typed_prefixes
from ime_engine.hangul.eojeol import is_eojeol, split_opening
from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.metrics import Metrics, of_prepared
from ime_engine.protocol import Candidate, Query
from ime_engine.service.models import EngineLike
from ime_engine.service.requests import Requests, Work
from ime_engine.stopping import Stop

__all__ = ["Prefetch", "follow_up", "keeps_answers", "next_keys"]

LIKELY_KEY: Final = 0.05
"""Probability of the listed eojeols that go on with a key, from which its list is prepared."""

MOST_KEYS: Final = 2
"""Keys after an answer for which a list is prepared."""

LIKELY: Final = 0.3
"""Probability of the likeliest end from which it is the one in every second case."""

UNLIKELY: Final = 0.2
"""Probability of the likeliest end below which what is typed may well be the whole eojeol."""

DEADLINE_MS: Final = 1000
"""Span after which a search in idle time gives up: an answer cut short is of no use later."""


def follow_up(query: Query, candidates: Sequence[Candidate]) -> Query | None:
    """What may well be asked at the end of the eojeol; None when it is not worth the battery.

    Args:
        query: What was asked of an eojeol in the making.
        candidates: What was answered.

    >>> follow_up(Query("오늘 ", "날씨"), [Candidate("날씨가", 0.4)]).before
    '오늘 날씨가 '
    >>> follow_up(Query("오늘 ", "날씨"), [Candidate("날씨가", 0.1)]).before
    '오늘 날씨 '
    """
    if not query.prefix or query.private or query.tokens:
        return None
    likeliest = candidates[0].probability if candidates else 0.0
    if likeliest >= LIKELY:
        eojeol = candidates[0].text
    elif likeliest < UNLIKELY and is_eojeol(split_opening(query.prefix)[1]):
        eojeol = query.prefix
    else:
        return None
    return replace(query, before=f"{query.before}{eojeol} ", prefix="")


def next_keys(query: Query, candidates: Sequence[Candidate]) -> list[Query]:
    """What is asked after the likeliest next keys, the likeliest first; `MOST_KEYS` at most.

    Args:
        query: What was asked of an eojeol, begun or not.
        candidates: What was answered.

    >>> candidates = [Candidate("날씨가", 0.4), Candidate("날은", 0.1), Candidate("날을", 0.01)]
    >>> [each.prefix for each in next_keys(Query("오늘 ", "날"), candidates)]
    ['날ㅆ', '날ㅇ']
    """
    if query.private or query.tokens:
        return []
    typed = len(strokes_of(query.prefix))
    sums: dict[str, float] = {}
    first: dict[str, str] = {}
    for each in candidates:
        key = strokes_of(each.text)[typed : typed + 1]
        sums[key] = sums.get(key, 0.0) + each.probability
        first.setdefault(key, each.text)
    likely = [key for key in sums if key and sums[key] >= LIKELY_KEY]
    likely.sort(key=sums.__getitem__, reverse=True)
    ahead = (_one_key_more(query, first[key]) for key in likely[:MOST_KEYS])
    return [each for each in ahead if each is not None]


def _one_key_more(query: Query, eojeol: str) -> Query | None:
    """The same question one key further on the way to an eojeol, as a dubeolsik keyboard goes."""
    shown = ["", *typed_prefixes(eojeol)]
    typed = len(strokes_of(query.prefix))
    match shown[typed : typed + 2]:
        case [now, following] if now == query.prefix:
            return replace(query, prefix=following)
    return None


def keeps_answers(config: DaemonConfig) -> bool:
    """Whether an answer that is prepared would be there when it is asked for."""
    return config.cache_entries > 0 and config.cache_ttl_s > 0


class Prefetch:
    """Fills idle time.

    Args:
        requests: Where spare work waits for idle time.
        config: Whether to.
        metrics: Where the work is counted, useful and wasted.
    """

    def __init__(self, requests: Requests, config: DaemonConfig, metrics: Metrics) -> None:
        self._requests = requests
        self._metrics = metrics
        self._enabled = config.prefetch and keeps_answers(config)

    def after(self, engine: EngineLike, query: Query, candidates: Sequence[Candidate]) -> None:
        """A question was answered: prepare what may follow, the nearest first."""
        if self._enabled and not query.private and not query.tokens:
            self._requests.spare(lambda: self._ahead(engine, query, candidates))

    def _ahead(
        self, engine: EngineLike, query: Query, candidates: Sequence[Candidate]
    ) -> Iterator[tuple[Work[list[Candidate]], Hashable]]:
        """List what may follow, as work and key."""
        for each in (*next_keys(query, candidates), follow_up(query, candidates)):
            if each is not None:
                yield self._work(engine, each), (engine.key(each), each.deadline_ms)

    def _work(self, engine: EngineLike, query: Query) -> Work[list[Candidate]]:
        patient = replace(query, deadline_ms=DEADLINE_MS)

        def work(stop: Stop) -> list[Candidate]:
            begun = time.monotonic()
            try:
                return engine.prepare(patient, stop)
            except SupersededError:
                self._metrics.count(of_prepared("prefetch_stopped", query))
                raise
            finally:
                self._metrics.spend("prefetch", time.monotonic() - begun)

        return work
