# SPDX-License-Identifier: Apache-2.0
"""Preferences and settings are the same things under two names; a bad value harms none."""

from __future__ import annotations

import ast
import shutil
import subprocess
import typing
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest

from ibus_component.preferences import FIELDS, PreferenceError, changed, key_of, read
from ibus_component.settings import Settings

FOLDER = Path(__file__).parents[2] / "data" / "gsettings"
SCHEMA = FOLDER / "org.freedesktop.ibus.engine.ieum.gschema.xml"
TYPES = {bool: "b", int: "i", float: "d", str: "s", tuple[str, ...]: "as"}


def schema() -> ET.Element:
    found = ET.parse(SCHEMA).getroot().find("schema")
    assert found is not None
    return found


def key(field: str) -> ET.Element:
    (found,) = (entry for entry in schema().iter("key") if entry.get("name") == key_of(field))
    return found


def default_of(entry: ET.Element) -> object:
    """The default, written as GVariant does: near enough to Python but for true and false."""
    written = entry.findtext("default", "")
    value: object = ast.literal_eval({"true": "True", "false": "False"}.get(written, written))
    return tuple(value) if isinstance(value, list) else value


FIELD_TYPES = typing.get_type_hints(Settings, include_extras=True)


def test_the_schema_has_the_id_and_place_that_ibus_looks_in() -> None:
    assert schema().get("id") == "org.freedesktop.ibus.engine.ieum"
    assert schema().get("path") == "/desktop/ibus/engine/ieum/"


def test_the_schema_has_a_key_for_each_setting_and_no_other() -> None:
    assert [entry.get("name") for entry in schema().iter("key")] == [
        key_of(field.name) for field in msgspec.structs.fields(Settings)
    ]
    assert len(FIELDS) == len(FIELD_TYPES)


@pytest.mark.parametrize("field", FIELD_TYPES)
def test_a_key_is_of_the_kind_of_its_setting(field: str) -> None:
    entry, kind = key(field), FIELD_TYPES[field]
    bounds, choices = entry.find("range"), [choice.get("value") for choice in entry.iter("choice")]
    if typing.get_origin(kind) is Annotated:
        kind, limits = kind.__origin__, kind.__metadata__[0]
        assert bounds is not None
        assert (float(bounds.get("min", "")), float(bounds.get("max", ""))) == (
            limits.ge,
            limits.le,
        )
    else:
        assert bounds is None
    if typing.get_origin(kind) is Literal:
        assert choices == list(typing.get_args(kind))
        kind = str
    else:
        assert choices == []

    assert entry.get("type") == TYPES[kind]
    assert default_of(entry) == getattr(Settings(), field)
    assert entry.findtext("summary", "").strip()
    assert entry.findtext("description", "").endswith(".")


def test_the_schema_compiles(tmp_path: Path) -> None:
    shutil.copy(SCHEMA, tmp_path)
    subprocess.run(["glib-compile-schemas", "--strict", str(tmp_path)], check=True)


@pytest.mark.parametrize("name", FIELDS)
def test_ibus_takes_every_key(name: str) -> None:
    assert name.isascii()
    assert name.isalpha()
    assert name.islower()


@pytest.mark.parametrize(
    ("name", "value", "field", "taken"),
    [
        ("popupdelay", 0, "popup_delay_ms", 0),
        ("minconfidence", 1, "min_confidence", 1.0),
        ("togglekeys", ["F9", "Alt_R"], "toggle_keys", ("F9", "Alt_R")),
        ("latinkeys", [], "latin_keys", ()),
        ("preset", "keyboard-untouched", "preset", "keyboard-untouched"),
        ("layout", "3f", "layout", "3f"),
        ("predict", False, "predict", False),
    ],
)
def test_a_value_is_taken_and_the_others_stay(
    name: str, value: object, field: str, taken: object
) -> None:
    before = Settings(page_size=3)

    after = changed(before, name, value)

    assert getattr(after, field) == taken
    assert msgspec.structs.replace(after, **{field: getattr(before, field)}) == before


def test_nothing_is_the_default() -> None:
    assert changed(Settings(layout="3f", page_size=3), "layout", None) == Settings(page_size=3)


BAD: list[tuple[str, Any, str]] = [
    ("popupdelay", 1001, "<= 1000"),
    ("popupdelay", True, "got `bool`"),
    ("popupdelay", "soon", "got `str`"),
    ("minconfidence", float("nan"), "0.0"),
    ("predict", 1, "got `int`"),
    ("preset", "mine", "'mine'"),
    ("layout", "qwerty", "`qwerty`"),
    ("layout", ["2"], "got `array`"),
    ("togglekeys", "Hangul", "got `str`"),
    ("togglekeys", ["Hangul", "Hangeul"], "`Hangeul`"),
    ("togglekeys", ["Meta+x"], "`Meta`"),
    ("togglekeys", [1], "togglekeys[0]"),
    ("model", {"a": 1}, "got `object`"),
]


@pytest.mark.parametrize(("name", "value", "reason"), BAD)
def test_a_bad_value_is_refused_in_a_sentence_that_names_key_and_reason(
    name: str, value: object, reason: str
) -> None:
    with pytest.raises(PreferenceError) as refused:
        changed(Settings(), name, value)
    told = str(refused.value)

    assert f"`{name}`" in told
    assert reason in told
    assert told.endswith(".")


def test_a_sentence_is_one_short_line_whatever_the_value() -> None:
    with pytest.raises(PreferenceError) as refused:
        changed(Settings(), "togglekeys", ["no\nsuch\nkey " * 1000])
    with pytest.raises(PreferenceError) as unknown:
        changed(Settings(), "pony\n" * 1000, 1)

    for told in (str(refused.value), str(unknown.value)):
        assert "\n" not in told
        assert len(told) < 300


def test_what_is_not_named_has_its_default_and_a_bad_value_the_last_good_one() -> None:
    last = Settings(layout="3f", page_size=3, toggle_keys=("F9",))

    settings, complaints = read({"togglekeys": ["Hangeul"], "popupdelay": 0, "pony": 1}, last)

    assert settings == Settings(toggle_keys=("F9",), popup_delay_ms=0)
    assert ["togglekeys" in complaints[0], "pony" in complaints[1]] == [True, True]
    assert len(complaints) == 2


@pytest.mark.parametrize("field", FIELD_TYPES)
def test_every_setting_survives_the_way_through_the_preferences(field: str) -> None:
    value = getattr(Settings(), field)
    kept = list(value) if isinstance(value, tuple) else value

    assert read({key_of(field): kept}, Settings()) == (Settings(), ())
