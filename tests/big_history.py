# SPDX-License-Identifier: Apache-2.0
"""Makes a large history in bulk, spread as a typist's is.

What is frequent is so as words are (Zipf); an eighth of the pairs begins with the sentence start,
as in text; heats are of the last two years.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from itertools import islice, product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.connect import connect
from ime_engine.history.files import NAME, make_private
from ime_engine.history.heat import DAY_S, Decay
from ime_engine.history.schema import migrate
from ime_engine.history.stems import parts_of
from ime_engine.history.sums import count_anew
from ime_engine.history.teach import set_fact

__all__ = ["NOW_S", "make_big_history"]

BITS = 20
"""More than any number of a word has."""

NOW_S = 1_800_000_000
DECAY = Decay(60.0)
INDEX = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
SYLLABLES = (
    "가나다라마바사아자차카하고노도로모보소오조코호"
    "기니디리미비시이지키히그느드르므스으즈크흐강난달람"
)
ENDINGS = ["", "가", "는", "를", "에", "에서", "고", "도", "요", "습니다", "했어요", "의", "로"]


def make_big_history(folder: Path, words: int, pairs: int, triples: int) -> Path:
    """Write a history of so many rows and return its file; the newest row is of `NOW_S`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / NAME
    make_private(path)
    random = np.random.default_rng(0)
    with closing(connect(path, "rw")) as connection:
        migrate(connection)
        # Nobody needs this file after a power failure.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("BEGIN")
        indexes = connection.execute(INDEX).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        _write(connection, random, words, pairs, triples)
        for _, statement in indexes:
            connection.execute(statement)
        count_anew(connection, NOW_S / DAY_S, DECAY)
        set_fact(connection, "newest", NOW_S)
        set_fact(connection, "half_life", DECAY.half_life_days)
        connection.execute("COMMIT")
    return path


def _write(
    connection: sqlite3.Connection,
    random: np.random.Generator,
    words: int,
    pairs: int,
    triples: int,
) -> None:
    # In random order, so that frequent words begin with every key.
    chosen = [*islice(_words(), words)]
    order = random.permutation(words)
    keys = ["", *(chosen[at][1] for at in order)]
    connection.executemany(
        "INSERT INTO words VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        (
            (number, *chosen[at], *used)
            for number, (at, used) in enumerate(zip(order, _used(random, words), strict=True), 1)
        ),
    )
    second = np.where(random.random(2 * pairs) < 1 / 8, 0, _ranked(random, words, 2 * pairs))
    both = _distinct(random, [second, _ranked(random, words, 2 * pairs)], pairs)
    first, middle = both[:, random.integers(0, pairs, 2 * triples)]
    three = _distinct(random, [first, middle, _ranked(random, words, 2 * triples)], triples)
    for table, columns in (("pairs", both), ("triples", three)):
        marks = ", ".join("?" * (len(columns) + 3))
        rows = zip(columns.T.tolist(), _used(random, columns.shape[1]), strict=True)
        connection.executemany(
            f"INSERT INTO {table} VALUES ({marks}, 0, ?)",
            ((*ids, keys[ids[-1]], *used) for ids, used in rows),
        )


def _words() -> Iterator[tuple[str, str, str | None]]:
    """Made-up eojeols, each once: text, keys, keys of the stem."""
    keys = {part: strokes_of(part) for part in (*SYLLABLES, *ENDINGS)}
    for size in (2, 3, 4):
        for syllables in product(SYLLABLES, repeat=size):
            # One that ends as endings do would make the eojeols of a shorter one again.
            if size > 2 and syllables[-1] in "가고도로요의에":
                continue
            stem, strokes = "".join(syllables), "".join(map(keys.__getitem__, syllables))
            for ending in ENDINGS:
                particle = _particle(stem[-2:], ending, size)
                whole = strokes + keys[ending]
                yield stem + ending, whole, whole[: len(whole) - len(strokes_of(particle))]


@cache
def _particle(tail: str, ending: str, size: int) -> str:
    """The particle of an eojeol, which depends on the end of it only."""
    parts = parts_of("가" * (size - 2) + tail + ending)
    return parts.particle if parts else ""


def _ranked(random: np.random.Generator, most: int, number: int) -> NDArray[np.int64]:
    """Numbers of words, low ones as much likelier as frequent words are."""
    ranks: NDArray[np.int64] = np.exp(random.random(number) * np.log(most)).astype(np.int64)
    return ranks.clip(1, most)


def _distinct(
    random: np.random.Generator, columns: list[NDArray[np.int64]], number: int
) -> NDArray[np.int64]:
    """Distinct rows in order, as columns; too few are filled up by shuffling."""
    found = np.unique(_packed(columns))
    while len(found) < number:
        shuffled = [random.permutation(column) for column in columns]
        found = np.unique(np.append(found, _packed(shuffled)))
    found = found[np.sort(random.permutation(len(found))[:number])]
    shifts = BITS * np.arange(len(columns) - 1, -1, -1)
    chosen: NDArray[np.int64] = found >> shifts[:, None] & ((1 << BITS) - 1)
    return chosen


def _packed(columns: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Rows of numbers of words as one number each."""
    packed = np.zeros_like(columns[0])
    for column in columns:
        packed = packed << BITS | column
    return packed


def _used(random: np.random.Generator, number: int) -> Iterable[tuple[float, int, int]]:
    """Heat, uses and last use of rows by rank."""
    uses = 1 + 5000 // np.arange(1, number + 1)
    last = NOW_S - (random.random(number) ** 2 * 730 * DAY_S).astype(np.int64)
    weight = 1 + (uses - 1) * random.random(number)
    heat = last / DAY_S + np.log(weight) / DECAY.rate
    return zip(heat.tolist(), uses.tolist(), last.tolist(), strict=True)
