# SPDX-License-Identifier: Apache-2.0
"""How the engine works: what the settings file says, and what only measurements change."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EngineOptions"]


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

    prefix_optimism: float = 0.5
    """The same once keys are typed, which tell more: fewer passes, and hardly another list."""

    cache_ttl_s: float = 60.0
    """Age at which an answer is dropped."""

    cache_entries: int = 512
    """Most answers kept."""

    kv_slots: int = 4
    """Most contexts whose KV cache is kept."""
