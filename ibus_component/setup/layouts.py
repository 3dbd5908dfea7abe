# SPDX-License-Identifier: Apache-2.0
"""Hangul keyboards by their names, as libhangul and its own translation have them."""

from __future__ import annotations

import gettext

from ibus_component.libhangul import LibhangulMissingError, keyboards

__all__ = ["names"]


def names() -> dict[str, str]:
    """What each installed keyboard is called; empty without libhangul."""
    try:
        found = keyboards()
    except LibhangulMissingError:
        return {}
    translation = gettext.translation("libhangul", fallback=True)
    return {identity: translation.gettext(name) for identity, name in found.items()}
