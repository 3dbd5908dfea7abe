# SPDX-License-Identifier: Apache-2.0
"""Opens the history for a subcommand, and says what it has to tell."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ime_engine.cli.output import say
from ime_engine.errors import HistoryError

if TYPE_CHECKING:
    from ime_engine.history.history import History

__all__ = ["NOTHING", "reading", "writing"]

NOTHING: Final = "Nothing is kept yet; type a while with 이음, then look again."


@contextlib.contextmanager
def reading() -> Iterator[History | None]:
    """The history to look at; None where there is none, and then none is made.

    Raises:
        HistoryError: It cannot be opened.
    """
    from ime_engine.history.files import NAME
    from ime_engine.paths import state_dir

    if (state_dir() / NAME).exists():
        with opened() as history:
            yield history
    else:
        yield None


@contextlib.contextmanager
def writing() -> Iterator[History]:
    """The history to change; what was changed is on disk when the block is left.

    Raises:
        HistoryError: It cannot be opened, or nothing can be kept.
    """
    with opened() as history:
        refuse_when_in_trouble(history)
        yield history
        history.flush()
        refuse_when_in_trouble(history)


@contextlib.contextmanager
def opened() -> Iterator[History]:
    """The user's history, closed when the block is left."""
    from ime_engine.config import load_config
    from ime_engine.service.personal import open_history

    history = open_history(load_config())
    try:
        if history.notice:
            say(history.notice)
        yield history
    finally:
        history.close()


def refuse_when_in_trouble(history: History) -> None:
    """Say why nothing can be kept.

    Raises:
        HistoryError: A disk is full, or read-only.
    """
    if history.problem:
        raise HistoryError(history.problem)
