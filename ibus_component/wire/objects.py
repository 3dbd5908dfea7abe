# SPDX-License-Identifier: Apache-2.0
"""IBus objects as D-Bus values: text, attributes, lookup table, properties, component.

Every IBus object travels in a variant whose struct begins with the class name
and an empty dictionary of attachments. dbus-next wants structs as lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from dbus_next.signature import Variant

__all__ = [
    "PAGE_SIZE",
    "attribute",
    "component",
    "engine_desc",
    "lookup_table",
    "plain",
    "prop",
    "prop_list",
    "text",
    "text_of",
]

ATTRIBUTE_UNDERLINE: Final = 1
UNDERLINE_SINGLE: Final = 1
ORIENTATIONS: Final = {"horizontal": 0, "vertical": 1, "system": 2}
PROP_NORMAL: Final = 0
PROP_TOGGLE: Final = 1
PAGE_SIZE: Final = 5
"""Rows of the lookup table as a rule; the whole table travels on each update, so one page."""


def attribute(kind: int, value: int, start: int, end: int) -> Variant:
    """IBusAttribute over the characters start to end."""
    return Variant("(sa{sv}uuuu)", ["IBusAttribute", {}, kind, value, start, end])


def text(string: str, *, underlined: int = 0) -> Variant:
    """IBusText.

    Args:
        string: The text.
        underlined: How many characters from its beginning are underlined.
    """
    marks = [attribute(ATTRIBUTE_UNDERLINE, UNDERLINE_SINGLE, 0, underlined)] if underlined else []
    attributes = Variant("(sa{sv}av)", ["IBusAttrList", {}, marks])
    return Variant("(sa{sv}sv)", ["IBusText", {}, string, attributes])


def lookup_table(rows: Sequence[str], cursor: int | None, orientation: str = "vertical") -> Variant:
    """IBusLookupTable of one page, its rows numbered from 1.

    Args:
        rows: Candidates, at most ten.
        cursor: Highlighted row; None shows no highlight.
        orientation: One of ORIENTATIONS.
    """
    labels = [text(str(number + 1)) for number in range(len(rows))]
    return Variant(
        "(sa{sv}uubbiavav)",
        [
            "IBusLookupTable",
            {},
            max(PAGE_SIZE, len(rows)),
            cursor or 0,
            cursor is not None,
            False,
            ORIENTATIONS[orientation],
            [text(row) for row in rows],
            labels,
        ],
    )


def prop(
    key: str, label: str, *, symbol: str = "", tooltip: str = "", checked: bool | None = None
) -> Variant:
    """IBusProperty: an entry of the panel's menu.

    Args:
        key: Name that PropertyActivate brings back.
        label: What the menu shows.
        symbol: What the panel shows in its icon, one or two characters.
        tooltip: Sentence shown on hovering.
        checked: State of a toggle; None makes a plain entry.
    """
    kind = PROP_NORMAL if checked is None else PROP_TOGGLE
    return Variant(
        "(sa{sv}suvsvbbuvv)",
        [
            "IBusProperty",
            {},
            key,
            kind,
            text(label),
            "",
            text(tooltip),
            True,
            True,
            int(bool(checked)),
            prop_list(()),
            text(symbol),
        ],
    )


def prop_list(properties: Iterable[Variant]) -> Variant:
    """IBusPropList."""
    return Variant("(sa{sv}av)", ["IBusPropList", {}, list(properties)])


def engine_desc(fields: Sequence[object]) -> Variant:
    """IBusEngineDesc.

    Args:
        fields: name, longname, description, language, license, author, icon, layout,
            rank (an int), hotkeys, symbol, setup, layout_variant, layout_option,
            version, textdomain, icon_prop_key.
    """
    return Variant("(sa{sv}ssssssssussssssss)", ["IBusEngineDesc", {}, *fields])


def component(fields: Sequence[str], engines: Iterable[Variant]) -> Variant:
    """IBusComponent.

    Args:
        fields: name, description, version, license, author, homepage, exec, textdomain.
        engines: Its engines, each an engine_desc().
    """
    return Variant("(sa{sv}ssssssssavav)", ["IBusComponent", {}, *fields, [], list(engines)])


def plain(value: object) -> Any:  # noqa: ANN401
    """Strip the variants off a received value, at every depth."""
    if isinstance(value, Variant):
        return plain(value.value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def text_of(value: object) -> str:
    """The string of a received IBusText; empty for anything else."""
    fields = plain(value)
    if isinstance(fields, list) and len(fields) > 2 and fields[0] == "IBusText":
        return str(fields[2])
    return ""
