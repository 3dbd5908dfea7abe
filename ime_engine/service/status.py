# SPDX-License-Identifier: Apache-2.0
"""What the daemon says of itself at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["HistoryState", "State", "Status"]


class State(StrEnum):
    """What the daemon can do at this moment."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Status:
    """What the properties of the interface show."""

    enabled: bool
    state: State
    model: str
    device: str
    """cpu or cuda; empty while no model is open."""


class HistoryState(StrEnum):
    """What may be kept of what the user types."""

    READY = "ready"
    OFF = "off"
    FAILED = "failed"
