# SPDX-License-Identifier: Apache-2.0
"""The entries of our menu in the panel: their names on the bus, and what they ask for."""

from __future__ import annotations

from typing import Final

from ibus_component.actions import Keep, OpenSettings

__all__ = ["HANJA_LOCK", "INCOGNITO", "LEARN", "MODE", "PREDICT", "SETUP", "chosen"]

MODE: Final = "InputMode"
PREDICT: Final = "Predict"
LEARN: Final = "Learn"
INCOGNITO: Final = "Incognito"
HANJA_LOCK: Final = "HanjaLock"
SETUP: Final = "Setup"

SWITCHES: Final = {PREDICT: "predict", LEARN: "learn", HANJA_LOCK: "hanja_lock"}
"""Settings that an entry switches."""


def chosen(name: str, state: int) -> Keep | OpenSettings | None:
    """What choosing an entry asks for; None for what no setting keeps, or we do not offer.

    Args:
        name: Of the entry.
        state: What a switch shall be: 1 is on.
    """
    if name == SETUP:
        return OpenSettings()
    switch = SWITCHES.get(name)
    return Keep(switch, state == 1) if switch else None
