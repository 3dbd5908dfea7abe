# SPDX-License-Identifier: Apache-2.0
"""Hands over to the desktop side or the workshop, which this package never imports."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from ime_engine.errors import NotAvailableError

__all__ = ["become", "command_of", "is_installed"]


def is_installed(module: str) -> bool:
    """Whether a module can be imported; a package above it is imported to find out."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def command_of(module: str, arguments: Sequence[str] = ()) -> list[str]:
    """Command line that runs a module with this very Python, never from the current folder."""
    return [sys.executable, "-P", "-m", module, *arguments]


def become(module: str, arguments: Sequence[str]) -> NoReturn:
    """Replace this process by `python -m module`.

    Raises:
        NotAvailableError: The module is not installed.
    """
    if not is_installed(module):
        raise NotAvailableError(
            f"The part {module} is not installed; install the whole of ieum with `make setup`."
        )
    sys.stdout.flush()
    sys.stderr.flush()
    command = command_of(module, arguments)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted
