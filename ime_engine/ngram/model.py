# SPDX-License-Identifier: Apache-2.0
"""The next eojeol from counts of three words: a back-off trigram over mapped arrays.

    P(w | u v) = stored(u v w), else backoff(u v) · P(w | v)
    P(w | v)   = stored(v w),   else backoff(v)   · P(w)

The stored probabilities are interpolated with the shorter contexts already
(`model_tools ngram`). Words that the file does not hold keep their share, so
the probabilities of a context add up to less than one.

Source: Katz 1987, as written in ARPA files; Stolcke 1998 for pruned ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ime_engine.ngram.codes import COUNTS, NONE, PROBABILITIES
from ime_engine.ngram.context import START
from ime_engine.ngram.layout import Arrays, Header, give_back, open_arrays
from ime_engine.ngram.levels import Level, disjoint, place_of
from ime_engine.ngram.words import WordTable
from ime_engine.scored import Scored

__all__ = ["Guess", "NGram"]

FREQUENT: Final = 4096
"""Likeliest words that are kept sorted, for when nothing is typed."""

KEPT_FOR: Final = 8
"""Predictions after which the pages of the file that were looked at are given back: 2 MB each one
at first, all 24 after a hundred."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What an n-gram expects, and what that rests on."""

    words: tuple[Scored, ...]
    """Likeliest first; ties in the order of their keys."""

    order: int
    """Words of context that were known together: 0, 1 or 2."""

    count: float
    """Occurrences of that context in the corpora; all eojeols at order 0."""

    distinct: int
    """Distinct eojeols that followed it; all words at order 0."""

    mass: float
    """Probability of all words that begin with what is typed; 1 when nothing is."""


class _Known(NamedTuple):
    """Where what follows a context lies."""

    kind: Literal["bigram", "trigram"]
    of: Literal["word", "context"]
    """Whose numbers are those of the context."""

    number: int
    """Of the word, or of the context of two words."""

    start: int
    end: int


