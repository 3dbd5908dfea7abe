# SPDX-License-Identifier: Apache-2.0
"""Which eojeols come next, and how likely each is.

    P(w | before) = Σ over tokenisations of w:  Π P(token) × P(the eojeol ends here)

The first token begins a word, later ones continue it; the eojeol ends where the
model goes on with anything else (`Vocabulary.ends`). The search goes level by
level, one token and one forward pass each:

    logits ─► what ends here: finished[text] += P × P(end)
       ▲ └──► likeliest continuations that can still change the list ─► extend ─┐
       └────────────────────────────────────────────────────────────────────────┘

Probabilities are conditional on what the user has shown already: a word begins
here, and its keys begin with those typed (as far as beginnings were looked at: what
the beam dropped before it covered the prefix is missing from the condition).

It stops when no open hypothesis can change the first `limit` eojeols (`Board`), when the
deadline passes, or when it is told to; then it returns what was finished by then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ime_engine.decoder.board import Board, Scored
from ime_engine.decoder.softmax import softmax, top
from ime_engine.decoder.vocabulary import Vocabulary
from ime_engine.hangul.eojeol import MAX_SYLLABLES, is_eojeol
from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.runtime.base import FloatArray, Forward, IntArray, LanguageModel
from ime_engine.stopping import Stop, never

__all__ = ["Found", "SearchOptions", "Start", "search_eojeols"]

TINY: Final = 1e-30
"""Keeps the impossible from dividing by zero."""


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How far to look."""

    limit: int = 5
    """Eojeols wanted, >= 1."""

    beam_width: int = 10
    """Hypotheses extended per level, >= 1; cost grows with it."""

    max_tokens: int = 8
    """Longest eojeol, in tokens, >= 1."""

    temperature: float = 1.0
    """Divides the logits; below 1 sharpens the distribution."""

    min_end: float = 0.0
    """Least P(end) after a hypothesis for it to count as an eojeol; less is a fragment."""

    min_probability: float = 0.0
    """Least probability of an eojeol in the list."""

    optimism: float = 1.0
    """Share of an open hypothesis that one eojeol may still gain; 1 is a proof, less a bet."""

    spare: int = 0
    """Most eojeols beyond `limit` that are returned if they were finished on the way: their
    probabilities are lower bounds, and they cost nothing."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where the search begins."""

    forward: Forward
    """After the context: logits (1, vocab_size), left as they are, and KV cache."""

    marked: bool = True
    """Whether the first token carries the word marker: a space comes before it."""

    prefix: str = ""
    """What is typed of the eojeol."""

    latin: bool = True
    """Whether an eojeol may begin with a Latin letter that is not typed yet."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came back with."""

    eojeols: tuple[Scored, ...]
    """Likeliest first, at most `limit + spare`, distinct; ties in code point order."""

    complete: bool
    """Whether the search ended by itself rather than by the deadline or because it was told to."""

    levels: int
    """Forward passes made."""


def search_eojeols(
    model: LanguageModel,
    vocabulary: Vocabulary,
    start: Start,
    options: SearchOptions,
    *,
    deadline: float = float("inf"),
    clock: Callable[[], float] = time.monotonic,
    stop: Stop = never,
) -> Found:
    """Return the likeliest eojeols.

    Args:
        model: Extends hypotheses; called once per level.
        vocabulary: What its tokens may do.
        start: Context and prefix.
        options: How far to look.
        deadline: Moment in seconds on `clock` after which no level is begun.
        clock: Seconds, monotonic.
        stop: Asked before each level; true ends the search there.
    """
    search = _Search(vocabulary, options, strokes_of(start.prefix))
    forward, levels = start.forward, 0
    beams = search.begin(forward.logits, start)
    while beams and levels < options.max_tokens:
        if clock() >= deadline or stop():
            return Found(search.best(), False, levels)
        rows = np.array([beam.row for beam in beams], dtype=np.int64)
        tokens = np.array([beam.token for beam in beams], dtype=np.int64)
        forward = model.extend(forward.kv, rows, tokens)
        levels += 1
        beams = search.advance(forward.logits, beams)
    return Found(search.best(), True, levels)


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """The beginning of an eojeol; its last token is still to be read by the model."""

    text: str
    remaining: str
    """Strokes of the prefix that it does not cover yet."""

    probability: float
    row: int = 0
    """Row of the forward pass that it continues."""

    token: int = -1


