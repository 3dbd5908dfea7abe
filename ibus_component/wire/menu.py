# SPDX-License-Identifier: Apache-2.0
"""Our entries in the panel's menu: the mode, the switches, and the way to the settings.

Marshalled once for each state: the panel wants them anew at each change of focus.
"""

from __future__ import annotations

from functools import lru_cache

from dbus_next.signature import Variant

from ibus_component.actions import Status
from ibus_component.panel import HANJA_LOCK, INCOGNITO, LEARN, MODE, PREDICT, SETUP
from ibus_component.texts import _
from ibus_component.wire.objects import prop, prop_list
from ibus_component.wire.packed import pack_body

__all__ = ["changes", "menu"]


@lru_cache(maxsize=32)
def menu(status: Status) -> bytes:
    """Body of RegisterProperties."""
    return pack_body("v", [prop_list(_entries(status))])


@lru_cache(maxsize=32)
def changes(was: Status | None, status: Status) -> tuple[bytes, ...]:
    """Bodies of UpdateProperty for the entries that are not as they were.

    Args:
        was: What the panel shows; None when that is not known.
        status: What it shall show.
    """
    old = _entries(was) if was else ()
    return tuple(pack_body("v", [entry]) for entry in _entries(status) if entry not in old)


def _entries(status: Status) -> tuple[Variant, ...]:
    mode, symbol = (_("Hangul"), "한") if status.hangul else (_("Latin"), "A")
    return (
        prop(MODE, mode, symbol=symbol, tooltip=_("Switch between Hangul and Latin")),
        prop(
            PREDICT,
            _("Prediction"),
            symbol="예",
            tooltip=_("Offer the next eojeol"),
            checked=status.predict,
        ),
        prop(
            LEARN,
            _("Learning"),
            symbol="학",
            tooltip=_("Let the predictor learn from what is typed"),
            checked=status.learn,
        ),
        prop(
            INCOGNITO,
            _("Incognito"),
            symbol="비",
            tooltip=_("Until switched off, nothing is learned or kept"),
            checked=status.incognito,
        ),
        prop(
            HANJA_LOCK,
            _("Hanja lock"),
            symbol="漢",
            tooltip=_("Offer hanja for each syllable"),
            checked=status.hanja_lock,
        ),
        prop(SETUP, _("Settings…"), tooltip=_("Open the settings of Ieum")),
    )
