# SPDX-License-Identifier: Apache-2.0
"""Which models there are: the folders at once, the predictor's own word when it comes.

The predictor is asked without being started, and nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from gi.repository import Gio, GLib

from ibus_component.texts import _
from ime_engine.protocol import BUS_NAME, INTERFACE, OBJECT_PATH

__all__ = ["ask", "automatic", "in_folders"]

ANSWER_MS: Final = 3000
MANIFEST: Final = "manifest.json"
SHARED: Final = ("/usr/local/share/ieum/models", "/usr/share/ieum/models")


def automatic() -> dict[str, str]:
    """The choice that is always there: to leave it to the predictor."""
    return {"": _("automatic")}


def in_folders(environment: Mapping[str, str]) -> dict[str, str]:
    """Models that lie where the predictor looks, and what to call them."""
    variable = environment.get("IEUM_MODELS_DIR")
    folders = [Path(variable)] if variable else [_own(environment), *map(Path, SHARED)]
    names = {file.parent.name for folder in folders for file in folder.glob(f"*/{MANIFEST}")}
    return automatic() | {name: name for name in sorted(names)}


def ask(told: Callable[[dict[str, str]], None]) -> None:
    """Ask the predictor, if it runs; `told` is called later, or never."""

    def answered(connection: Gio.DBusConnection, result: Gio.AsyncResult) -> None:
        try:
            (models,) = connection.call_finish(result).unpack()
        except GLib.Error:  # no predictor, or none that has anything to say
            return
        told(automatic() | {entry["name"]: _shown(entry) for entry in models})

    def connected(_source: object, result: Gio.AsyncResult) -> None:
        try:
            connection = Gio.bus_get_finish(result)
        except GLib.Error:
            return
        connection.call(
            *(BUS_NAME, OBJECT_PATH, INTERFACE, "ListModels", None),
            *(GLib.VariantType("(aa{sv})"), Gio.DBusCallFlags.NO_AUTO_START, ANSWER_MS),
            *(None, answered),
        )

    Gio.bus_get(Gio.BusType.SESSION, None, connected)


def _shown(entry: Mapping[str, object]) -> str:
    name = str(entry["name"])
    return _("{value} (damaged)").format(value=name) if "problem" in entry else name


def _own(environment: Mapping[str, str]) -> Path:
    home = Path(environment.get("XDG_DATA_HOME", ""))
    data = home if home.is_absolute() else Path.home() / ".local/share"
    return data / "ieum/models"
