# SPDX-License-Identifier: Apache-2.0
"""The auxiliary text above the list, which teaches its keys.

It is there in both states of the list: rows that jumped when the user enters the
list would be somewhere else than where the eye and the pointer are.
"""

from __future__ import annotations

from ibus_component.settings import Settings

__all__ = ["active_hint", "forgotten_hint", "passive_hint"]


def passive_hint(settings: Settings) -> str:
    """How to get at a list that has just appeared.

    >>> passive_hint(Settings())
    'Tab 고르기 · Alt+1…5 넣기'
    """
    if not settings.show_hints:
        return ""
    if settings.keyboard_untouched:
        return "클릭 넣기"
    first, *others = settings.pick_keys or ("",)
    picks = f"{first}…{others[-1].rpartition('+')[2]}" if others else first
    return _line((_first(settings.next_keys), "고르기"), (picks, "넣기"))


def active_hint(settings: Settings) -> str:
    """What to do in a list that was entered.

    >>> active_hint(Settings())
    'Enter 넣기 · Esc 닫기 · Ctrl+Delete 잊기'
    """
    if not settings.show_hints:
        return ""
    return _line(("Enter", "넣기"), ("Esc", "닫기"), (_first(settings.forget_keys), "잊기"))


def forgotten_hint(eojeol: str) -> str:
    """That the user's wish was heard."""
    return f"잊었습니다: {eojeol}"


def _first(keys: tuple[str, ...]) -> str:
    return keys[0].replace("Control+", "Ctrl+") if keys else ""


def _line(*pairs: tuple[str, str]) -> str:
    return " · ".join(f"{key} {deed}" for key, deed in pairs if key)
