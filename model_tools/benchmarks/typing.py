# SPDX-License-Identifier: Apache-2.0
"""Whether the lists are there in time while somebody types, and what was prepared in vain.

A typist (`typist`) is replayed in real time against a daemon; each question goes
out at its moment, whatever became of the one before. A list is in time when its answer comes
before it is due: 200 ms after a Space, 80 ms after the question for the rest of an eojeol.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any, Final

from ime_engine.errors import NotReadyError, SupersededError
from ime_engine.service.client import PredictorClient
from model_tools.benchmarks.latency import summarise
from model_tools.benchmarks.predict import WARM_UP, ready_client
from model_tools.benchmarks.private_daemon import PrivateDaemon
from model_tools.benchmarks.report import Row, latency_rows
from model_tools.benchmarks.typist import FASTEST_MS, SLOWEST_MS, Moment, moments
from model_tools.evaluation.accuracy import stream
from model_tools.evaluation.registers import Register

__all__ = ["Heard", "measure_typing", "text_to_type", "typing_rows", "up_to"]

SENTENCES: Final = 4
"""Sentences of one register that are typed in a row, so that the text before grows long."""

PREPARED: Final = ("prefetched", "prefetch_stopped", "prefetch_hits")
"""Counters of what the daemon prepares, for the next Space; those for the next key end in _keys."""

PACE: Final = f"{FASTEST_MS}–{SLOWEST_MS} ms a key"


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a question."""

    moment: Moment
    waited_ms: float | None
    """None when a newer question took its place, or nobody answered."""

    @property
    def in_time(self) -> bool:
        """Whether the list could appear when it was due."""
        return self.waited_ms is not None and self.waited_ms <= self.moment.patience_ms


def text_to_type(registers: Sequence[Register], seed: int) -> list[str]:
    """Sentences in the order in which they are typed: a few of one register, then of another."""
    draw = stream(seed, "text to type")
    text: list[str] = []
    for at in draw.permutation(len(registers)).tolist():
        sentences = registers[at].sentences
        start = int(draw.integers(max(len(sentences) - SENTENCES + 1, 1)))
        text += sentences[start : start + SENTENCES]
    return text


def up_to(asked: Iterable[Moment], lists: int) -> Iterator[Moment]:
    """Questions up to and with the n-th for a next eojeol."""
    for moment in asked:
        yield moment
        lists -= not moment.query.prefix
        if lists <= 0:
            return


async def measure_typing(
    address: str,
    daemon: PrivateDaemon,
    text: Sequence[str],
    lists: int,
    seed: int,
    say: Callable[[str], None],
) -> list[Row]:
    """Type until so many lists were due after a Space.

    Args:
        address: Of the bus the daemon is to appear on.
        daemon: Just started.
        text: Sentences; typed again from the start when they do not suffice.
        lists: How many.
        seed: Of the typist's pace.
        say: Told what is being measured.

    Raises:
        ServiceError: the daemon ended, or did not become ready.
    """
    asked = list(up_to(moments(cycle(text), seed), lists))
    async with ready_client(address, daemon, say) as (client, _):
        for moment in asked[:WARM_UP]:
            await client.predict(replace(moment.query, before="", private=True))
        say(f"typing for {asked[-1].at_ms / 1000:.0f} s")
        before = await client.statistics()
        heard = await _play(client, asked)
        return typing_rows(heard, _grown(before, await client.statistics()))


async def _play(client: PredictorClient, asked: Sequence[Moment]) -> list[Heard]:
    begun = time.monotonic()
    tasks = []
    for moment in asked:
        await asyncio.sleep(begun + moment.at_ms / 1000 - time.monotonic())
        tasks.append(asyncio.create_task(_ask(client, moment)))
    return list(await asyncio.gather(*tasks))


async def _ask(client: PredictorClient, moment: Moment) -> Heard:
    begun = time.perf_counter()
    try:
        await client.predict(moment.query)
    except (SupersededError, NotReadyError):
        return Heard(moment, None)
    return Heard(moment, (time.perf_counter() - begun) * 1000)


def _grown(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, float]:
    names = [*PREPARED, *(f"{name}_keys" for name in PREPARED), "prefetch_s"]
    return {name: after.get(name, 0) - before.get(name, 0) for name in names}


def typing_rows(heard: Sequence[Heard], counted: Mapping[str, float]) -> list[Row]:
    """The figures.

    Args:
        heard: In the order of their questions, at least one after a Space.
        counted: What the daemon's counters of prepared answers grew by.
    """
    after_space = [each for each in heard if not each.moment.query.prefix]
    completions = [each for each in heard if each.moment.query.prefix]
    within = [each for each in completions if each.moment.rested]
    return [
        *_in_time("typing, next list", after_space, "Spaces"),
        *_in_time("typing, completion", within, "rests of 200 ms"),
        *_prepared(heard, len(after_space), len(completions), counted),
    ]


def _in_time(name: str, heard: Sequence[Heard], what: str) -> Iterator[Row]:
    if heard:
        share = 100 * sum(each.in_time for each in heard) / len(heard)
        yield Row(f"{name} in time", share, "%", f"{len(heard)} {what}, {PACE}")
    answered = [each.waited_ms for each in heard if each.waited_ms is not None]
    if answered:
        yield from latency_rows(name, summarise(answered))


def _prepared(
    heard: Sequence[Heard], spaces: int, within: int, counted: Mapping[str, float]
) -> Iterator[Row]:
    span_s = heard[-1].moment.at_ms / 1000
    spent = 100 * counted["prefetch_s"] / span_s
    yield Row("typing, list prepared before its Space", _share(counted, "", spaces), "%")
    yield _in_vain("typing, prepared in vain", counted, "")
    yield Row("typing, completion prepared before its key", _share(counted, "_keys", within), "%")
    yield _in_vain("typing, completions prepared in vain", counted, "_keys")
    yield Row("typing, time spent preparing", spent, "%", "of typing")


def _share(counted: Mapping[str, float], kind: str, asked: int) -> float:
    return 100 * counted[f"prefetch_hits{kind}"] / asked if asked else 0.0


def _in_vain(name: str, counted: Mapping[str, float], kind: str) -> Row:
    """How many of the lists that were prepared nobody asked for."""
    done, stopped, hits = (counted[f"{each}{kind}"] for each in PREPARED)
    begun = done + stopped
    vain = 100 * (1 - hits / begun) if begun else 0.0
    return Row(name, vain, "%", f"{begun:.0f} begun, {stopped:.0f} of them stopped")
