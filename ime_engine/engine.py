# SPDX-License-Identifier: Apache-2.0
"""Answers queries: the answer given before, else the model's and the n-gram's, ranked.

    Query ─check─► cache ─► prompt ─► prefill (what was read before is kept) ─► search ─► ranking
                     └──────────────────────────────────────────────────────────────────► list

Every method may be called from any thread, several at a time; the service has
workers for that, and asks `cached` before it troubles one.
A private query reads and writes nothing that outlives it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from ime_engine.cache import Answer, AnswerCache
from ime_engine.decoder.prompt import Prompt, PromptMemory, prompt_of, window
from ime_engine.decoder.search import Found, SearchOptions, Start, search_eojeols
from ime_engine.decoder.softmax import next_tokens
from ime_engine.decoder.vocabulary import Vocabulary
from ime_engine.errors import SupersededError
from ime_engine.hangul.eojeol import is_word_char, normalised
from ime_engine.metrics import Metrics
from ime_engine.protocol import Candidate, Query
from ime_engine.queries import check_query
from ime_engine.ranking.evidence import Evidence
from ime_engine.ranking.ranker import Ranker
from ime_engine.runtime.base import Forward
from ime_engine.runtime.loader import LoadedModel
from ime_engine.stopping import Stop, never

__all__ = ["Engine", "EngineOptions"]

CHARS_PER_TOKEN: Final = 6
"""Korean text has about 1.7; more is never needed to fill the window."""

KEY_CHARS: Final = 64
"""Characters at the end of a text that tell it from others; more than the n-gram reads."""

SPARE: Final = 15
"""Eojeols beyond the list that the search happens upon and the ranking may use."""

NOTHING: Final = Found((), True, 0)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How the engine works; the settings file fills it."""

    beam_width: int = 10
    """Hypotheses extended per level, >= 1."""

    max_tokens: int = 8
    """Longest eojeol, in tokens, >= 1."""

    context_tokens: int = 96
    """Most tokens of context that are read, > 32."""

    deadline_ms: int = 150
    """Span after which the search returns what it has, unless the query names its own."""

    min_end: float = 0.02
    """Least P(end) after an eojeol; what ends less often is a fragment."""

    min_probability: float = 0.001
    """Least probability of a candidate, given the prefix."""

    optimism: float = 1.0
    """Share of an open hypothesis that one eojeol may still gain; see `SearchOptions`."""

    cache_ttl_s: float = 60.0
    """Age at which an answer is dropped."""

    cache_entries: int = 512
    """Most answers kept."""

    kv_slots: int = 4
    """Most contexts whose KV cache is kept."""


