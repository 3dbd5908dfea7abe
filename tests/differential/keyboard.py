# SPDX-License-Identifier: Apache-2.0
"""What goes down and up for each step of a script."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from ibus_component.wire.keyboard import NAMED, RELEASE, key_of
from tests.differential.scripts import OTHERS, Script

__all__ = ["Event", "events", "mark_of"]

Event = tuple[int, int, int]
"""Keyval, evdev keycode, state."""

SHIFT: Final = 1 << 0
LOCK: Final = 1 << 1
MODIFIERS: Final = {
    "Shift": (0xFFE1, 42, SHIFT),
    "Control": (0xFFE3, 29, 1 << 2),
    "Alt": (0xFFE9, 56, 1 << 3),
}
ALONE: Final = {
    "Shift_L": (0xFFE1, 42, SHIFT),
    "Control_L": (0xFFE3, 29, 1 << 2),
    "Alt_L": (0xFFE9, 56, 1 << 3),
    "Alt_R": (0xFFEA, 100, 1 << 3),
    "Caps_Lock": (0xFFE5, 58, LOCK),
    "Super_L": (0xFFEB, 125, 1 << 6),
}
CHORD: Final = (1 << 2) | (1 << 3) | (1 << 6)
MARKS: Final = {
    NAMED["Return"][0]: "\n",
    NAMED["Tab"][0]: "\t",
    NAMED["Escape"][0]: "⎋",
    NAMED["Left"][0]: "←",
}


def events(steps: Script) -> Iterator[Event | str]:
    """Key events in order, and the steps that are no keys."""
    late: Event | None = None
    for step in steps:
        if step in OTHERS:
            if late:
                yield late
            late = None
            yield step
            continue
        down, up = _pressed(step.removesuffix("~") if len(step) > 1 else step)
        yield from down
        if late:
            yield late
            late = None
        if len(step) == 2 and step.endswith("~"):
            (late,) = up
        else:
            yield from up
    if late:
        yield late


def mark_of(keyval: int, state: int) -> str | None:
    """What a key that reaches the application leaves in the text; None for BackSpace."""
    if state & RELEASE:
        return ""
    if keyval == NAMED["BackSpace"][0]:
        return None
    mark = chr(keyval) if 0x20 <= keyval < 0x7F else MARKS.get(keyval, "")
    return f"⌘{mark}" if mark and state & CHORD else mark


@cache
def _pressed(step: str) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """What goes down for a key, and what goes up."""
    if step in ALONE:
        keyval, keycode, mask = ALONE[step]
        return ((keyval, keycode, 0),), ((keyval, keycode, mask | RELEASE),)
    *held, name = step.split("+") if len(step) > 1 else [step]
    keyval, keycode, state = _key(name)
    if state & SHIFT:
        held.append("Shift")
    down: list[Event] = []
    up: list[Event] = []
    for modifier in held:
        symbol, code, mask = MODIFIERS[modifier]
        down.append((symbol, code, state & ~mask))
        state |= mask
        up.insert(0, (symbol, code, state | RELEASE))
    return (*down, (keyval, keycode, state)), ((keyval, keycode, state | RELEASE), *up)


def _key(name: str) -> Event:
    if name.startswith("Caps:"):
        _, keycode, _ = key_of(name[-1])
        return ord(name[-1].upper()), keycode, LOCK
    return key_of(" " if name == "space" else name)
