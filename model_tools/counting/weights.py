# SPDX-License-Identifier: Apache-2.0
"""What an eojeol of each kind of text counts.

The n-gram is to know how people write, and half of the corpora are reviews of films. Chosen
on held-out text of all registers (docs/design/ngram.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from model_tools.counting.corpus import Source

__all__ = ["BY_NAME", "BY_REGISTER", "weight_of"]

BY_REGISTER: Final[Mapping[str, float]] = {"review": 0.3, "business": 0.6, "tech": 0.6}
"""1 for any other."""

BY_NAME: Final[Mapping[str, float]] = dict.fromkeys(("3i4k", "kochat", "parakqc", "stylekqc"), 0.5)
"""Of sources that word one request in many ways; in place of their register's."""


def weight_of(source: Source) -> float:
    """Return what one occurrence in a source counts."""
    return BY_NAME.get(source.name, BY_REGISTER.get(source.register, 1.0))
