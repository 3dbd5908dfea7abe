# SPDX-License-Identifier: Apache-2.0
"""What the daemon and its clients agree on: names, a query, a candidate.

The only module of this package that ibus_component may import; it must stay
free of third-party imports so that the typing process stays small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = [
    "BUS_NAME",
    "DEFAULT_LIMIT",
    "ENGINE_BUS_NAME",
    "ENGINE_INTERFACE",
    "ENGINE_OBJECT_PATH",
    "INTERFACE",
    "MAX_FIELD",
    "MAX_LIMIT",
    "MAX_TEXT",
    "OBJECT_PATH",
    "Candidate",
    "Query",
]

BUS_NAME: Final = "org.ieum.Predictor1"
OBJECT_PATH: Final = "/org/ieum/Predictor1"
INTERFACE: Final = "org.ieum.Predictor1"

ENGINE_BUS_NAME: Final = "org.ieum.Engine1"
"""The IBus engine on the session bus: its mode, for programs that show or set it."""
ENGINE_OBJECT_PATH: Final = "/org/ieum/Engine1"
ENGINE_INTERFACE: Final = "org.ieum.Engine1"

DEFAULT_LIMIT: Final = 5
MAX_LIMIT: Final = 20
MAX_TEXT: Final = 1_000_000
"""Longest `before` or `prefix` that is accepted, in characters."""

MAX_FIELD: Final = 200
"""Longest name of a field, in characters."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question to the predictor: what comes next?"""

    before: str
    """Text before the eojeol, spaces as typed; the daemon keeps its last part."""

    prefix: str = ""
    """What is typed of the current eojeol; empty asks for the next eojeol."""

    limit: int = DEFAULT_LIMIT
    """Most candidates wanted, 1 to MAX_LIMIT."""

    deadline_ms: int | None = None
    """Span after which the search returns what it has; None is the daemon's default."""

    temperature: float = 1.0
    """Divides the logits, 0.1 to 5; below 1 sharpens the distribution."""

    tokens: bool = False
    """Ask for the raw next tokens instead of whole eojeols."""

    private: bool = False
    """Read nothing from and write nothing to history and caches."""

    field: str = ""
    """Opaque name of the text field: what was learned in it is read before the text, where that
    is just begun. Empty where there is none to tell."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One eojeol that may come next."""

    text: str
    """The whole eojeol, prefix included."""

    probability: float
    """0 to 1."""

    source: str = "model"
    """Where it comes from: model, history or ngram."""
