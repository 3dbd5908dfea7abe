# SPDX-License-Identifier: Apache-2.0
"""Every way in which a text that is being composed may be committed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from ibus_component.predictions import REST_MS
from ibus_component.wire.typist import Typist

ALT: Final = 1 << 3


def leave_and_return(typist: Typist) -> list[bool]:
    typist.focus_out()
    typist.focus_in()
    return []


def click(typist: Typist) -> list[bool]:
    typist.reset()
    return []


def switch_engine_and_return(typist: Typist) -> list[bool]:
    typist.select("hangul")
    typist.select("ieum")
    return []


def rest(typist: Typist) -> list[bool]:
    """Stop in mid-eojeol until its completion would have been asked for, then go on."""
    typist.settle()
    time.sleep(1.5 * REST_MS / 1000)
    return typist.press(" ")


PATHS: Final[dict[str, tuple[Callable[[Typist], list[bool]], str]]] = {
    "space": (lambda typist: typist.press(" "), " "),
    "rest": (rest, " "),
    "enter": (lambda typist: typist.press("Return"), "\n"),
    "punctuation": (lambda typist: typist.press("."), "."),
    "focus_out": (leave_and_return, ""),
    "click_reset": (click, ""),
    "toggle": (lambda typist: typist.press("Hangul", "Hangul"), ""),
    "engine_switch": (switch_engine_and_return, ""),
    "accept": (lambda typist: typist.press("1", state=ALT), " "),
}
"""What commits, and what it adds to the text."""

FINISHES: Final = frozenset({"space", "enter", "accept"})
"""Ways that leave no doubt that the eojeol is whole."""
