# SPDX-License-Identifier: Apache-2.0
"""From the text before the eojeol to the model's state after it.

    before ─trim─► text ─tokens─► window ─► what was read before is kept ─► prefill the rest

Two things keep the part that must be read again short while a user types on:
the window starts at a token chosen by its content, so that it stays there while
the text grows or the client slides its own window; and the states after the
last few prompts are kept.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ime_engine.hangul.eojeol import at_text_start, normalised, split_opening, trim_before
from ime_engine.hangul.jamo import is_hangul
from ime_engine.runtime.base import Forward, LanguageModel

__all__ = ["Encoder", "Prompt", "PromptMemory", "prompt_of", "window"]

Encoder = Callable[[str], list[int]]
"""Text to token ids, no control tokens added."""

STEP: Final = 32
"""The window may lose up to this many tokens more than it must, to stay where it was."""

OPENING: Final = frozenset({"Ps", "Pi"})
"""Categories of brackets and quotes that a word follows without a space."""

SEARCHED: Final = 128
"""Most tokens kept of the searches after a prompt, for the next search after it."""

RECENT: Final = 2
"""Prompts kept although a newer one goes on from them: the user's, and what was prepared last."""

GROWN: Final = 3
"""Prompts after which that is kept: the user's, and two that are prepared meanwhile."""

MULTIPLIER: Final = 2_654_435_761
"""Knuth's multiplicative hash: spreads neighbouring token ids."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model reads, and what it is asked for then."""

    text: str
    """Text before the word, opening punctuation of the eojeol included."""

    starts_text: bool
    """Whether no text or only a line end comes before the word."""

    opening: str
    """Punctuation that the eojeol begins with; candidates get it back."""

    word: str
    """What is typed of the word itself."""

    @property
    def korean(self) -> bool:
        """Whether the text before has Hangul in it."""
        return any(map(is_hangul, self.text))

    @property
    def after_space(self) -> bool:
        """Whether a space comes right before the word."""
        if self.starts_text or self.opening:
            return False
        return unicodedata.category(self.text[-1]) not in OPENING


def prompt_of(before: str, prefix: str, max_chars: int) -> Prompt:
    """Split a query into what is read and what is searched.

    Args:
        before: Text before the eojeol.
        prefix: What is typed of the eojeol.
        max_chars: Most characters of `before` to look at; the end counts.
    """
    text = trim_before(_tail(before, max_chars))
    starts_text = at_text_start(text)
    opening, word = split_opening(normalised(prefix))
    space = " " if opening and not starts_text else ""
    return Prompt(text + space + opening, starts_text, opening, word)


def window(token_ids: Sequence[int], limit: int, begins_word: Callable[[int], bool]) -> list[int]:
    """Keep the last tokens, from a start that the growing text does not move.

    Of the starts that leave `limit - STEP` to `limit` tokens, the one before a
    word and with the smallest hash wins; it wins again as long as it is in reach
    (winnowing: Schleimer, Wilkerson, Aiken 2003).

    Args:
        token_ids: The whole text.
        limit: Most tokens to keep, >= 1.
        begins_word: Whether a token begins a word.
    """
    first = len(token_ids) - limit
    if first <= 0:
        return list(token_ids)
    reach = range(first, first + min(STEP, limit))
    start = min(
        reach, key=lambda at: (not begins_word(token_ids[at]), token_ids[at] * MULTIPLIER % 2**32)
    )
    return list(token_ids[start:])


class PromptMemory:
    """The states after the last few prompts, the most recent last.

    Of the prompts that a new one goes on from, only the last ones stay: somebody may
    turn back to them and go on otherwise. What searches read is kept after the last two:
    that of the user and that which is prepared meanwhile. Safe to use from several threads.

    Args:
        slots: Most states kept, >= 0; memory is bounded by slots x window.
    """

    def __init__(self, slots: int) -> None:
        self._lock = threading.Lock()
        self._slots = slots
        self._kept: list[tuple[list[int], Forward]] = []

    def read(self, model: LanguageModel, token_ids: list[int]) -> Forward:
        """Return the state after a prompt, reading only what no kept state covers."""
        with self._lock:
            kept = max(
                self._kept,
                key=lambda each: (_common(each[0], token_ids), -len(each[0])),
                default=None,
            )
        common = _common(kept[0], token_ids) if kept else 0
        if kept and common == len(token_ids) == len(kept[0]):
            forward = Forward(kept[1].logits, model.thin(kept[1].kv, SEARCHED))
        elif kept and common:
            forward = model.prefill(token_ids, kept[1].kv, min(common, len(token_ids) - 1))
        else:
            forward = model.prefill(token_ids)
        self._keep(model, token_ids, forward)
        return forward

    def clear(self) -> None:
        """Forget every state."""
        with self._lock:
            self._kept.clear()

    def _keep(self, model: LanguageModel, token_ids: list[int], forward: Forward) -> None:
        with self._lock:
            recent = [read for read, _ in self._kept[-RECENT:] if read != token_ids]
            others = [
                (read, state)
                for read, state in self._kept
                if read in recent or token_ids[: len(read)] != read
            ]
            older = [(read, _thinned(model, state)) for read, state in others[: 1 - GROWN]]
            kept = [*older, *others[1 - GROWN :], (token_ids, forward)]
            self._kept = kept[-self._slots :] if self._slots else []


def _thinned(model: LanguageModel, forward: Forward) -> Forward:
    return Forward(forward.logits, model.thin(forward.kv, 0))


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    length = min(len(one), len(other))
    return next((at for at in range(length) if one[at] != other[at]), length)


def _tail(before: str, max_chars: int) -> str:
    """The end of a text, from the start of an eojeol."""
    if len(before) <= max_chars:
        return normalised(before)
    tail = before[-max_chars:]
    cut = next((at for at, char in enumerate(tail) if char.isspace()), -1)
    return normalised(tail[cut + 1 :])
