# SPDX-License-Identifier: Apache-2.0
"""Reads a text with the model: which tokens of it, from where, and what is known already.

text ─► tokens ─► window ─► KV cache of the last prompts ─► state of the model after it
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from ime_engine.decoder.prompt import Encoder, Prompt, PromptMemory, prompt_of, window
from ime_engine.decoder.vocabulary import Vocabulary
from ime_engine.protocol import Query
from ime_engine.runtime.base import Forward
from ime_engine.runtime.heap import HeapKeeper
from ime_engine.runtime.loader import LoadedModel

__all__ = ["Reader"]

CHARS_PER_TOKEN: Final = 6
"""Korean text has about 1.7; more is never needed to fill the window."""


class Reader:
    """A model and what it has read of late.

    Args:
        loaded: The model.
        context_tokens: Most tokens of context that are read.
        max_tokens: Room that is left for the longest eojeol, in tokens.
        slots: Most contexts whose KV cache is kept.
    """

    def __init__(
        self, loaded: LoadedModel, context_tokens: int, max_tokens: int, slots: int
    ) -> None:
        self._loaded = loaded
        self._memory = PromptMemory(slots)
        self._heap = HeapKeeper()
        manifest = loaded.manifest
        self.vocabulary = Vocabulary(
            loaded.pieces,
            special=loaded.special,
            eos=manifest.eos_ids,
            marker=manifest.word_marker,
            marks_start=self._marks_start(),
        )
        begin = manifest.eos_ids[:1] if manifest.bos_id is None else (manifest.bos_id,)
        self._opening = tuple(begin)
        room = loaded.model.context_length - max_tokens - len(self._opening)
        self._limit = min(context_tokens, room)
        begins = self.vocabulary.begins_word
        # Not a method: a circle would keep a closed model in memory.
        self._window = partial(_window, loaded.encode, self._limit, begins)
        # One question needs the tokens of its text some five times.
        self._kept = lru_cache(slots)(self._window)

    def prompt(self, query: Query, foregoing: str = "") -> Prompt:
        """Split a query into what is read and what is searched.

        Args:
            query: What is asked.
            foregoing: What the user wrote in its field before its text.
        """
        before = f"{foregoing} {query.before}" if foregoing else query.before
        return prompt_of(before, query.prefix, self._limit * CHARS_PER_TOKEN)

    def window(self, text: str, *, private: bool) -> tuple[int, ...]:
        """Return the tokens of a text that the model reads.

        Args:
            text: What stands before the word.
            private: Whether nothing of it may be kept.
        """
        return self._window(text) if private else self._kept(text)

    def read(self, text: str, *, private: bool) -> Forward | None:
        """Return the state after a text; None when there is no token to start from.

        Args:
            text: What stands before the word.
            private: Whether nothing of it may be kept, nor of what was read before be used.
        """
        prompt_ids = [*self._opening, *self.window(text, private=private)]
        if not prompt_ids:
            return None
        self._heap.used()
        if private:
            return PromptMemory(0).read(self._loaded.alone, prompt_ids)
        return self._memory.read(self._loaded.model, prompt_ids)

    def is_marked(self, prompt: Prompt) -> bool:
        """Tell whether the first token of the word carries the marker."""
        if prompt.starts_text and not prompt.opening:
            return self.vocabulary.marks_start
        return prompt.after_space

    def clear(self) -> None:
        """Forget every state."""
        self._memory.clear()
        self._kept.cache_clear()

    def _marks_start(self) -> bool:
        """Ask the tokenizer whether it writes a marker where a text begins."""
        first = self._loaded.encode("가")[:1]
        marker = self._loaded.manifest.word_marker
        return bool(first) and self._loaded.pieces[first[0]].startswith(marker)


def _window(
    encode: Encoder, limit: int, begins_word: Callable[[int], bool], text: str
) -> tuple[int, ...]:
    return tuple(window(encode(text) if text else [], limit, begins_word))
