# SPDX-License-Identifier: Apache-2.0
"""Logging to stderr, and the promise that no foreign text reaches it.

dbus-next logs to the root logger with whole tracebacks, and asyncio reports
lost exceptions with their texts; either might quote what a client sent. Both
are cut down to the name of what happened.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any, Final

__all__ = ["quiet_loop", "start_logging"]

log = logging.getLogger(__name__)

FORMAT: Final = "%(levelname)s %(name)s: %(message)s"


class ForeignRecords(logging.Filter):
    """Replaces what other libraries say by the fact that they said it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("ime_engine"):
            record.msg, record.args = "a library reported a problem", ()
            record.exc_info = record.exc_text = record.stack_info = None
        return True


def start_logging(level: str) -> None:
    """Log to stderr from this level on; never typed text, at any level."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(ForeignRecords())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("asyncio").setLevel(logging.WARNING)


def quiet_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Have the loop report a lost exception by its class.

    dbus-next raises a method's DBusError a second time after it was sent, so
    that one is no news.
    """
    loop.set_exception_handler(_report)


def _report(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    name = type(error).__name__
    if error is not None and name not in ("DBusError", "CancelledError"):
        log.error("unexpected %s on the event loop", name)
