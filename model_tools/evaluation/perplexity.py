# SPDX-License-Identifier: Apache-2.0
"""How well a model foresees a text, in a measure that does not depend on its tokens.

    sentence ──tokens──► −Σ ln P(token | tokens before)  nats ─┐
        └───────────────► its Hangul syllables                 ├─► exp(nats / syllables)
                                                               ┘
    perplexity per syllable = exp(− Σ_t ln P(x_t | x_<t) / S)
    bits per syllable       = log2 of it

S counts the Hangul syllables of the text. What is no syllable (spaces, Latin letters, digits,
punctuation) is paid for in the sum and not counted in S, so that models with different
vocabularies are compared on the same text by the same divisor. Each sentence is read from its
beginning, after the token that opens a text; that it ends is not foreseen. An unknown token costs
what the model says of it, so a vocabulary without bytes looks better than it is.

It is a measure of the model alone: an n-gram of whole eojeols gives words that it does not know
no probability at all, for which no perplexity exists.

Source: Cotterell et al. 2018, Are All Languages Equally Hard to Language-Model?, section 2 (a
divisor that all models share).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from ime_engine.hangul.jamo import is_syllable
from ime_engine.runtime.base import FloatArray, KVCache, LanguageModel
from ime_engine.runtime.loader import LoadedModel
from ime_engine.runtime.passes import Pass
from ime_engine.runtime.tree import Read, trunk_step

__all__ = ["Reading", "Sentence", "opening_of", "read_sentence", "syllables_in", "text_nats"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of an evaluation text."""

    register: str
    number: int
    """Index in its file."""

    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How one sentence was foreseen."""

    register: str
    sentence: int
    nats: float
    """−ln of the probability of all its tokens."""

    syllables: int


@runtime_checkable
class _ManyAtOnce(Protocol):
    """A model that tells the logits after each of several new tokens in one pass."""

    def read(self, passes: Sequence[Pass]) -> list[Read]: ...


def syllables_in(text: str) -> int:
    """Count the Hangul syllables.

    >>> syllables_in("PC방에 3명!")
    3
    """
    return sum(map(is_syllable, text))


def opening_of(loaded: LoadedModel) -> list[int]:
    """Return the tokens that every text of a model begins with, as its reader has them."""
    manifest = loaded.manifest
    return manifest.eos_ids[:1] if manifest.bos_id is None else [manifest.bos_id]


def read_sentence(loaded: LoadedModel, sentence: Sentence) -> Reading | None:
    """Read one sentence; None where it has no Hangul syllable or no token.

    Raises:
        ModelError: the model failed.
    """
    token_ids = loaded.encode(sentence.text)
    syllables = syllables_in(sentence.text)
    if not syllables or not token_ids:
        return None
    nats = text_nats(loaded.model, opening_of(loaded), token_ids)
    return Reading(sentence.register, sentence.number, nats, syllables)


def text_nats(model: LanguageModel, opening: Sequence[int], token_ids: Sequence[int]) -> float:
    """Return −Σ ln P of the tokens of one text.

    Args:
        model: Asked for what follows each token.
        opening: Tokens that begin every text; without any, the first token is given and not paid
            for.
        token_ids: (n,) of the text, n >= 1; where they do not fit into the context, what
            follows is read as a text of its own.
    """
    if not opening:
        opening, token_ids = token_ids[:1], token_ids[1:]
    room = model.context_length - len(opening)
    pieces = [token_ids[at : at + room] for at in range(0, len(token_ids), room)]
    return sum(_piece_nats(model, opening, piece) for piece in pieces)


def _piece_nats(model: LanguageModel, opening: Sequence[int], token_ids: Sequence[int]) -> float:
    first = model.prefill(opening)
    known = [first.logits[-1]]
    known += _in_one_pass(model, first.kv, token_ids[:-1], len(opening))
    return float(-sum(_log_prob(row, token) for row, token in zip(known, token_ids, strict=True)))


def _in_one_pass(
    model: LanguageModel, kv: KVCache, token_ids: Sequence[int], past: int
) -> Iterable[FloatArray]:
    """Return the logits after each token."""
    if not token_ids:
        return []
    if isinstance(model, _ManyAtOnce):
        step = trunk_step(token_ids, past)
        (read,) = model.read([Pass(step, kv.tree.text(past), len(token_ids))])
        return list(read.logits)
    return _one_by_one(model, kv, token_ids)


def _one_by_one(model: LanguageModel, kv: KVCache, token_ids: Sequence[int]) -> list[FloatArray]:
    rows = []
    for token in token_ids:
        forward = model.extend(kv, np.zeros(1, dtype=np.int64), np.array([token], dtype=np.int64))
        kv = forward.kv
        rows.append(forward.logits[-1])
    return rows


def _log_prob(logits: FloatArray, token: int) -> float:
    wide = logits.astype(np.float64)
    peak = float(wide.max())
    return float(wide[token]) - peak - float(np.log(np.exp(wide - peak).sum()))