class NGram:
    """An open n-gram file.

    Args:
        header: What the file says of itself.
        arrays: As named in `layout.DTYPES`.
    """

    def __init__(self, header: Header, arrays: Arrays) -> None:
        self.header = header
        self._words = WordTable(arrays["texts"], arrays["text_ends"])
        self._arrays = arrays
        self._unigrams = arrays["unigrams"]
        everything = Level(np.arange(len(self._words)), self._unigrams)
        self._frequent = _sorted(everything.best(FREQUENT))
        self._predictions = itertools.count(1)

    @classmethod
    def open(cls, path: Path) -> NGram:
        """Check a file and map it.

        Raises:
            ModelNotFoundError: there is no such file.
            ModelMismatchError: it is no n-gram file, of another format, cut short or damaged.
            ModelError: it cannot be read.
        """
        return cls(*open_arrays(path))

    def __len__(self) -> int:
        return len(self._words)

    def holds(self, eojeol: str) -> bool:
        """Tell whether it has a word."""
        return self._words.find(eojeol) is not None

    def predict(self, context: Sequence[str], strokes: str = "", limit: int = 20) -> Guess:
        """Return the likeliest next eojeols.

        Args:
            context: Words before, the nearest last, as `context_of` gives them.
            strokes: Keys typed of the eojeol, as `strokes_of` gives them; the
                probabilities are then those of words that these keys begin.
            limit: Most words wanted, >= 1.
        """
        if next(self._predictions) % KEPT_FOR == 0:
            give_back(self._arrays)
        known = self._known(context)
        levels = [self._level(each) for each in known]
        low, high = self._words.span(strokes)
        stored = disjoint([level.within(low, high) for level in levels])
        rest = self._rest(stored, low, high) if strokes else self._frequent_rest(stored, limit)
        factors = np.cumprod([1.0, *(level.backoff for level in stored)])
        best = [level.best(limit) for level in (*stored, rest)]
        ids = np.concatenate([level.ids for level in best])
        values = np.concatenate(
            [
                factor * PROBABILITIES[level.codes]
                for factor, level in zip(factors, best, strict=True)
            ]
        )
        mass = 1.0
        if strokes:
            mass = float(factors @ [level.mass() for level in (*stored, rest)])
            values = values / max(mass, np.finfo(float).tiny)
        order = np.lexsort((ids, -values))[:limit]
        words = tuple(
            Scored(self._words.text(int(ids[at])), min(float(values[at]), 1.0)) for at in order
        )
        if not known:
            return Guess(words, 0, float(self.header.tokens), len(self), mass)
        count, distinct = (self._number(COUNTS, known[0], name) for name in ("counts", "distinct"))
        return Guess(words, len(known), count, round(distinct), mass)

    def probabilities(self, context: Sequence[str], eojeols: Iterable[str]) -> dict[str, float]:
        """Return the probability of each eojeol after a context; 0 where it is not known."""
        known = self._known(context)
        return {eojeol: self._probability(known, self._words.find(eojeol)) for eojeol in eojeols}

    def probability(self, context: Sequence[str], eojeol: str) -> float:
        """Return the probability of one eojeol after a context; 0 when it is not known."""
        return self.probabilities(context, (eojeol,))[eojeol]

    def _probability(self, known: Sequence[_Known], word: int | None) -> float:
        """The probability of a word where the longest context that stores it has it."""
        if word is None:
            return 0.0
        factor = 1.0
        for each in known:
            at = self._place(each.kind, each.start, each.end, word)
            if at is not None:
                return factor * float(PROBABILITIES[self._arrays[f"{each.kind}_codes"][at]])
            factor *= self._number(PROBABILITIES, each, "backoffs")
        return factor * float(PROBABILITIES[self._unigrams[word]])

    def _known(self, context: Sequence[str]) -> list[_Known]:
        """Where what follows the context lies, the longest context first."""
        nearest = self._id(context[-1]) if context else None
        if nearest is None:
            return []
        start, end = _bounds(self._arrays["bigram_ends"], nearest)
        if start == end:
            return []
        known = [_Known("bigram", "word", nearest, start, end)]
        further = self._id(context[-2]) if len(context) > 1 else None
        pair = None if further is None else self._pair(further, nearest)
        if pair is not None:
            start, end = _bounds(self._arrays["trigram_ends"], pair)
            known.insert(0, _Known("trigram", "context", pair, start, end))
        return known

    def _pair(self, first: int, second: int) -> int | None:
        """The number of a context of two words, or None when no trigram begins with it."""
        start, end = _bounds(self._arrays["bigram_ends"], first)
        at = self._place("bigram", start, end, second)
        return None if at is None else place_of(self._arrays["contexts"], at)

    def _place(self, kind: str, start: int, end: int, word: int) -> int | None:
        """Where a word stands between two places of a table, or None."""
        high = self._arrays[f"{kind}s_high"][start:end]
        first, last = (
            start + int(np.searchsorted(high, np.uint8(word >> 16), side))
            for side in ("left", "right")
        )
        at = place_of(self._arrays[f"{kind}s_low"][first:last], word & 0xFFFF)
        return None if at is None else first + at

    def _level(self, known: _Known) -> Level:
        between = slice(known.start, known.end)
        high = self._arrays[f"{known.kind}s_high"][between].astype(np.int64)
        return Level(
            (high << 16) | self._arrays[f"{known.kind}s_low"][between],
            self._arrays[f"{known.kind}_codes"][between],
            self._number(PROBABILITIES, known, "backoffs"),
        )

    def _number(self, scale: NDArray[np.float64], known: _Known, name: str) -> float:
        return float(scale[self._arrays[f"{known.of}_{name}"][known.number]])

    def _id(self, word: str) -> int | None:
        return len(self._words) if word == START else self._words.find(word)

    def _rest(self, levels: Sequence[Level], low: int, high: int) -> Level:
        """The words of a range that no level stores."""
        codes = self._unigrams[low:high].copy()
        for level in levels:
            codes[level.ids - low] = NONE
        return Level(np.arange(low, high), codes)

    def _frequent_rest(self, levels: Sequence[Level], limit: int) -> Level:
        """The likeliest words of all that no level stores."""
        for many in (4 * limit, len(self._frequent.ids)):
            ids, codes = self._frequent.ids[:many], self._frequent.codes[:many]
            free = np.ones(len(ids), dtype=bool)
            for level in levels:
                free &= ~level.holds(ids)
            if np.count_nonzero(free) >= limit:
                return Level(ids[free], codes[free])
        return self._rest(levels, 0, len(self))


def _sorted(level: Level) -> Level:
    """The likeliest word first."""
    order = np.argsort(level.codes, kind="stable")
    return Level(level.ids[order], level.codes[order])


def _bounds(ends: NDArray[Any], number: int) -> tuple[int, int]:
    return (int(ends[number - 1]) if number else 0), int(ends[number])
