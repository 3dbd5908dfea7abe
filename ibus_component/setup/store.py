# SPDX-License-Identifier: Apache-2.0
"""The settings as GSettings keeps them: found, checked, put back.

GSettings answers with the default where a stored value is out of range, and has
no word for it; therefore the stored values are read from the backend as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from gi.repository import Gio, GLib

from ibus_component.setup.chords import is_known
from ibus_component.setup.labels import LABELS
from ibus_component.texts import _, shared

__all__ = ["SCHEMA", "MissingSchemaError", "Store"]

SCHEMA: Final = "org.freedesktop.ibus.engine.ieum"
COMPILED: Final = "glib-2.0/schemas/gschemas.compiled"


class MissingSchemaError(Exception):
    """The schema is not installed, or is that of another version."""


class Store:
    """Every setting of the engine.

    Args:
        keyboards: Ids of the keyboards that can be chosen; empty when nobody knows.

    Raises:
        MissingSchemaError: There is nothing to read the settings with.
    """

    def __init__(self, keyboards: Iterable[str] = ()) -> None:
        self._schema = _find()
        self._keyboards = frozenset(keyboards)
        self.settings = Gio.Settings.new_full(self._schema, None, None)

    def keys(self) -> list[str]:
        """Name of every setting, in the schema's order."""
        return [str(key) for key in self._schema.list_keys()]

    def limits(self, key: str) -> tuple[float, float]:
        """Least and greatest value of a number."""
        kind, values = self._schema.get_key(key).get_range().unpack()
        if kind != "range":
            raise TypeError(f"{key} has no range")
        return float(values[0]), float(values[1])

    def list_of(self, key: str) -> list[str]:
        """The names in a list of keys."""
        return [str(name) for name in self.settings.get_strv(key)]

    def key_lists(self) -> dict[str, list[str]]:
        """Every list of keys."""
        names = (key for key in self.keys() if key.endswith("keys"))
        return {key: self.list_of(key) for key in names}

    def is_changed(self, key: str) -> bool:
        """Whether a setting is not as it came."""
        return self.settings.get_user_value(key) is not None

    def reset(self, keys: Iterable[str]) -> None:
        """Put settings back to their defaults."""
        for key in keys:
            self.settings.reset(key)

    def watch(self, key: str, changed: Callable[[], None]) -> None:
        """Call back when a setting changes, whoever changes it; empty watches all."""
        signal = f"changed::{key}" if key else "changed"
        self.settings.connect(signal, lambda *_: changed())

    def broken(self) -> dict[str, str]:
        """Settings whose stored value cannot be used, and that value, as a person reads it."""
        found = {}
        for key in self.keys():
            stored = self._stored(key)
            if stored is not None and (bad := self._amiss(key, stored)):
                found[key] = bad
        return found

    def _amiss(self, key: str, stored: GLib.Variant) -> str:
        expected = self._schema.get_key(key)
        value = stored.unpack()
        if not stored.is_of_type(expected.get_value_type()) or not expected.range_check(stored):
            return str(value)
        if key.endswith("keys"):
            return ", ".join(name for name in value if not is_known(name))
        if key == "layout" and self._keyboards and value not in self._keyboards:
            return str(value) or "''"
        return ""

    def _stored(self, key: str) -> GLib.Variant | None:
        """The value that was stored, whatever it is; None when there is none."""
        backend: Any = self.settings.props.backend
        wanted = self._schema.get_key(key).get_value_type()
        try:
            value = type(backend).do_read(backend, self._schema.get_path() + key, wanted, False)
        except (NotImplementedError, TypeError):  # a backend that cannot be asked in Python
            return None
        return value if isinstance(value, GLib.Variant) else None


def _find() -> Gio.SettingsSchema:
    source = Gio.SettingsSchemaSource.get_default()
    compiled = shared(COMPILED)
    if compiled is not None:
        folder = str(compiled.parent)
        source = Gio.SettingsSchemaSource.new_from_directory(folder, source, False)
    schema = source.lookup(SCHEMA, True) if source is not None else None
    if schema is None:
        raise MissingSchemaError(
            _("The settings schema is not installed; run `make setup`, or `sudo make install`.")
        )
    missing = [key for key in LABELS if not schema.has_key(key)]
    if missing:
        raise MissingSchemaError(
            _(
                "The settings schema is of another version (it lacks {key}); "
                "run `make setup`, or `sudo make install`."
            ).format(key=missing[0])
        )
    return schema
