# SPDX-License-Identifier: Apache-2.0
"""What a session may ask of the world: frozen values, carried out in order.

`Session` decides and returns these; the IBus engine object translates each
into one signal or one call and has no opinion of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ime_engine.protocol import Query

__all__ = [
    "Action",
    "Ask",
    "Commit",
    "Composing",
    "Count",
    "CountSoon",
    "DeleteBefore",
    "Forget",
    "ForwardKey",
    "HideList",
    "Keep",
    "Learn",
    "OpenSettings",
    "Orientation",
    "Preedit",
    "Reaction",
    "ShowList",
    "Status",
    "UpdateProperties",
    "Wait",
]


Orientation = Literal["vertical", "horizontal", "system"]


@dataclass(frozen=True, slots=True)
class Commit:
    """Put finished text into the document."""

    text: str


@dataclass(frozen=True, slots=True)
class Preedit:
    """Show text as still being composed, underlined, COMMIT mode; empty hides it."""

    text: str


@dataclass(frozen=True, slots=True)
class Composing:
    """Show text as still being composed beside the caret, where no client sees it."""

    text: str
    """Empty hides it."""


@dataclass(frozen=True, slots=True)
class DeleteBefore:
    """Take characters before the caret away for a conversion to replace; typing never does."""

    count: int


@dataclass(frozen=True, slots=True)
class ForwardKey:
    """Send this key to the application after what was committed before it."""

    keyval: int
    keycode: int
    state: int


@dataclass(frozen=True, slots=True)
class ShowList:
    """Show a list at the caret: predictions, or hanja."""

    rows: tuple[str, ...]
    """At least one, at most a page."""

    cursor: int | None
    """Highlighted row; None while the list is passive."""

    hint: str = ""
    """Auxiliary text; empty hides it."""

    orientation: Orientation = "vertical"
    """Whether rows stand under or beside each other; `system` leaves it to the panel."""


@dataclass(frozen=True, slots=True)
class HideList:
    """Take the list and its auxiliary text away."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Ask the daemon to remove this eojeol from everything it has learnt; no answer is needed."""

    eojeol: str


@dataclass(frozen=True, slots=True)
class Learn:
    """Tell the daemon of a finished eojeol, if it is there; no answer is needed."""

    before: str
    """The text before it, spaces as typed."""

    eojeol: str
    """Without punctuation; some of it is Hangul."""

    accepted: bool = False
    """Whether it was picked from the list rather than typed."""

    field: str = ""
    """What IBus calls the field's input context; empty where it does not say."""


@dataclass(frozen=True, slots=True)
class Count:
    """Tell the daemon what was done since the last time, in numbers; no answer is needed."""

    keys: int = 0
    """Keys pressed: those that write or erase, and two for each candidate that was taken."""

    keys_saved: int = 0
    """Keys of two-set Hangul that candidates spared, beyond the two of taking one."""

    eojeols: int = 0
    """Finished, typed or taken."""

    lists_shown: int = 0
    lists_used: int = 0
    lists_ignored: int = 0
    """Those that went without a candidate having been taken."""


@dataclass(frozen=True, slots=True)
class CountSoon:
    """Call `Session.counted()` after this span: there is something to count now."""

    span_ms: int


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
class Status:
    """What the panel shows and its menu switches."""

    hangul: bool = True
    predict: bool = True
    learn: bool = True
    hanja_lock: bool = False
    incognito: bool = False


@dataclass(frozen=True, slots=True)
class UpdateProperties:
    """Tell the panel that the mode or a switch changed."""

    status: Status


@dataclass(frozen=True, slots=True)
class Keep:
    """The user changed a setting by key or menu: keep it where the preferences are kept."""

    setting: str
    """Name of a field of Settings."""

    value: bool


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """Start the settings dialog."""


Action = (
    Commit
    | Preedit
    | Composing
    | DeleteBefore
    | ForwardKey
    | ShowList
    | HideList
    | Forget
    | Learn
    | Count
    | CountSoon
    | Ask
    | Wait
    | Keep
    | OpenSettings
    | UpdateProperties
)


@dataclass(frozen=True, slots=True)
class Reaction:
    """The answer to one key."""

    handled: bool
    """Whether IBus keeps the key from the application (the return of ProcessKeyEvent)."""

    actions: tuple[Action, ...] = ()
