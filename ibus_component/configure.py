# SPDX-License-Identifier: Apache-2.0
"""Reads and changes the engine's preferences from a terminal: what `ieum config` runs.

    python -m ibus_component.configure [NAME [VALUE]] [--reset] [--json]

They are kept by IBus' configuration service, where the settings dialog and the
engine find them at once; without IBus they can only be read from config.yaml.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from typing import Any, Final

import msgspec

from ibus_component.preferences import FIELDS, SECTION, PreferenceError, changed, key_of, read
from ibus_component.settings import Settings, load_settings
from ibus_component.setup.chords import rival, why_not
from ibus_component.wire.address import AddressError, find_address
from ibus_component.wire.bus import BusError, IBus, open_bus
from ibus_component.wire.config import ConfigService

__all__ = ["main", "read_value"]

PATIENCE_S: Final = 5.0
YES: Final = ("true", "yes", "on", "1")
NO: Final = ("false", "no", "off", "0")
NO_SERVICE: Final = (
    "IBus' configuration service does not run, so nothing can be changed from here; "
    "start IBus, or edit `engine:` in config.yaml."
)


class RefusedError(Exception):
    """The wish cannot be granted; the message is the sentence to print."""


def main(arguments: list[str] | None = None) -> int:
    """Show or change preferences; the exit code."""
    parser = _parser()
    wish = parser.parse_args(arguments)
    if wish.reset and (not wish.name or wish.value is not None):
        parser.error("--reset takes the name of one setting and no value")
    try:
        field = _field_of(wish.name) if wish.name else ""
        settings = asyncio.run(_carry_out(wish, field))
    except (RefusedError, PreferenceError, BusError) as error:
        sys.stderr.write(f"ieum: {error}\n")
        return 1
    _show(settings, field, as_json=wish.json)
    return 0


def read_value(field: str, written: str) -> object:
    """What a person writes for a setting, as the value it means; checked by nobody yet.

    >>> read_value("predict", "off"), read_value("toggle_keys", "Hangul, F9")
    (False, ('Hangul', 'F9'))
    """
    default = getattr(Settings(), field)
    if isinstance(default, bool):
        word = written.strip().lower()
        return True if word in YES else False if word in NO else written
    if isinstance(default, tuple):
        return tuple(name.strip() for name in written.split(",") if name.strip())
    if isinstance(default, int | float):
        try:
            return type(default)(written)
        except ValueError:
            return written
    return written


async def _carry_out(wish: argparse.Namespace, field: str) -> Settings:
    """Change what is to be changed; the settings in force afterwards."""
    try:
        ibus = IBus(await open_bus(find_address(os.environ)))
    except (AddressError, BusError):
        return _from_file(wish)
    told: dict[str, object] = {}
    service = ConfigService(ibus.bus, SECTION, told.update, told.__setitem__)
    try:
        if not await service.start(PATIENCE_S):
            return _from_file(wish)
        settings, complaints = read(told, Settings())
        for complaint in complaints:
            sys.stderr.write(f"ieum: {complaint}\n")
        return await _change(service, settings, wish, field)
    finally:
        service.close()
        ibus.close()


async def _change(
    service: ConfigService, settings: Settings, wish: argparse.Namespace, field: str
) -> Settings:
    if not wish.reset and wish.value is None:
        return settings
    value = None if wish.reset else read_value(field, wish.value)
    wanted = changed(settings, key_of(field), value)
    if field.endswith("_keys") and value is not None:
        _check_keys(wanted, field, set(getattr(settings, field)))
    if not await service.put(key_of(field), getattr(wanted, field)):
        raise RefusedError("IBus' configuration service did not take the value.")
    return wanted


def _check_keys(wanted: Settings, field: str, bound: set[str]) -> None:
    """Refuse new keys that somebody types with, or that are bound elsewhere.

    Raises:
        RefusedError: with the sentence that the settings dialog would show.
    """
    lists = {key_of(name): getattr(wanted, name) for name in FIELDS.values() if "_keys" in name}
    for name in getattr(wanted, field):
        if name in bound:
            continue
        if reason := why_not(name, key_of(field)):
            raise RefusedError(reason)
        if other := rival(name, key_of(field), lists):
            raise RefusedError(f"`{name}` is bound by {FIELDS[other]} already.")


def _from_file(wish: argparse.Namespace) -> Settings:
    if wish.reset or wish.value is not None:
        raise RefusedError(NO_SERVICE)
    settings, complaint = load_settings()
    if complaint:
        sys.stderr.write(f"ieum: {complaint}\n")
    return settings


def _field_of(name: str) -> str:
    """Field of a setting by its name, or by its key in the preferences.

    Raises:
        RefusedError: there is none.
    """
    field = FIELDS.get(key_of(name))
    if field is None:
        raise RefusedError(f"There is no setting `{name}`; `ieum config` lists them all.")
    return field


def _show(settings: Settings, field: str, *, as_json: bool) -> None:
    values: dict[str, Any] = msgspec.structs.asdict(settings)
    if field:
        sys.stdout.write(f"{_written(values[field], as_json=as_json)}\n")
    elif as_json:
        sys.stdout.write(f"{_written(values, as_json=True)}\n")
    else:
        defaults = msgspec.structs.asdict(Settings())
        width = max(map(len, values))
        for name, value in values.items():
            mark = " " if value == defaults[name] else "*"
            sys.stdout.write(f"{mark} {name:{width}}  {_written(value)}".rstrip() + "\n")


def _written(value: object, *, as_json: bool = False) -> str:
    if as_json:
        return json.dumps(value, ensure_ascii=False, indent=2)
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ieum config")
    parser.add_argument("name", nargs="?", help="a setting; without it all are listed")
    parser.add_argument("value", nargs="?", help="its new value; keys are separated by commas")
    parser.add_argument("--reset", action="store_true", help="give the setting its default back")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
