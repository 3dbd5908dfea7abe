# SPDX-License-Identifier: Apache-2.0
"""Starts a program beside the engine, which waits for nothing."""

from __future__ import annotations

import logging
import shlex
import subprocess
import threading

__all__ = ["launch"]

log = logging.getLogger(__name__)


def launch(command: str) -> None:
    """Start a program that outlives us if need be; why it cannot start is for the log.

    Args:
        command: Its command line, quoted as for a shell; empty starts nothing.
    """
    words = shlex.split(command)
    if not words:
        log.warning("the settings dialog is not installed")
        return
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        log.warning("%s cannot be started: %s", words[0], error.strerror)
        return
    # Somebody must wait for it at its end, lest it stay as a zombie.
    threading.Thread(target=process.wait, name="launched", daemon=True).start()
