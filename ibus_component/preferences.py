# SPDX-License-Identifier: Apache-2.0
"""Settings as the desktop's preferences name them: GSettings keys, one value at a time.

Pure: values in, settings and sentences out. A value that cannot be used changes nothing,
and a sentence says which and why; the values beside it count all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from ibus_component.settings import Settings

__all__ = ["FIELDS", "SECTION", "PreferenceError", "changed", "key_of", "read"]

SECTION: Final = "engine/ieum"
"""What IBus' configuration service calls the folder /desktop/ibus/engine/ieum/ of GSettings."""

LONGEST_REASON: Final = 200


class PreferenceError(Exception):
    """A value that cannot be used; the message is a sentence that names the key."""


def key_of(field: str) -> str:
    """Key of a setting: IBus' service takes neither `-` nor `_`, and the schema tells the unit.

    >>> key_of("popup_delay_ms")
    'popupdelay'
    """
    return field.removesuffix("_ms").replace("_", "")


FIELDS: Final = {key_of(field.name): field.name for field in msgspec.structs.fields(Settings)}
"""Field of Settings by key."""


def changed(settings: Settings, key: str, value: object) -> Settings:
    """The settings with one value replaced; None is its default.

    Raises:
        PreferenceError: there is no such key, or it does not take this value.
    """
    field = FIELDS.get(key)
    if field is None:
        raise PreferenceError(f"There is no preference `{_brief(key)}`.")
    named = {} if value is None else {field: value}
    try:
        checked: Any = msgspec.convert(named, Settings)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        reason = str(error).replace(f" - at `$.{field}", f" at `{key}")
        raise PreferenceError(
            f"The preference `{key}` keeps its last good value: {_brief(reason)}."
        ) from None
    return msgspec.structs.replace(settings, **{field: getattr(checked, field)})


def read(values: Mapping[str, object], last: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings that all preferences together make.

    Args:
        values: By key; a key that is not named has its default.
        last: Settings until now: what counts for a key whose value cannot be used.

    Returns:
        The settings, and a sentence for each value that cannot be used.
    """
    settings, complaints = Settings(), []
    for key, value in values.items():
        try:
            settings = changed(settings, key, value)
        except PreferenceError as error:
            complaints.append(str(error))
            if field := FIELDS.get(key):
                settings = msgspec.structs.replace(settings, **{field: getattr(last, field)})
    return settings, tuple(complaints)


def _brief(text: str) -> str:
    """One line of what may be anything."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_REASON else line[:LONGEST_REASON] + "…"
