# SPDX-License-Identifier: Apache-2.0
"""IBus objects have the shape that ibus-daemon reads."""

from __future__ import annotations

import pytest
from dbus_next.signature import Variant

from ibus_component.component_xml import component_fields, engine_fields
from ibus_component.wire.objects import (
    component,
    engine_desc,
    lookup_table,
    plain,
    prop,
    prop_list,
    text,
    text_of,
)
from ibus_component.wire.packed import pack_body


def test_text_underlines_its_characters_not_its_bytes() -> None:
    fields = plain(text("한글", underlined=2))

    assert fields[2] == "한글"
    assert fields[3][2] == [["IBusAttribute", {}, 1, 1, 0, 2]]


def test_plain_text_has_no_attributes() -> None:
    assert plain(text("가"))[3] == ["IBusAttrList", {}, []]


def test_a_passive_list_shows_no_cursor() -> None:
    name, _, page, cursor, visible, around, orientation, rows, labels = plain(
        lookup_table(["세상", "하늘"], None)
    )

    assert name == "IBusLookupTable"
    assert (page, cursor, visible, around, orientation) == (5, 0, False, False, 1)
    assert [row[2] for row in rows] == ["세상", "하늘"]
    assert [label[2] for label in labels] == ["1", "2"]


def test_an_active_list_shows_its_cursor() -> None:
    assert plain(lookup_table(["세상", "하늘"], 1))[3:5] == [1, True]


def test_a_toggle_carries_its_state_and_an_entry_none() -> None:
    toggle = plain(prop("Predict", "예측", symbol="예", checked=True))
    entry = plain(prop("InputMode", "한글", symbol="한"))

    assert (toggle[2], toggle[3], toggle[9], toggle[11][2]) == ("Predict", 1, 1, "예")
    assert (entry[2], entry[3], entry[9], entry[11][2]) == ("InputMode", 0, 0, "한")


@pytest.mark.parametrize(
    "value",
    [
        text("가", underlined=1),
        lookup_table(["가"], 0),
        prop_list([prop("a", "b", checked=False)]),
        component(
            list(component_fields("1", "x").values()),
            [
                engine_desc(
                    [
                        *list(engine_fields("1").values())[:8],
                        50,
                        *list(engine_fields("1").values())[9:],
                    ]
                )
            ],
        ),
    ],
    ids=["text", "table", "properties", "component"],
)
def test_every_object_can_be_sent(value: Variant) -> None:
    assert pack_body("v", [value])


@pytest.mark.parametrize("value", [Variant("s", "가"), Variant("(ss)", ["IBusText", "가"]), 7])
def test_what_is_no_text_reads_as_empty(value: object) -> None:
    assert text_of(value) == ""


def test_a_text_reads_back() -> None:
    assert text_of(text("안녕")) == "안녕"
