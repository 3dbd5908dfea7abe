# SPDX-License-Identifier: Apache-2.0
"""Refuses what no predictor can answer, in one clear sentence that quotes nothing typed."""

from __future__ import annotations

import math
from typing import Final

from ime_engine.errors import InputError
from ime_engine.protocol import MAX_FIELD, MAX_LIMIT, MAX_TEXT, Query

__all__ = ["check_field", "check_query", "check_text"]

MIN_TEMPERATURE: Final = 0.1
MAX_TEMPERATURE: Final = 5.0
MAX_DEADLINE_MS: Final = 60_000


def check_query(query: Query) -> None:
    """Check every field.

    Raises:
        InputError: a field is out of range or holds no text; says what to send instead.
    """
    check_text("before", query.before)
    check_text("prefix", query.prefix)
    if any(char.isspace() for char in query.prefix):
        raise InputError("The prefix holds a space; send one eojeol, and the rest as before.")
    check_field(query.field)
    if not 1 <= query.limit <= MAX_LIMIT:
        raise InputError(f"The limit must be from 1 to {MAX_LIMIT}.")
    if not MIN_TEMPERATURE <= query.temperature <= MAX_TEMPERATURE or math.isnan(query.temperature):
        raise InputError(f"The temperature must be from {MIN_TEMPERATURE} to {MAX_TEMPERATURE}.")
    if query.deadline_ms is not None and not 0 <= query.deadline_ms <= MAX_DEADLINE_MS:
        raise InputError(f"deadline_ms must be from 0 to {MAX_DEADLINE_MS}.")


def check_field(name: str) -> None:
    """Check the name of a text field.

    Raises:
        InputError: it is too long, holds NUL, or is no valid Unicode.
    """
    check_text("field", name)
    if len(name) > MAX_FIELD:
        raise InputError(f"The field's name must have at most {MAX_FIELD} characters.")


def check_text(name: str, text: str) -> None:
    """Check that a text can be read by a model.

    Raises:
        InputError: it is too long, holds NUL, or is no valid Unicode.
    """
    if len(text) > MAX_TEXT:
        raise InputError(f"{name} is longer than {MAX_TEXT} characters; send its last part.")
    if "\0" in text:
        raise InputError(f"{name} holds a NUL character; send text without it.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(f"{name} holds a lone surrogate; send valid Unicode.") from None