class Engine:
    """One loaded model and what it remembers of the last minute.

    Args:
        loaded: The model.
        options: How to work.
        ranker: Makes one list of what the model and the n-gram offer; by default the model's.
        metrics: Where to count; a new one by default.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        loaded: LoadedModel,
        options: EngineOptions | None = None,
        *,
        ranker: Ranker | None = None,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._loaded = loaded
        self._options = options or EngineOptions()
        self._ranker = ranker or Ranker()
        self._clock = clock
        self.metrics = metrics or Metrics()
        self._cache = AnswerCache(self._options.cache_entries, self._options.cache_ttl_s, clock)
        self._memory = PromptMemory(self._options.kv_slots)
        manifest = loaded.manifest
        self._vocabulary = Vocabulary(
            loaded.pieces,
            special=loaded.special,
            eos=manifest.eos_ids,
            marker=manifest.word_marker,
            marks_start=self._marks_start(),
        )
        begin = manifest.eos_ids[:1] if manifest.bos_id is None else (manifest.bos_id,)
        self._opening = tuple(begin)
        room = loaded.model.context_length - self._options.max_tokens - len(self._opening)
        self._limit = min(self._options.context_tokens, room)
        self._max_chars = self._limit * CHARS_PER_TOKEN

    def predict(self, query: Query, stop: Stop = never) -> list[Candidate]:
        """Return candidates, best first; empty when there is nothing to offer.

        Args:
            query: What is asked.
            stop: Whether nobody wants the answer any longer; asked before each level.

        Raises:
            InputError: the query is malformed.
            ModelError: the model failed.
            SupersededError: it was stopped before it had an answer.
        """
        started = self._clock()
        kept = self.cached(query)
        if kept is not None:
            return kept
        self.metrics.count("queries")
        answer, complete = self._answer(query, self._prompt(query), started, stop)
        if complete and not query.private:
            self._cache.put(self.key(query), answer)
        self.metrics.observe("predict", (self._clock() - started) * 1000)
        return list(answer)

    def prepare(self, query: Query, stop: Stop = never) -> list[Candidate]:
        """Answer a question that may be asked next, for the cache alone; see `predict`.

        It counts as `prefetched`, and as a query only once somebody asks it.

        Raises:
            InputError: the query is malformed.
            ModelError: the model failed.
            SupersededError: it was stopped before it had an answer.
        """
        check_query(query)
        key = self.key(query)
        kept = self._cache.peek(key)
        if kept is not None:
            return list(kept)
        answer, complete = self._answer(query, self._prompt(query), self._clock(), stop)
        self.metrics.count("prefetched")
        if complete:
            self._cache.put(key, answer, prepared=True)
        return list(answer)

    def cached(self, query: Query) -> list[Candidate] | None:
        """Return an answer given a moment ago, or None; may be called from any thread.

        Raises:
            InputError: the query is malformed.
        """
        check_query(query)
        kept = None if query.private else self._cache.get(self.key(query))
        if kept is None:
            return None
        self.metrics.count("queries")
        self.metrics.count("prefetch_hits" if kept.prepared else "cache_hits")
        return list(kept.answer)

    def evidence(self, query: Query) -> Evidence:
        """Return what the lists of the model and the n-gram say, not ranked yet.

        Raises:
            InputError: the query is malformed.
            ModelError: the model failed.
        """
        check_query(query)
        prompt = self._prompt(query)
        found = self._found(query, prompt, self._clock())
        return self._ranker.evidence(query.before, prompt.word, found.eojeols)

    def forget(self, eojeol: str) -> int:
        """Drop every kept answer that offers this eojeol; return how many went."""
        return self._cache.forget(normalised(eojeol))

    def clear(self) -> None:
        """Drop every kept answer and context."""
        self._cache.clear()
        self._memory.clear()

    def _prompt(self, query: Query) -> Prompt:
        return prompt_of(query.before, query.prefix, self._max_chars)

    def _answer(
        self, query: Query, prompt: Prompt, started: float, stop: Stop
    ) -> tuple[Answer, bool]:
        """Ask model and n-gram; also tell whether the search ended before its deadline."""
        if query.tokens:
            return self._tokens(query, prompt), True
        if not all(map(is_word_char, prompt.word)):
            return (), True
        found = self._found(query, prompt, started, stop)
        evidence = self._ranker.evidence(query.before, prompt.word, found.eojeols)
        ranked = self._ranker.ranked(evidence, prompt.word, query.limit)
        answer = tuple(Candidate(prompt.opening + r.text, r.probability, r.source) for r in ranked)
        return answer, found.complete

    def _found(self, query: Query, prompt: Prompt, started: float, stop: Stop = never) -> Found:
        """Ask the model."""
        forward = self._read(prompt.text, query.private)
        if forward is None:
            return NOTHING
        span_ms = self._options.deadline_ms if query.deadline_ms is None else query.deadline_ms
        found = search_eojeols(
            self._loaded.model,
            self._vocabulary,
            Start(forward, self._is_marked(prompt), prompt.word, latin=prompt.korean),
            self._search_options(query, prompt),
            deadline=started + span_ms / 1000,
            clock=self._clock,
            stop=stop,
        )
        self.metrics.count("levels", found.levels)
        if not found.complete and stop():
            raise SupersededError("Nobody waits for this answer any longer.")
        self.metrics.count("cut_short", int(not found.complete))
        return found

    def _tokens(self, query: Query, prompt: Prompt) -> Answer:
        space = " " if prompt.word and prompt.after_space else ""
        forward = self._read(prompt.text + space + prompt.word, query.private)
        if forward is None:
            return ()
        likeliest = next_tokens(self._vocabulary, forward.logits, query.limit, query.temperature)
        return tuple(Candidate(each.text, each.probability) for each in likeliest)

    def _read(self, text: str, private: bool) -> Forward | None:
        """Return the state after a text; None when there is no token to start from."""
        prompt_ids = [*self._opening, *self._window(text)]
        if not prompt_ids:
            return None
        memory = PromptMemory(0) if private else self._memory
        return memory.read(self._loaded.model, prompt_ids)

    def _window(self, text: str) -> list[int]:
        """Return the tokens of a text that the model reads."""
        token_ids = self._loaded.encode(text) if text else []
        return window(token_ids, self._limit, self._vocabulary.begins_word)

    def _search_options(self, query: Query, prompt: Prompt) -> SearchOptions:
        return SearchOptions(
            # One more, because what is typed in full is left out of the list.
            limit=query.limit + bool(prompt.word),
            beam_width=max(self._options.beam_width, query.limit),
            max_tokens=self._options.max_tokens,
            temperature=query.temperature,
            min_end=self._options.min_end,
            min_probability=self._options.min_probability,
            optimism=self._options.optimism,
            spare=SPARE,
        )

    def key(self, query: Query) -> Hashable:
        """What two queries must share to have the same answer.

        Of the text before, it is what the model reads: a client may send less of the same
        text the next time, because the part that it sends moves on while the text grows. Its
        end counts as it is, for what the tokenizer does not know is no token.
        """
        prompt = self._prompt(query)
        end = prompt.text[-KEY_CHARS:]
        read = (*self._window(prompt.text), end, prompt.starts_text, prompt.korean)
        asked = (query.limit, query.temperature, query.tokens)
        return (read, prompt.opening, prompt.word, asked)

    def _is_marked(self, prompt: Prompt) -> bool:
        """Tell whether the first token of the word carries the marker."""
        if prompt.starts_text and not prompt.opening:
            return self._vocabulary.marks_start
        return prompt.after_space

    def _marks_start(self) -> bool:
        """Ask the tokenizer whether it writes a marker where a text begins."""
        first = self._loaded.encode("가")[:1]
        marker = self._loaded.manifest.word_marker
        return bool(first) and self._loaded.pieces[first[0]].startswith(marker)
