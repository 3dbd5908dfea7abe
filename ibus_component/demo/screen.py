# SPDX-License-Identifier: Apache-2.0
"""Eyes: where windows are on the private screen, and pictures of it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ibus_component.demo.needs import SYSTEM_PYTHON
from ibus_component.demo.waiting import DemoError

__all__ = ["Box", "Screen"]

CAMERA: Final = Path(__file__).with_name("camera.py")
LIST_CLASS: Final = "^ibus-ui-gtk3$"
CAMERA_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the screen, in pixels from the top left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column to the right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.y + self.height


class Screen:
    """The screen of one desktop."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    def list_box(self) -> Box | None:
        """Where the candidate list is drawn; None while it is not."""
        windows = self._ask("xdotool", "search", "--onlyvisible", "--class", LIST_CLASS)
        boxes = (self._box(f"-id {window}".split()) for window in windows.split())
        return next((box for box in boxes if box is not None), None)

    def window_box(self, title: str) -> Box:
        """Where the inside of the window with this title is.

        Raises:
            DemoError: There is no such window.
        """
        box = self.find_window(title)
        if box is None:
            raise DemoError("The window is not on the screen.")
        return box

    def find_window(self, title: str) -> Box | None:
        """Where the inside of the window with this title is; None while there is none."""
        return self._box(["-name", title])

    def photograph(self, path: Path) -> None:
        """Save the whole screen as PNG, once it has come to rest."""
        self._camera(str(path))

    def rows(self, box: Box, count: int) -> list[tuple[int, int]]:
        """Where to click for each of the list's candidates: the middle of its row."""
        area = [str(number) for number in (box.x, box.y, box.width, box.height)]
        bands = json.loads(self._camera("--rows", *area))[-count:]
        if len(bands) < count:
            raise DemoError(f"The list has {count} candidates, but {len(bands)} rows were drawn.")
        return [(box.x + box.width // 2, box.y + middle) for middle in bands]

    def _camera(self, *arguments: str) -> str:
        done = subprocess.run(
            [SYSTEM_PYTHON, "-I", str(CAMERA), *arguments],
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            timeout=CAMERA_S,
            check=False,
        )
        if done.returncode != 0:
            raise DemoError(f"No picture: {done.stderr.strip().rpartition(chr(10))[2]}")
        return done.stdout

    def _box(self, which: list[str]) -> Box | None:
        said = self._ask("xwininfo", *which)
        found = re.findall(r"(?:Absolute upper-left [XY]|Width|Height): +(-?\d+)", said)
        if len(found) != 4 or "IsViewable" not in said:
            return None
        return Box(*(int(number) for number in found))

    def _ask(self, *command: str) -> str:
        return subprocess.run(
            command, env=self._environment, capture_output=True, encoding="utf-8", check=False
        ).stdout
