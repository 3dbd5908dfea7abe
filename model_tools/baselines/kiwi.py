# SPDX-License-Identifier: Apache-2.0
"""Kiwi's language model as a predictor of eojeols: the nearest Korean peer.

Kiwi is a morphological analyser; to choose between analyses it has a contextual n-gram model of
morphemes (CoNgram), which `predict_next_morpheme` asks for what comes next. `morphemes` makes
eojeols of that: morphemes are joined, and spaces put between them, by `Kiwi.join`.

What the comparison leaves out: the model sees a few morphemes of context and was made to choose
between analyses, not to predict; it names no digits and no words outside its dictionary; words
that Kiwi writes apart and a writer does not (부탁 드립니다) are lost to it; a prefix is not
supported, since a stem changes its letters with what follows, so it takes no part in KSR.

Kiwi and its model are under the Apache licence 2.0: https://github.com/bab2min/kiwipiepy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from typing import Any, Final

from ime_engine.errors import ConfigError
from ime_engine.protocol import Candidate, Query
from model_tools.baselines.morphemes import Likely, Morpheme, likely_eojeols

__all__ = ["Kiwi", "open_kiwi"]

NEXT: Final = 200
"""Morphemes that are asked for at once; those beyond hold a few per cent, mostly nouns."""

CONTEXT: Final = 16
"""Morphemes of context, more than the model looks at."""


Installed = Any
"""A `kiwipiepy.Kiwi`, which is not always installed."""


class _Analyser:
    """`MorphemeModel` over an analyser of kiwipiepy."""

    def __init__(self, kiwi: Installed) -> None:
        self._kiwi = kiwi
        self._attached = lru_cache(maxsize=1 << 16)(self._written_together)

    def analyse(self, text: str) -> list[int]:
        """Return the numbers of the last morphemes of a text."""
        return [token.id for token in self._kiwi.tokenize(text)][-CONTEXT:]

    def following(self, numbers: Sequence[int]) -> Likely:
        """Return the likeliest morphemes; a text that begins is asked as the end of another."""
        found = self._kiwi.predict_next_morpheme(list(numbers) or ".", top_n=NEXT)
        return [(Morpheme(one.id, one.form, one.tag), math.exp(one.score)) for one in found]

    def attached(self, one: Morpheme, other: Morpheme) -> bool:
        """Tell whether Kiwi writes two morphemes together."""
        return self._attached(one.form, one.tag, other.form, other.tag)

    def joined(self, morphemes: Sequence[Morpheme]) -> str:
        """Write morphemes as text."""
        return str(self._kiwi.join([(one.form, one.tag) for one in morphemes], lm_search=False))

    def _written_together(self, form: str, tag: str, other_form: str, other_tag: str) -> bool:
        return " " not in self._kiwi.join([(form, tag), (other_form, other_tag)], lm_search=False)


class Kiwi:
    """Kiwi as a predictor that keeps nothing."""

    def __init__(self, kiwi: Installed) -> None:
        self._model = _Analyser(kiwi)

    def predict(self, query: Query) -> list[Candidate]:
        """Candidates for the next eojeol, best first; none for a prefix."""
        if query.prefix:
            return []
        found = likely_eojeols(self._model, query.before, query.limit)
        return [Candidate(each.text, each.probability, "kiwi") for each in found]

    def clear(self) -> None:
        """Nothing is kept of texts."""


def open_kiwi() -> tuple[Kiwi, str]:
    """Open the analyser; return it and its version.

    Raises:
        ConfigError: it is not installed.
    """
    try:
        import kiwipiepy
    except ModuleNotFoundError:
        raise ConfigError("Kiwi is not installed: pip install ieum[peers].") from None
    version = f"kiwipiepy {metadata.version('kiwipiepy')}"
    return Kiwi(kiwipiepy.Kiwi(num_workers=1)), version
