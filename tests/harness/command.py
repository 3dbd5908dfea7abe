# SPDX-License-Identifier: Apache-2.0
"""The `ieum` command as users call it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["COMMAND", "ieum"]

COMMAND = [sys.executable, "-m", "ime_engine.cli"]


def ieum(
    *arguments: str | Path, text: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end.

    Args:
        arguments: Of the command.
        text: What it reads from stdin.
        environment: More variables.
    """
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )
