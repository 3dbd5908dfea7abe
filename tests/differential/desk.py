# SPDX-License-Identifier: Apache-2.0
"""A private ibus-daemon that knows both engines, set alike, and an application before it.

One daemon carries both: what differs between two texts can then only be the engines' doing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Final

from ibus_component.headless import HANGUL_XML, HeadlessError, HeadlessIBus, wait_until
from ibus_component.wire.frames import Frames
from ime_engine.protocol import BUS_NAME
from tests.differential.application import Application, Played
from tests.differential.scripts import Script

__all__ = ["OURS", "THEIRS", "Desk", "at_desk"]

OURS: Final = "ieum"
THEIRS: Final = "hangul"
DBUS: Final = ("org.freedesktop.DBus", "/org/freedesktop/DBus")

SETTINGS: Final = {
    "autoreorder": False,
    "togglekeys": ("Hangul", "Shift+space", "Alt_R"),
    "hanjakeys": (),
    "completeafter": 1,
    "popupdelay": 0,
    "minconfidence": 0.0,
}
PEER_SETTINGS: Final = """[org/freedesktop/ibus/engine/hangul]
hangul-keyboard='{layout}'
initial-input-mode='hangul'
switch-keys='Hangul,Shift+space,Alt_R'
hanja-keys=''
off-keys=''
auto-reorder=true
"""
"""GSettings, as the keyfile backend reads them."""


class Desk:
    """Plays scripts on either engine."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._engine = ""

    @property
    def events(self) -> int:
        """Key events sent so far."""
        return self._application.events

    @property
    def lists(self) -> int:
        """Lists that were shown so far."""
        return self._application.lists

    def play(self, engine: str, scripts: Iterable[Script]) -> list[Played]:
        """What each script leaves behind; the engine is changed only when it must be."""
        if engine != self._engine:
            self._application.select(engine)
            self._engine = engine
        return [self._application.play(script) for script in scripts]

    def start_anew(self) -> None:
        """Have the next script played by a fresh engine object, whatever the last one left."""
        self._application.select(THEIRS if self._engine == OURS else OURS)
        self._engine = ""


@contextmanager
def at_desk(layout: str, *, predict: bool = False) -> Iterator[Desk]:
    """Sit down before a keyboard of libhangul.

    Args:
        layout: Its name.
        predict: Whether our engine predicts; a predictor that answers at once is there then.

    Raises:
        HeadlessError: ibus-daemon or ibus-hangul is not installed.
    """
    if not HANGUL_XML.exists():
        raise HeadlessError("ibus-hangul is not installed: install the package ibus-hangul")
    settings = SETTINGS | {"layout": layout, "predict": predict, "complete": predict}
    with HeadlessIBus(preferences=settings, environment={"GSETTINGS_BACKEND": "keyfile"}) as ibus:
        keyfile = ibus.home / "config" / "glib-2.0" / "settings" / "keyfile"
        keyfile.parent.mkdir(parents=True, exist_ok=True)
        keyfile.write_text(PEER_SETTINGS.format(layout=layout), encoding="utf-8")
        with closing(Application(ibus.address)) as application:
            if predict:
                _start_predictor(ibus)
            yield Desk(application)


def _start_predictor(ibus: HeadlessIBus) -> None:
    ibus.spawn(sys.executable, "-m", "tests.differential.predictor")
    with closing(Frames(ibus.env["DBUS_SESSION_BUS_ADDRESS"])) as bus:
        wait_until(lambda: bool(bus.call(*DBUS, "NameHasOwner", "s", [BUS_NAME])[0]), BUS_NAME)
