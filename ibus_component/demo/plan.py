# SPDX-License-Identifier: Apache-2.0
"""What is to run on a private desktop."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ibus_component.demo.waiting import DemoError

__all__ = ["Plan", "component_xml", "models_dir"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run on a private desktop."""

    component: str
    """IBus component XML that declares the engine."""

    engine: str = "ieum"
    """Name of the IBus engine in charge."""

    gtk: int = 3
    """Version of the window's toolkit, 3 or 4."""

    predictor: tuple[str, ...] = (sys.executable, "-m", "ime_engine")
    """Command line of the prediction daemon; empty starts none."""

    models_dir: Path | None = None
    """Where the predictor finds its models; None is the private, empty folder."""

    model: str = ""
    """Name of the model; empty is the daemon's default."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """Further variables of every program's environment."""

    keyfile: str = ""
    """Further desktop settings, as sections of GSettings' keyfile."""


def component_xml() -> str:
    """The component XML of this installation.

    Raises:
        DemoError: The engine cannot run here.
    """
    asked = subprocess.run(
        [sys.executable, "-m", "ibus_component", "--xml"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode != 0:
        why = asked.stderr.strip().rpartition("\n")[2]
        raise DemoError(f"The input method cannot run here: {why}")
    return asked.stdout


def models_dir() -> Path:
    """The user's own models: $IEUM_MODELS_DIR, or where XDG puts them."""
    if chosen := os.environ.get("IEUM_MODELS_DIR"):
        return Path(chosen).absolute()
    data = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (data if data.is_absolute() else Path.home() / ".local/share") / "ieum/models"
