# SPDX-License-Identifier: Apache-2.0
"""Answers queries: the answer given before, else the model's and the n-gram's, ranked.

    Query ─check─► cache ─► prompt ─► prefill (what was read before is kept) ─► search ─► ranking
                     └────────────────────────────────────────────── what anybody may say ◄──┘
                                                                               └─► history ─► list

Every method may be called from any thread, several at a time; the service has
workers for that, and asks `cached` before it troubles one.
A private query reads and writes nothing that outlives it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from contextlib import nullcontext
from dataclasses import replace
from typing import Final

from ime_engine.cache import Answer, AnswerCache, Kept, Listed
from ime_engine.decoder.prompt import Prompt
from ime_engine.decoder.search import Found, SearchOptions, Start, search_eojeols
from ime_engine.decoder.softmax import next_tokens
from ime_engine.engine_options import EngineOptions
from ime_engine.errors import SupersededError
from ime_engine.hangul.eojeol import is_word_char, normalised, split_opening
from ime_engine.metrics import Metrics, of_prepared
from ime_engine.protocol import Candidate, Query
from ime_engine.queries import check_query
from ime_engine.ranking.evidence import Evidence
from ime_engine.ranking.ranker import Ranker
from ime_engine.reading import Reader
from ime_engine.runtime.loader import LoadedModel
from ime_engine.stopping import Stop, never

__all__ = ["Engine", "EngineOptions"]

KEY_CHARS: Final = 64
"""Characters at the end of a text that tell it from others; more than the n-gram reads."""

SPARE: Final = 15
"""Eojeols beyond the list that the search happens upon and the ranking may use."""

NOTHING: Final = Found((), True, 0)


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
        self._reader = Reader(
            loaded, self._options.context_tokens, self._options.max_tokens, self._options.kv_slots
        )

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
        check_query(query)
        started, key = self._clock(), self.key(query)
        self.metrics.count("queries")
        kept = None if query.private else self._cache.get(key)
        if kept is not None:
            self._count_hit(query, kept)
            return self._listed(query, key, kept.answer)
        # Passes of other searches wait for this one's; for what is only prepared nobody waits.
        with nullcontext() if query.private else self._loaded.searching():
            answer, complete = self._answer(query, self._prompt(query), started, stop)
        if complete and not query.private:
            self._cache.put(key, answer)
        candidates = self._listed(query, key, answer)
        self.metrics.observe("predict", (self._clock() - started) * 1000)
        return candidates

    def prepare(self, query: Query, stop: Stop = never) -> list[Candidate]:
        """Answer a question that may be asked next, for the cache alone; see `predict`.

        It counts as prepared, and as a query only once somebody asks it.

        Raises:
            InputError: the query is malformed.
            ModelError: the model failed.
            SupersededError: it was stopped before it had an answer.
        """
        check_query(query)
        key = self.key(query)
        kept = self._cache.peek(key)
        if kept is not None:
            return self._listed(query, key, kept)
        answer, complete = self._answer(query, self._prompt(query), self._clock(), stop)
        self.metrics.count(of_prepared("prefetched", query))
        if complete:
            self._cache.put(key, answer, prepared=True)
        return self._listed(query, key, answer)

    def cached(self, query: Query) -> list[Candidate] | None:
        """Return a list made a moment ago, or None; never waits.

        None also where the history has learned since: then `predict` makes the list anew.

        Raises:
            InputError: the query is malformed.
        """
        check_query(query)
        if query.private:
            return None
        kept = self._cache.get_listed(self.key(query), self._ranker.version)
        if kept is None or kept.listed is None:
            return None
        self.metrics.count("queries")
        self._count_hit(query, kept)
        return list(kept.listed.candidates)

    def evidence(self, query: Query, foregoing: str = "") -> Evidence:
        """Return what the lists of the model and the n-gram say, not ranked yet.

        Args:
            query: What is asked.
            foregoing: What was written before its text.

        Raises:
            InputError: the query is malformed.
            ModelError: the model failed.
        """
        check_query(query)
        prompt = self._reader.prompt(query, foregoing)
        found = self._found(query, prompt, self._clock())
        return self._ranker.evidence(query.before, prompt.word, found.eojeols)

    def everybody(self, query: Query, foregoing: str = "") -> list[Candidate]:
        """Return what anybody may say, likeliest first; the history has no part in it.

        Args:
            query: What is asked.
            foregoing: What was written before its text.

        Raises:
            InputError: the query is malformed.
            ModelError: the model failed.
        """
        return self._ranker.everybody(self.evidence(query, foregoing))

    def forget(self, eojeol: str) -> int:
        """Drop every kept answer that offers this eojeol; return how many went."""
        return self._cache.forget(normalised(eojeol))

    def clear(self) -> None:
        """Drop every kept answer and context."""
        self._cache.clear()
        self._reader.clear()
        self._ranker.clear()

    def _prompt(self, query: Query) -> Prompt:
        """Split a query into what is read and what is searched, as this user has it read."""
        alone = query.private or query.tokens
        foregoing = "" if alone else self._ranker.foregoing(query.before, query.field)
        return self._reader.prompt(query, foregoing)

    def _answer(
        self, query: Query, prompt: Prompt, started: float, stop: Stop
    ) -> tuple[Answer, bool]:
        """Ask what anybody may say; also tell whether the search ended before its deadline."""
        if query.tokens:
            return self._tokens(query, prompt), True
        if not all(map(is_word_char, prompt.word)):
            return (), True
        found = self._found(query, prompt, started, stop)
        evidence = self._ranker.evidence(query.before, prompt.word, found.eojeols)
        return tuple(self._ranker.everybody(evidence)), found.complete

    def _count_hit(self, query: Query, kept: Kept) -> None:
        hit = of_prepared("prefetch_hits", query) if kept.prepared else "cache_hits"
        self.metrics.count(hit)

    def _listed(self, query: Query, key: Hashable, answer: Answer) -> list[Candidate]:
        """Return this user's list, and keep it for whoever asks again before he has taught more."""
        version = self._ranker.version
        candidates = self._list_of(query, answer)
        if not query.private:
            self._cache.list_as(key, Listed(tuple(candidates), version))
        return candidates

    def _list_of(self, query: Query, answer: Answer) -> list[Candidate]:
        """Ask the history and choose; opening punctuation is put back."""
        if query.tokens:
            return list(answer)
        opening, word = split_opening(normalised(query.prefix))
        if not all(map(is_word_char, word)):
            return []
        listed = self._ranker.listed(answer, query.before, word, query.limit, private=query.private)
        return [replace(each, text=opening + each.text) for each in listed] if opening else listed

    def _found(self, query: Query, prompt: Prompt, started: float, stop: Stop = never) -> Found:
        """Ask the model."""
        forward = self._reader.read(prompt.text, private=query.private)
        if forward is None:
            return NOTHING
        span_ms = self._options.deadline_ms if query.deadline_ms is None else query.deadline_ms
        found = search_eojeols(
            self._loaded.alone if query.private else self._loaded.model,
            self._reader.vocabulary,
            Start(forward, self._reader.is_marked(prompt), prompt.word, latin=prompt.korean),
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
        forward = self._reader.read(prompt.text + space + prompt.word, private=query.private)
        if forward is None:
            return ()
        likeliest = next_tokens(
            self._reader.vocabulary, forward.logits, query.limit, query.temperature
        )
        return tuple(Candidate(each.text, each.probability) for each in likeliest)

    def _search_options(self, query: Query, prompt: Prompt) -> SearchOptions:
        return SearchOptions(
            # One more, because what is typed in full is left out of the list.
            limit=query.limit + bool(prompt.word),
            beam_width=max(self._options.beam_width, query.limit),
            max_tokens=self._options.max_tokens,
            temperature=query.temperature,
            min_end=self._options.min_end,
            min_probability=self._options.min_probability,
            optimism=self._options.prefix_optimism if prompt.word else self._options.optimism,
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
        window = self._reader.window(prompt.text, private=query.private)
        read = (*window, end, prompt.starts_text, prompt.korean)
        asked = (query.limit, query.temperature, query.tokens)
        return (read, prompt.opening, prompt.word, asked)
