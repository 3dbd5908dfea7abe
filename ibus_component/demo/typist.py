# SPDX-License-Identifier: Apache-2.0
"""Hands: keys and clicks through XTEST, which no program can tell from a keyboard."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Final

from ibus_component import dubeolsik
from ibus_component.demo.waiting import DemoError

__all__ = ["PACE_MS", "Typist"]

PACE_MS: Final = 90
"""Between two keys: about 670 keys a minute, a quick typist."""

XDOTOOL: Final = ("xdotool", "-")
PATIENCE_S: Final = 120.0


class Typist:
    """Presses keys at a human pace on one desktop."""

    def __init__(self, environment: Mapping[str, str], pace_ms: int = PACE_MS) -> None:
        self._environment = environment
        self._pace_ms = pace_ms

    def type(self, text: str) -> int:
        """Type a text on the dubeolsik keyboard; return how many keys that took."""
        keys = dubeolsik.keys(text)
        self.press(*keys)
        return len(keys)

    def press(self, *keys: str) -> None:
        """Press keys by X's names; `alt+1` is a chord."""
        # xdotool waits half the span before and half after the release.
        self._do(f"key --delay {self._pace_ms} {' '.join(keys)}")

    def click(self, x: int, y: int) -> None:
        """Move the pointer there and click the first button."""
        self._do(f"mousemove {x} {y} click 1")

    def _do(self, script: str) -> None:
        # Through standard input: arguments are open to every user of the machine.
        done = subprocess.run(
            XDOTOOL,
            input=script + "\n",
            env=dict(self._environment),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )
        if done.returncode != 0:
            raise DemoError("xdotool could not press the keys: the display does not answer.")
