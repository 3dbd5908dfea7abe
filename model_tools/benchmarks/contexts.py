# SPDX-License-Identifier: Apache-2.0
"""What the daemon is asked while it is timed: texts no two of which begin alike, and text as typed.

A KV cache is reused for the part that a request shares with an earlier one. New
contexts therefore begin with an eojeol that no earlier one began with, so that
nothing is reused; contexts typed in order grow by one eojeol, as in use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from ime_engine.errors import ConfigError
from ime_engine.hangul.dubeolsik import typed_prefixes
from model_tools.evaluation.accuracy import stream
from model_tools.evaluation.registers import Register

__all__ = ["MAX_EOJEOLS", "keys_between", "new_contexts", "typed_in_order"]

MAX_EOJEOLS: Final = 12
KEYS: Final = 3
"""Keys of an eojeol whose lists are timed."""


def new_contexts(registers: Sequence[Register], count: int, seed: int) -> list[str]:
    """Contexts of 1 to 12 eojeols in equal parts, each beginning with another eojeol.

    Args:
        registers: Text to cut them from; one may run over the end of a sentence.
        count: How many.
        seed: The same seed cuts the same contexts.

    Raises:
        ConfigError: the text has too few different eojeols.
    """
    eojeols = [word for one in registers for sentence in one.sentences for word in sentence.split()]
    starts = stream(seed, "new contexts").permutation(max(len(eojeols) - MAX_EOJEOLS + 1, 0))
    used: set[str] = set()
    contexts: list[str] = []
    for start in starts.tolist():
        if len(contexts) == count:
            break
        if eojeols[start] not in used:
            used.add(eojeols[start])
            length = 1 + len(contexts) % MAX_EOJEOLS
            contexts.append(" ".join(eojeols[start : start + length]) + " ")
    if len(contexts) < count:
        raise ConfigError(
            f"The evaluation text has only {len(contexts)} beginnings that differ, {count} are "
            "needed; ask for fewer --requests or name a larger --eval-dir."
        )
    return contexts


def typed_in_order(registers: Sequence[Register], count: int, seed: int) -> list[str]:
    """Contexts as somebody types: sentence by sentence, longer by one eojeol each time."""
    sentences = [sentence for one in registers for sentence in one.sentences]
    order = stream(seed, "typed in order").permutation(len(sentences)).tolist()
    grown = (context for at in order for context in _growing(sentences[at]))
    return [context for context, _ in zip(grown, range(count), strict=False)]


def keys_between(contexts: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Pair each context with what is typed of its next eojeol, after each of its first keys.

    Args:
        contexts: As `typed_in_order` gives them; nothing is known of what follows the last
            one of a sentence.
    """
    pairs = pairwise([*contexts, ""])
    return [
        (context, typed_prefixes(after.removeprefix(context).rstrip())[:KEYS])
        if after.startswith(context)
        else (context, [])
        for context, after in pairs
    ]


def _growing(sentence: str) -> Iterator[str]:
    eojeols = sentence.split()
    for length in range(1, min(len(eojeols), MAX_EOJEOLS + 1)):
        yield " ".join(eojeols[:length]) + " "
