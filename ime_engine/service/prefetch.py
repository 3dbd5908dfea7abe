# SPDX-License-Identifier: Apache-2.0
"""Prepares what will be asked when the eojeol that is being typed is finished.

    Predict("오늘 ", "날씨") answered, and nobody waits
        ├► Predict("오늘 날씨가 ", "")     sure enough of the likeliest end: what comes after it
        └► Predict("오늘 날씨 ", "")       unsure: what comes after the eojeol as it is typed now

Whoever rests long enough for a completion has time to spare; at Space the list is then in
the cache. Real questions come first: `Requests` stops this work at the next level. Private
questions, raw tokens and a daemon that may keep nothing prepare nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ime_engine.config import DaemonConfig
from ime_engine.errors import SupersededError
from ime_engine.hangul.eojeol import is_eojeol, split_opening
from ime_engine.metrics import Metrics
from ime_engine.protocol import Candidate, Query
from ime_engine.service.models import EngineLike
from ime_engine.service.requests import Requests, Work
from ime_engine.stopping import Stop

__all__ = ["Prefetch", "follow_up", "keeps_answers"]

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
        """A question was answered: prepare what may follow."""
        ahead = follow_up(query, candidates) if self._enabled else None
        if ahead is not None:
            self._requests.spare(self._work(engine, ahead), (engine.key(ahead), ahead.deadline_ms))

    def _work(self, engine: EngineLike, query: Query) -> Work[list[Candidate]]:
        patient = replace(query, deadline_ms=DEADLINE_MS)

        def work(stop: Stop) -> list[Candidate]:
            begun = time.monotonic()
            try:
                return engine.prepare(patient, stop)
            except SupersededError:
                self._metrics.count("prefetch_stopped")
                raise
            finally:
                self._metrics.spend("prefetch", time.monotonic() - begun)

        return work
