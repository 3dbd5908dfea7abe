# SPDX-License-Identifier: Apache-2.0
"""What people call a key: what is written on it, instead of its X name.

The standard library only: hints of the engine and the settings dialog read it.
"""

from __future__ import annotations

from typing import Final

from ibus_component.texts import N_, _

__all__ = ["printed"]

ON_THE_KEY: Final = {
    "Control": "Ctrl",
    "Return": "Enter",
    "Escape": "Esc",
    "space": "Space",
    "Left": "←",
    "Up": "↑",
    "Right": "→",
    "Down": "↓",
    "Page_Up": "PgUp",
    "Page_Down": "PgDn",
    "Hangul": "한/영",
    "Hangul_Hanja": "한자",
    "Caps_Lock": "Caps Lock",
    "Shift_L": N_("Left Shift"),
    "Shift_R": N_("Right Shift"),
    "Control_L": N_("Left Ctrl"),
    "Control_R": N_("Right Ctrl"),
    "Alt_L": N_("Left Alt"),
    "Alt_R": N_("Right Alt"),
    "Super_L": N_("Left Super"),
    "Super_R": N_("Right Super"),
}
"""X names, and what is written on the key where that is something else."""


def printed(name: str) -> str:
    """What is written on the keys of a chord.

    >>> printed("Control+Alt+h"), printed("Page_Down"), printed("Hangul")
    ('Ctrl+Alt+H', 'PgDn', '한/영')
    """
    keys = [_(ON_THE_KEY[key]) if key in ON_THE_KEY else key for key in name.split("+")]
    return "+".join(key.upper() if len(key) == 1 else key for key in keys)
