# SPDX-License-Identifier: Apache-2.0
"""The mode, kept where it outlives the engine: memory shared with the supervisor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

__all__ = ["ModeMemory"]

VARIABLE: Final = "IEUM_MODE_FD"
NAMES: Final = ("hangul", "predict")
SET: Final = ord("1")
UNSET: Final = ord("0")


class ModeMemory:
    """A byte for each of NAMES."""

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        """Find the memory a supervisor left open; without one nothing is kept."""
        descriptor = env.get(VARIABLE, "")
        self._fd = int(descriptor) if descriptor.isdecimal() else None

    def write(self, mode: Mapping[str, bool]) -> None:
        """Keep the mode, as Session.mode_snapshot gives it."""
        if self._fd is not None:
            os.pwrite(self._fd, bytes(SET if mode[name] else UNSET for name in NAMES), 0)

    def read(self) -> dict[str, bool] | None:
        """The mode kept last, as Session.restore takes it; None if there is none."""
        if self._fd is None:
            return None
        kept = os.pread(self._fd, len(NAMES), 0)
        if len(kept) < len(NAMES) or not set(kept) <= {SET, UNSET}:
            return None
        return {name: flag == SET for name, flag in zip(NAMES, kept, strict=True)}
