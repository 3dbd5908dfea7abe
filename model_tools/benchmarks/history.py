# SPDX-License-Identifier: Apache-2.0
"""What the user's history costs: a lesson in the daemon, and each list beside 100,000 entries.

The same questions are asked with `Learning` off, and beside a history as large as it may be by
default. Their answers come from the cache, so that the difference is the history's. The daemon's
own figures are those of its event loop and of its look-ups. Messages are typed twice: read alone,
and each after those before it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product
from typing import Final

from ime_engine.history.history import History, Row
from ime_engine.protocol import Query
from ime_engine.service.client import PredictorClient
from model_tools.benchmarks.latency import summarise
from model_tools.benchmarks.predict import ready_client
from model_tools.benchmarks.private_daemon import PrivateDaemon
from model_tools.benchmarks.report import Row as Figure
from model_tools.benchmarks.report import latency_rows

__all__ = ["measure_history", "synthetic_rows"]

ENTRIES: Final = 100_000
LESSONS: Final = 1000
KEY_PAUSE_S: Final = 0.02
"""Between two lessons, faster than anybody finishes eojeols; the writer works meanwhile."""

FOLLOWERS: Final = 50
"""Different eojeols after each context."""

PREFIXES: Final = ("", "ㄱ", "사")
INITIALS: Final = "가나다라마바사아자차카타파하"
FINALS: Final = "거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호구누두루무부수우주추쿠"


async def measure_history(
    address: str, daemon: PrivateDaemon, contexts: Sequence[str], say: Callable[[str], None]
) -> list[Figure]:
    """Teach a daemon, and ask it with and without what it was taught.

    Args:
        address: Of the bus the daemon is to appear on.
        daemon: Just started.
        contexts: No two of which begin alike.
        say: Told what is being measured.

    Raises:
        ServiceError: the daemon ended, or did not become ready.
        HistoryError: its history cannot be written to.
    """
    questions = [Query(before, prefix) for before, prefix in product(contexts, PREFIXES)]
    async with ready_client(address, daemon, say) as (client, _):
        say("messages")
        whole = [text for text, longer in pairwise((*contexts, "")) if not longer.startswith(text)]
        alone = await _messages(client, whole, field="")
        after = await _messages(client, whole, field="chat")
        for query in questions:
            await client.predict(query)
        say("lessons")
        lessons = [await _lesson(client, before) for before in contexts for _ in range(2)]
        lessons += [await _lesson(client, contexts[at % len(contexts)]) for at in range(LESSONS)]
        await client.set_learning(False)
        without = await _asked(client, questions)
        await client.set_learning(True)
        say(f"writing {ENTRIES:,} entries")
        _fill(daemon, contexts)
        say("with a full history")
        beside = await _asked(client, questions)
        told = await client.statistics()
    return [
        *latency_rows("list in a message", summarise(alone), "read alone"),
        *latency_rows("list in a message", summarise(after), "read after those before it"),
        *latency_rows("Learn, as a client waits", summarise(lessons), "one every 20 ms"),
        Figure("Learn in the daemon p95", told["learn_p95_ms"], "ms", "of its event loop"),
        *latency_rows("cached, learning off", summarise(without), f"{len(PREFIXES)} prefixes"),
        *latency_rows("cached, full history", summarise(beside), f"{ENTRIES:,} entries"),
        Figure("recall in the daemon p50", told["recall_p50_ms"], "ms", "added to each answer"),
        Figure("recall in the daemon p95", told["recall_p95_ms"], "ms"),
        Figure("recall in the daemon p99", told["recall_p99_ms"], "ms"),
    ]


def synthetic_rows(count: int, contexts: Sequence[str], now_s: float) -> Iterator[Row]:
    """Make `count` words, and as many pairs and triples, some after the words of real contexts.

    Args:
        count: Of each kind.
        contexts: Texts whose last words the pairs and triples follow.
        now_s: When all of it was used last, in seconds since 1970.
    """
    made = ("".join(each) for each in product(INITIALS, FINALS, FINALS, ("이", "는", "를", "도")))
    words = [word for word, _ in zip(made, range(count), strict=False)]
    before = [tuple(context.split()[-2:]) for context in contexts]
    known = list(dict.fromkeys(word for pair in before for word in pair))
    before += list(pairwise(words[: count // FOLLOWERS]))
    for at, word in enumerate((*known, *words)):
        yield Row(word, (), 1.0 + at % 7, 1 + at % 7, 0, now_s)
    for at, word in enumerate(words):
        pair = before[at % len(before)]
        yield Row(word, pair[-1:], 1.0, 1, 0, now_s)
        yield Row(word, pair, 1.0, 1, 0, now_s)


def _fill(daemon: PrivateDaemon, contexts: Sequence[str]) -> None:
    history = History.open(daemon.log.parent / "state" / "ieum")
    try:
        history.merge(synthetic_rows(ENTRIES, contexts, time.time()))
    finally:
        history.close()


async def _lesson(client: PredictorClient, before: str) -> float:
    """Teach the last word of a text; return milliseconds until the daemon has it."""
    *rest, word = before.split()
    begun = time.perf_counter_ns()
    await client.learn(" ".join(rest) + " ", word)
    waited = (time.perf_counter_ns() - begun) / 1e6
    await asyncio.sleep(KEY_PAUSE_S)
    return waited


async def _messages(client: PredictorClient, messages: Sequence[str], field: str) -> list[float]:
    """Type messages into a field, empty after each; return milliseconds to the list after each."""
    waits = []
    for message in messages:
        before = ""
        for eojeol in message.split():
            await client.learn(before, eojeol, field=field)
            before += f"{eojeol} "
            begun = time.perf_counter_ns()
            await client.predict(Query(before, field=field))
            waits.append((time.perf_counter_ns() - begun) / 1e6)
    return waits


async def _asked(client: PredictorClient, questions: Sequence[Query]) -> list[float]:
    """Ask once to have the answers in the cache, once for the time; return milliseconds."""
    waits = []
    for query in questions:
        await client.predict(query)
        begun = time.perf_counter_ns()
        await client.predict(query)
        waits.append((time.perf_counter_ns() - begun) / 1e6)
    return waits
