# SPDX-License-Identifier: Apache-2.0
"""What became of each position, without its text: enough to pair two predictors later.

    "chat": "0:3:1 0:6:0 4:9:2"      sentence : characters before the eojeol : place in the list

In a file, one line a register, a few characters a position. A digest of each register's text says
whether two files are about the same sentences.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple

import msgspec

from model_tools.evaluation.perplexity import Reading
from model_tools.evaluation.registers import Register
from model_tools.evaluation.report import Answer, Typed

__all__ = ["Keys", "Outcomes", "Place", "Read", "Written", "collected", "parsed", "text_digests"]

Packed = Annotated[
    str, msgspec.Meta(pattern=r"^$|^\d+:\d+:[\d.]+(:\d+)?( \d+:\d+:[\d.]+(:\d+)?)*$")
]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The outcomes as a file holds them, by register."""

    texts: Mapping[str, Digest]
    lists: Mapping[str, Packed]
    """sentence:offset:place, the place from 1, or 0 for a miss."""

    keys: Mapping[str, Packed] = {}
    """sentence:offset:spent:full"""

    read: Mapping[str, Packed] = {}
    """sentence:syllables:nats"""


class Place(NamedTuple):
    """Where an eojeol stands in its register."""

    sentence: int
    offset: int
    """Characters before it in its sentence."""


class Keys(NamedTuple):
    """Keys of one eojeol."""

    spent: int
    full: int


class Read(NamedTuple):
    """One sentence as a model foresaw it."""

    nats: float
    syllables: int


class Outcomes(NamedTuple):
    """The same, unpacked."""

    texts: Mapping[str, str]
    lists: Mapping[str, Mapping[Place, int]]
    keys: Mapping[str, Mapping[Place, Keys]]
    read: Mapping[str, Mapping[int, Read]]


def text_digests(registers: Iterable[Register]) -> dict[str, str]:
    """Name the text of each register by a digest of all its sentences."""
    return {
        one.name: hashlib.sha256("\n".join(one.sentences).encode()).hexdigest()[:16]
        for one in registers
    }


def collected(
    texts: Mapping[str, str],
    answers: Sequence[Answer],
    typed: Sequence[Typed],
    readings: Sequence[Reading],
) -> Written:
    """Pack what was measured."""
    lists = [
        (a.position.register, f"{a.position.sentence}:{len(a.position.before)}:{a.rank or 0}")
        for a in answers
    ]
    keys = [
        (
            t.position.register,
            f"{t.position.sentence}:{len(t.position.before)}:{t.cost.spent}:{t.cost.full}",
        )
        for t in typed
    ]
    read = [(r.register, f"{r.sentence}:{r.syllables}:{r.nats:.4f}") for r in readings]
    return Written(texts=texts, lists=_packed(lists), keys=_packed(keys), read=_packed(read))


def parsed(written: Written) -> Outcomes:
    """Unpack what a file holds."""
    lists = {
        name: {Place(int(s), int(o)): int(rank) for s, o, rank in _parts(packed)}
        for name, packed in written.lists.items()
    }
    keys = {
        name: {Place(int(s), int(o)): Keys(int(a), int(b)) for s, o, a, b in _parts(packed)}
        for name, packed in written.keys.items()
    }
    read = {
        name: {int(s): Read(float(nats), int(count)) for s, count, nats in _parts(packed)}
        for name, packed in written.read.items()
    }
    return Outcomes(written.texts, lists, keys, read)


def _packed(parts: Iterable[tuple[str, str]]) -> dict[str, str]:
    by_register: dict[str, list[str]] = {}
    for register, part in parts:
        by_register.setdefault(register, []).append(part)
    return {register: " ".join(some) for register, some in by_register.items()}


def _parts(packed: str) -> Iterable[list[str]]:
    return (part.split(":") for part in packed.split())
