# SPDX-License-Identifier: Apache-2.0
"""Which ibus-daemon this is; the order of text depends on it."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Final

__all__ = ["OLDEST", "installed_version", "parse_version"]

OLDEST: Final = (1, 5, 27)
"""What is assumed when the daemon does not tell."""
TIMEOUT_S: Final = 2.0


def parse_version(output: str) -> tuple[int, int, int]:
    """Version in the output of `ibus-daemon --version`.

    >>> parse_version("ibus-daemon - Version 1.5.29")
    (1, 5, 29)
    """
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", output)
    if found is None:
        return OLDEST
    major, minor, micro = (int(part) for part in found.groups())
    return major, minor, micro


def installed_version() -> tuple[int, int, int]:
    """Version of the ibus-daemon in $PATH."""
    program = shutil.which("ibus-daemon")
    if program is None:
        return OLDEST
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return OLDEST
    return parse_version(done.stdout)
