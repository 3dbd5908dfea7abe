# SPDX-License-Identifier: Apache-2.0
"""What the history expects next, and how likely it thinks every word that is asked for.

    P(w | u v) = s₂ · c(u v w) / C(u v) + (1 − s₂) · P(w | v)         s₂ = C / (C + N)
    P(w | v)   = s₁ · c(v w) / C(v)     + (1 − s₁) · P(w)             s₁ = C / (C + 3 N)
    P(w)       = s₀ · [ (1 − ρ) · L(w) + ρ · R(w) ]                   s₀ = C / (C + N + 64)
    L(w)       = [ (1 − σ) · c(w) + σ · c(stem) · P(particle | end of the stem) ] / C

c are decayed weights, C their sum and N the number of different words after a context: the more
was seen, and the less it varies, the more it is trusted. A word without a stem keeps all of c(w);
R is how lately a word was used (`recent`).
What is left over, 1 − s₀, belongs to the words that were never taught, so that the
probabilities of a context add up to less than one. When keys are typed, they are those of the
words that these keys begin.

Source: Witten and Bell 1991, The zero-frequency problem, method C, interpolated as in Jelinek and
Mercer 1980; the stem is a class of words as in Brown et al. 1992.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from ime_engine.history.heat import Decay
from ime_engine.history.levels import Level, Question, after, everything
from ime_engine.history.readers import Reader
from ime_engine.history.renewal import renewed
from ime_engine.history.scale import Scale
from ime_engine.history.teach import id_of
from ime_engine.history.vocabulary import Word, words_by_id, words_by_text

__all__ = ["NOTHING", "Recall", "recall"]

LOOKED_AT: Final = 12
"""Heaviest words of each context that are weighed, or as many as are wanted."""

MADE: Final = 36
"""Words made of stems that are weighed, of the heaviest stems first."""

FAINT: Final = 1e-6
"""Weight below which a word is none: it was borrowed as context, or faded for twenty half-lives."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What the history says of one position."""

    probabilities: Mapping[str, float]
    """Of everything offered and everything asked for; they sum to at most 1."""

    offered: tuple[str, ...]
    """What the history itself proposes, likeliest first; ties in code point order."""

    order: int
    """Words of context that are known together, 0 to 2."""

    count: float
    """Weight of what was seen after that context; of the whole history at order 0."""

    distinct: int
    """Different eojeols seen after it; all of them at order 0."""

    typed_mass: float
    """Probability of all words that the keys begin; 1 when nothing is typed."""

    size: float
    """Weight of the whole history."""

    sure: frozenset[str] = frozenset()
    """Up to three words that were used right here, after both words before, and more than once."""

    in_use: Mapping[str, float] = field(default_factory=dict)
    """How far the beginnings of all these words are in use, > 0 and at most 1; see `recent`."""


NOTHING: Final = Recall({}, (), 0, 0.0, 0, 1.0, 0.0)
"""What an empty history says when nothing is typed and nothing asked for."""


def recall(
    reader: Reader,
    decay: Decay,
    now_s: float,
    context: Sequence[str],
    strokes: str = "",
    others: Sequence[str] = (),
    limit: int = 12,
) -> Recall:
    """Ask the tables.

    Args:
        reader: To read with, within a transaction, so that all of it is of one moment.
        decay: How weights fall.
        now_s: In seconds since 1970; one before the last lesson counts as that moment.
        context: Words before, the nearest last, as `context_of` gives them.
        strokes: Keys typed of the eojeol, as `strokes_of` gives them.
        others: Words whose probability is wanted too.
        limit: Most words offered, >= 1.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    reader.kept = kept = renewed(reader.kept, reader.connection, now_s, decay)
    values = {"day": kept.day, "rate": decay.rate, "low": strokes, "high": _beyond(strokes)}
    question = Question(reader.connection, kept, values, strokes, max(limit, LOOKED_AT))
    whole = everything(question)
    unknown = dict.fromkeys(others, 0.0)
    if whole is None:
        return replace(NOTHING, probabilities=unknown, typed_mass=float(not strokes))
    levels = _levels(question, context)
    scale = Scale(question, whole, levels)
    reached = scale.typed if strokes else 1.0
    if reached < FAINT / whole.total:
        return replace(NOTHING, probabilities=unknown, typed_mass=0.0, size=whole.total)
    own = _own(question, scale)
    words = own | words_by_text(question, others)
    probabilities = scale.probabilities(words)
    # What keys that are typed rule out may be asked for, and is never made a candidate.
    offered = sorted(own, key=lambda text: (-probabilities[text], text))[:limit]
    told = [*offered, *others]
    longest = levels[-1] if levels else whole
    return Recall(
        {text: probabilities[text] for text in told},
        tuple(text for text in offered if probabilities[text] * reached >= FAINT / whole.total),
        len(longest.table.context),
        longest.total,
        longest.members,
        reached,
        whole.total,
        scale.sure(words),
        {text: scale.recent.in_use(words[text].strokes) for text in told},
    )


def _own(question: Question, scale: Scale) -> dict[str, Word]:
    """Return words that may be offered, by their text."""
    whole, levels = scale.whole, scale.levels
    # Where something was seen after these words, little else comes before it.
    few = question.most // 2 if levels else question.most
    numbers = {*scale.recent.numbers(few), *whole.top[:few]}
    numbers.update(number for level in levels for number in level.top)
    own = words_by_id(question, numbers)
    made = islice(scale.forms.made(), MADE)
    return own | {word.text: word for word in made if word.text not in own}


def _levels(question: Question, context: Sequence[str]) -> list[Level]:
    """Return the levels of one and of two words, as far as something was seen after them."""
    numbers: dict[str, int] = {}
    levels = []
    for column, word in zip(("second", "first"), reversed(context), strict=False):
        number = id_of(question.connection, word)
        if number is None:
            break
        numbers = {**numbers, column: number}
        level = after(question, numbers)
        if level is not None:
            levels.append(level)
    return levels


def _beyond(strokes: str) -> str:
    """Return what comes right after everything that begins with these keys."""
    if not strokes:
        return ""
    code = ord(strokes[-1]) + 1
    return strokes[:-1] + chr(0xE000 if 0xD800 <= code < 0xE000 else code)