class _Search:
    """What one search has found, and which hypotheses it keeps open."""

    def __init__(self, vocabulary: Vocabulary, options: SearchOptions, strokes: str) -> None:
        self._vocabulary = vocabulary
        self._options = options
        self._strokes = strokes
        self._board = Board(options.limit, options.optimism)
        self._covered = 0.0 if strokes else 1.0
        """Probability of all beginnings seen so far that cover the prefix."""

    def begin(self, logits: FloatArray, start: Start) -> list[_Hypothesis]:
        """Open the first level; all probability belongs to what may open a word."""
        probabilities = softmax(logits, self._options.temperature)
        latin = start.latin or (start.prefix[:1].isascii() and start.prefix != "")
        openers = self._vocabulary.openers(marked=start.marked, latin=latin)
        words = np.zeros_like(probabilities)
        words[0, openers] = probabilities[0, openers]
        words /= max(float(words.sum()), TINY)
        return self._opened(words, [_Hypothesis("", self._strokes, 1.0)], start.marked)

    def advance(self, logits: FloatArray, beams: Sequence[_Hypothesis]) -> list[_Hypothesis]:
        """Finish what ends after `beams`; return what to extend next, likeliest first."""
        probabilities = softmax(logits, self._options.temperature)
        ends = probabilities @ self._vocabulary.ends
        for beam, end in zip(beams, ends.tolist(), strict=True):
            if not beam.remaining and 0 < end >= self._options.min_end and is_eojeol(beam.text):
                self._board.add(beam.text, beam.probability * end)
        return self._opened(probabilities, beams, marked=False)

    def best(self) -> tuple[Scored, ...]:
        """The list, with probabilities given the prefix."""
        floor = self._options.min_probability * self._covered
        best = self._board.ranked()[: self._options.limit + self._options.spare]
        return tuple(
            Scored(each.text, min(each.probability / self._covered, 1.0))
            for each in best
            if each.probability >= floor
        )

    def _opened(
        self, probabilities: FloatArray, parents: Sequence[_Hypothesis], marked: bool
    ) -> list[_Hypothesis]:
        likeliest: list[tuple[IntArray, FloatArray]] = []
        least = 0.0
        for row, parent in enumerate(parents):
            likeliest.append(self._likeliest(parent, probabilities[row], marked, least))
            least = _least([each[1] for each in likeliest], self._options.beam_width)
        opened = [
            child
            for row, (tokens, joint) in enumerate(likeliest)
            for child in self._children(parents[row], row, tokens, joint, least)
        ]
        opened.sort(key=lambda child: (-child.probability, child.text, child.token))
        opened = opened[: self._options.beam_width]
        floor = self._options.min_probability * self._covered
        keep = self._board.relevant([(h.text, h.probability) for h in opened], floor)
        return [opened[at] for at in keep]

    def _likeliest(
        self, parent: _Hypothesis, probabilities: FloatArray, marked: bool, least: float
    ) -> tuple[IntArray, FloatArray]:
        """Return the tokens that go on likeliest, and the probability with each.

        As many as the beam is wide; those below `least`, which the beam has no room for, are
        left out without being compared with each other.
        """
        allowed = self._vocabulary.allowed(parent.remaining, marked=marked)
        joint = probabilities[allowed.ids] * parent.probability
        if parent.remaining:
            self._covered += float(joint[: allowed.covering].sum())
        open_to = np.flatnonzero(joint >= least) if least else slice(None)
        ids, joint = allowed.ids[open_to], joint[open_to]
        best = top(joint, self._options.beam_width)
        return ids[best], joint[best]

    def _children(
        self, parent: _Hypothesis, row: int, tokens: IntArray, joint: FloatArray, least: float
    ) -> Iterator[_Hypothesis]:
        for token, probability in zip(tokens.tolist(), joint.tolist(), strict=True):
            if probability < least:
                continue
            text = parent.text + self._vocabulary.texts[token]
            remaining = parent.remaining[len(self._vocabulary.strokes[token]) :]
            if len(text) <= MAX_SYLLABLES:
                yield _Hypothesis(text, remaining, probability, row, token)


def _least(joint: Sequence[FloatArray], width: int) -> float:
    """Return the least probability with which a hypothesis is among the `width` likeliest."""
    every = np.concatenate(joint)
    return float(np.partition(every, -width)[-width]) if every.size > width else 0.0
