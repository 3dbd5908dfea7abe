# SPDX-License-Identifier: Apache-2.0
"""Everything that may go wrong in the workshop, in one tree.

    IeumError                (of the daemon)
      WorkshopError
        RecipeError          a recipe is unknown, or a key in it is
        LicenceError         a licence has to be accepted, and was not, or another one was
        FetchError           something could not be had, or came damaged
        SourceError          the model that was fetched cannot be read or is of another kind
        InterruptError       the user, or the system, asked to stop

Each carries one sentence for the user; the command prints it and exits with 1.
"""

from __future__ import annotations

from ime_engine.errors import IeumError

__all__ = [
    "FetchError",
    "InterruptError",
    "LicenceError",
    "RecipeError",
    "SourceError",
    "WorkshopError",
]


class WorkshopError(IeumError):
    """Base class; catch this to catch every failure of the workshop."""


class RecipeError(WorkshopError, ValueError):
    """A recipe is unknown, or a key in it is; names the file and the key."""


class LicenceError(WorkshopError):
    """A recipe asks that its licence be accepted, and it was not, or another one was."""


class FetchError(WorkshopError):
    """Something could not be had, or its digest differs from the recipe's."""


class SourceError(WorkshopError):
    """The model that was fetched cannot be read, or is of an unknown kind."""


class InterruptError(WorkshopError):
    """The user, or the system, asked to stop."""
