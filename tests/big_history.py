# SPDX-License-Identifier: Apache-2.0
"""Makes a large history in bulk, of the words of everyday Korean, spread as a typist's are.

Words, pairs and triples have the counts of a Zipf curve, and an eighth of the pairs begins with the
sentence start, as in text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice, product
from pathlib import Path
from random import Random
from typing import Any

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.connect import connect
from ime_engine.history.files import NAME, make_private
from ime_engine.history.heat import DAY_S, Decay
from ime_engine.history.schema import migrate
from ime_engine.history.stems import parts_of
from ime_engine.history.sums import START_ID, count_anew
from ime_engine.history.teach import set_fact, stem_of

__all__ = ["NOW_S", "make_big_history"]

NOW_S = 1_800_000_000
HALF_LIFE_DAYS = 60.0
INDEX = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
FIRST = (
    "가나다라마바사아자차카하고노도로모보소오조코호"
    "기니디리미비시이지키히그느드르므스으즈크흐강난달람"
)
ENDINGS = ["", "", "는", "를", "에", "에서", "가", "고", "도", "요", "습니다", "했어요", "의", "로"]


def make_big_history(folder: Path, words: int, pairs: int, triples: int) -> Path:
    """Write a history of so many rows and return its file; the newest row is of `NOW_S`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / NAME
    make_private(path)
    random = Random(0)
    with closing(connect(path, "rw")) as connection:
        migrate(connection)
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("BEGIN")
        indexes = connection.execute(INDEX).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        strokes = _write_words(connection, random, words)
        _write_followers(connection, random, strokes, pairs, triples)
        for _, statement in indexes:
            connection.execute(statement)
        count_anew(connection, NOW_S / DAY_S, Decay(HALF_LIFE_DAYS))
        set_fact(connection, "newest", NOW_S)
        set_fact(connection, "half_life", HALF_LIFE_DAYS)
        connection.execute("COMMIT")
    return path


def _texts() -> Iterator[str]:
    """Made-up eojeols of two syllables and more, each once."""
    for size in (2, 3):
        for syllables in product(FIRST, repeat=size):
            yield from dict.fromkeys("".join(syllables) + ending for ending in ENDINGS)


def _write_words(connection: sqlite3.Connection, random: Random, words: int) -> list[str]:
    # Shuffled, so that frequent words begin with every key.
    texts = list(dict.fromkeys(islice(_texts(), words + words // 5)))[:words]
    random.shuffle(texts)
    keys = [strokes_of(text) for text in texts]
    connection.executemany(
        "INSERT INTO words VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        (
            (number, text, strokes, stem_of(parts_of(text)), *_used(random, number))
            for number, (text, strokes) in enumerate(zip(texts, keys, strict=True), START_ID + 1)
        ),
    )
    return ["", *keys]


def _write_followers(
    connection: sqlite3.Connection, random: Random, keys: list[str], pairs: int, triples: int
) -> None:
    most = len(keys) - 1
    seen: dict[tuple[int, int], None] = {}
    while len(seen) < pairs:
        second = START_ID if random.random() < 1 / 8 else _ranked(random, most)
        seen[second, _ranked(random, most)] = None
    connection.executemany(
        "INSERT INTO pairs VALUES (?, ?, ?, ?, ?, 0, ?)",
        ((*pair, keys[pair[1]], *_used(random, n)) for n, pair in enumerate(sorted(seen), 1)),
    )
    chosen: dict[tuple[int, int, int], None] = {}
    both = list(seen)
    while len(chosen) < triples:
        chosen[(*random.choice(both), _ranked(random, most))] = None
    connection.executemany(
        "INSERT INTO triples VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        ((*each, keys[each[2]], *_used(random, n)) for n, each in enumerate(sorted(chosen), 1)),
    )


def _ranked(random: Random, most: int) -> int:
    """A number from 1, low ones as much likelier as frequent words are."""
    return min(int(most ** random.random()), most)


def _used(random: Random, rank: int) -> tuple[Any, ...]:
    """Heat, uses and last use of the row of a rank, of the last two years."""
    uses = 1 + 5000 // rank
    last = NOW_S - int(random.random() ** 2 * 730 * DAY_S)
    weight = 1 + (uses - 1) * random.random()
    return Decay(HALF_LIFE_DAYS).heat(weight, last / DAY_S), uses, last
