# SPDX-License-Identifier: Apache-2.0
"""A call's arguments become a Query, or one sentence that says what is wrong.

Pure: knows neither D-Bus nor the engine. The sentences name options and
limits; they never repeat the text that was sent.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ime_engine.errors import InputError
from ime_engine.protocol import DEFAULT_LIMIT, Query
from ime_engine.queries import check_field, check_query, check_text

__all__ = [
    "COUNTS",
    "LEARN_OPTIONS",
    "OPTIONS",
    "LearnOptions",
    "check_counts",
    "check_eojeol",
    "parse_learn",
    "parse_query",
]

OPTIONS: Final = {
    "limit": "u",
    "deadline_ms": "u",
    "temperature": "d",
    "tokens": "b",
    "private": "b",
    "field": "s",
}
"""Options of Predict and the D-Bus type of each."""

LEARN_OPTIONS: Final = {"accepted": "b", "private": "b", "field": "s"}
"""Options of Learn and the D-Bus type of each."""

COUNTS: Final = (
    *("keys", "keys_saved", "eojeols"),
    *("lists_shown", "lists_used", "lists_ignored"),
)
"""Names that Count knows; docs/dbus.md says what each is."""

MOST_COUNTED: Final = 1_000_000
"""More at a time is no typing."""

MAX_EOJEOL: Final = 1000
SHOWN: Final = 40
"""Longest unknown option name that is repeated in a sentence, in characters."""


def parse_query(
    before: str, prefix: str, options: Mapping[str, tuple[str, Any]], program: str = ""
) -> Query:
    """Make a query of what came over the bus.

    Args:
        before: Text before the eojeol.
        prefix: What is typed of the eojeol.
        options: Name to (D-Bus type, value).
        program: Who asks.

    Raises:
        InputError: An option is unknown or of the wrong type, or the query is
            out of range.
    """
    values = _checked(options, OPTIONS)
    query = Query(
        before=before,
        prefix=prefix,
        limit=values.get("limit", DEFAULT_LIMIT),
        deadline_ms=values.get("deadline_ms"),
        temperature=values.get("temperature", 1.0),
        tokens=values.get("tokens", False),
        private=values.get("private", False),
        field=_of(program, values.get("field", "")),
    )
    check_query(query)
    return query


class LearnOptions(NamedTuple):
    """Options of Learn."""

    accepted: bool
    """Whether the eojeol was picked from a list."""

    private: bool
    """Whether nothing may be kept."""

    field: str
    """Of the program that tells."""


def parse_learn(options: Mapping[str, tuple[str, Any]], program: str = "") -> LearnOptions:
    """Read the options of Learn.

    Args:
        options: Name to (D-Bus type, value).
        program: Who calls.

    Raises:
        InputError: An option is unknown, of the wrong type, or too long.
    """
    values = _checked(options, LEARN_OPTIONS)
    field = _of(program, values.get("field", ""))
    check_field(field)
    return LearnOptions(bool(values.get("accepted")), bool(values.get("private")), field)


def check_counts(counts: Mapping[str, int]) -> None:
    """Refuse what Count does not know.

    Raises:
        InputError: A name is unknown, or a number too large.
    """
    for name, number in counts.items():
        if name not in COUNTS:
            raise InputError(f"Unknown count {_shown(name)}; known are {', '.join(COUNTS)}.")
        if number > MOST_COUNTED:
            raise InputError(f"{name} must be at most {MOST_COUNTED}.")


def check_eojeol(eojeol: str) -> None:
    """Refuse what cannot be one eojeol.

    Raises:
        InputError: Empty, too long, malformed, or with a space in it.
    """
    if not eojeol or len(eojeol) > MAX_EOJEOL or any(char.isspace() for char in eojeol):
        raise InputError(
            f"eojeol must be one word of 1 to {MAX_EOJEOL} characters, without spaces."
        )
    check_text("eojeol", eojeol)


def _of(program: str, field: str) -> str:
    """Return the name of a field together with its program's: none reads what another wrote."""
    return f"{program} {field}" if field else ""


def _checked(options: Mapping[str, tuple[str, Any]], known: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of options that are known and of the right type."""
    for name, (signature, _) in options.items():
        if name not in known:
            near = difflib.get_close_matches(name[:SHOWN], known, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            listed = ", ".join(f"{option} ({kind})" for option, kind in known.items())
            raise InputError(f"Unknown option {_shown(name)}; {hint}known are {listed}.")
        if signature != known[name]:
            raise InputError(
                f"Option {name} must be of D-Bus type {known[name]}, got {_shown(signature)}."
            )
    return {name: value for name, (_, value) in options.items()}


def _shown(text: str) -> str:
    clean = "".join(char if char.isprintable() else "?" for char in text[: SHOWN + 1])
    return clean if len(clean) <= SHOWN else clean[:SHOWN] + "…"
