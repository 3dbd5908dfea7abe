# SPDX-License-Identifier: Apache-2.0
"""The auxiliary text above the list, which teaches its keys.

It is there in both states of the list: rows that jumped when the user enters the
list would be somewhere else than where the eye and the pointer are.
"""

from __future__ import annotations

from ibus_component.keycaps import printed
from ibus_component.settings import Settings
from ibus_component.texts import _

__all__ = ["active_hint", "forgotten_hint", "passive_hint"]


def passive_hint(settings: Settings) -> str:
    """How to get at a list that has just appeared.

    >>> passive_hint(Settings())
    'Tab choose · Alt+1…5 accept'
    """
    if not settings.show_hints:
        return ""
    if settings.preset == "keyboard-untouched":
        return _("Click to accept")
    return _line(
        (_first(settings.next_keys), _("choose")),
        (_range(settings.pick_keys[: settings.page_size]), _("accept")),
    )


def active_hint(settings: Settings) -> str:
    """What to do in a list that was entered.

    >>> active_hint(Settings())
    'Enter accept · Esc close · Ctrl+Delete forget'
    """
    if not settings.show_hints:
        return ""
    return _line(
        (_first(settings.accept_keys), _("accept")),
        (_first(settings.leave_keys), _("close")),
        (_first(settings.forget_keys), _("forget")),
    )


def forgotten_hint(eojeol: str) -> str:
    """That the user's wish was heard."""
    return _("Forgotten: {eojeol}").format(eojeol=eojeol)


def _first(keys: tuple[str, ...]) -> str:
    return printed(keys[0]) if keys else ""


def _range(keys: tuple[str, ...]) -> str:
    """Keys of neighbouring candidates: those with the same modifiers as first and last.

    >>> _range(("Alt+1", "Alt+2", "Alt+3")), _range(("F1", "F2")), _range(("Alt+a", "Control+b"))
    ('Alt+1…3', 'F1…F2', 'Alt+A…Ctrl+B')
    """
    if len(keys) < 2:
        return _first(keys)
    (held, _, _), (also, _, last) = (keys[end].rpartition("+") for end in (0, -1))
    return f"{printed(keys[0])}…{printed(last if held == also else keys[-1])}"


def _line(*pairs: tuple[str, str]) -> str:
    return " · ".join(f"{key} {deed}" for key, deed in pairs if key)
