# SPDX-License-Identifier: Apache-2.0
"""What a session may ask of the world: frozen values, carried out in order.

`Session` decides and returns these; the IBus engine object translates each
into one signal or one call and has no opinion of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from ime_engine.protocol import Candidate, Query

__all__ = [
    "Action",
    "Ask",
    "Commit",
    "Forget",
    "ForwardKey",
    "HideList",
    "Preedit",
    "Reaction",
    "ShowList",
    "UpdateProperties",
    "Wait",
]


@dataclass(frozen=True, slots=True)
class Commit:
    """Put finished text into the document."""

    text: str


@dataclass(frozen=True, slots=True)
class Preedit:
    """Show text as still being composed, underlined, COMMIT mode; empty hides it."""

    text: str


@dataclass(frozen=True, slots=True)
class ForwardKey:
    """Send this key to the application after what was committed before it."""

    keyval: int
    keycode: int
    state: int


@dataclass(frozen=True, slots=True)
class ShowList:
    """Show the candidates at the caret."""

    candidates: tuple[Candidate, ...]
    """At least one, at most a page."""

    cursor: int | None
    """Highlighted candidate; None while the list is passive."""

    hint: str = ""
    """Auxiliary text; empty hides it."""


@dataclass(frozen=True, slots=True)
class HideList:
    """Take the list and its auxiliary text away."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Ask the daemon to remove this eojeol from everything it has learnt; no answer is needed."""

    eojeol: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the daemon; hand the answer to `Session.answered(ticket, ...)`."""

    ticket: int
    query: Query


@dataclass(frozen=True, slots=True)
class Wait:
    """Call `Session.idled(ticket)` after this span, unless a later Wait replaces it."""

    ticket: int
    span_ms: int


@dataclass(frozen=True, slots=True)
class UpdateProperties:
    """Tell the panel that the mode or the predictor switch changed."""

    hangul: bool
    predict: bool


Action = (
    Commit | Preedit | ForwardKey | ShowList | HideList | Forget | Ask | Wait | UpdateProperties
)


@dataclass(frozen=True, slots=True)
class Reaction:
    """The answer to one key."""

    handled: bool
    """Whether IBus keeps the key from the application (the return of ProcessKeyEvent)."""

    actions: tuple[Action, ...] = ()
