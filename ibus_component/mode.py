# SPDX-License-Identifier: Apache-2.0
"""The mode, kept where it outlives the engine: memory shared with the supervisor.

    byte 0   Hangul mode: 1, or 0 for Latin
    byte 1   the predictor's switch
    byte 2   incognito: a crash must not end it unseen
    then     name of the input method to put back at the end (`--register` only)

Nothing of it is on a disk, and nothing that was typed is in it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

__all__ = ["ModeMemory"]

VARIABLE: Final = "IEUM_MODE_FD"
NAMES: Final = ("hangul", "predict", "incognito")
SET: Final = ord("1")
UNSET: Final = ord("0")
MAX_NAME: Final = 128
"""Longest name of an input method that is kept, in bytes."""


class ModeMemory:
    """A byte for each of NAMES, and a name."""

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        """Find the memory a supervisor left open; without one nothing is kept."""
        descriptor = env.get(VARIABLE, "")
        self._fd = int(descriptor) if descriptor.isdecimal() else None

    def write(self, mode: Mapping[str, bool]) -> None:
        """Keep the mode, as InputMode.snapshot gives it."""
        if self._fd is not None:
            os.pwrite(self._fd, bytes(SET if mode[name] else UNSET for name in NAMES), 0)

    def read(self) -> dict[str, bool]:
        """The mode kept last, as InputMode.restore takes it; empty if there is none."""
        if self._fd is None:
            return {}
        kept = os.pread(self._fd, len(NAMES), 0)
        if len(kept) < len(NAMES) or not set(kept) <= {SET, UNSET}:
            return {}
        return {name: flag == SET for name, flag in zip(NAMES, kept, strict=True)}

    def write_previous(self, engine: str) -> None:
        """Keep the name of the input method that was selected before ours."""
        name = engine.encode()
        if self._fd is not None and len(name) <= MAX_NAME:
            os.pwrite(self._fd, name.ljust(MAX_NAME, b"\0"), len(NAMES))

    def read_previous(self) -> str:
        """That name; empty if there is none."""
        if self._fd is None:
            return ""
        kept = os.pread(self._fd, MAX_NAME, len(NAMES))
        return kept.rstrip(b"\0").decode(errors="replace")
