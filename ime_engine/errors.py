# SPDX-License-Identifier: Apache-2.0
"""Everything that may go wrong in the daemon, in one tree.

    IeumError
      InputError            a request is malformed: too long, NUL, limit out of range
      ConfigError           a setting is unknown, missing or out of range
      ModelError            a model cannot be loaded or run
        ModelNotFoundError    no such folder, or a file in it is missing
        ModelMismatchError    digest, vocabulary or format version differ
      HistoryError          what the user taught cannot be read or written
      NotReadyError         the model is still loading, or could not be loaded
      SupersededError       a newer request of the same client took its place
      NotAvailableError     this build does not offer that service
      ServiceError          the bus or the daemon cannot be reached, or is taken

Each class names the D-Bus error it becomes, so that the service needs no
table of its own and a client can tell the cases apart.
"""

from __future__ import annotations

from typing import ClassVar, Final

__all__ = [
    "ConfigError",
    "HistoryError",
    "IeumError",
    "InputError",
    "ModelError",
    "ModelMismatchError",
    "ModelNotFoundError",
    "NotAvailableError",
    "NotReadyError",
    "ServiceError",
    "SupersededError",
]

PREFIX: Final = "org.ieum.Predictor1.Error."


class IeumError(Exception):
    """Base class; catch this to catch every failure of the daemon."""

    dbus_name: ClassVar[str] = PREFIX + "Failed"


class InputError(IeumError, ValueError):
    """A request is malformed; the sentence says what to send instead."""

    dbus_name = PREFIX + "InvalidInput"


class ConfigError(IeumError, ValueError):
    """A setting is unknown, missing or out of range; names the setting."""

    dbus_name = PREFIX + "Config"


class ModelError(IeumError):
    """A model cannot be loaded or run."""

    dbus_name = PREFIX + "Model"


class ModelNotFoundError(ModelError, FileNotFoundError):
    """No such model folder, or a file in it is missing."""

    dbus_name = PREFIX + "ModelNotFound"


class ModelMismatchError(ModelError):
    """A digest, the vocabulary or the format version differs from the manifest."""

    dbus_name = PREFIX + "ModelMismatch"


class HistoryError(IeumError):
    """What the user taught cannot be read or written; the sentence says why."""

    dbus_name = PREFIX + "History"


class NotReadyError(IeumError):
    """The model is still loading, or could not be loaded."""

    dbus_name = PREFIX + "NotReady"


class SupersededError(IeumError):
    """A newer request of the same client took the place of this one."""

    dbus_name = PREFIX + "Superseded"


class NotAvailableError(IeumError):
    """This build does not offer that service."""

    dbus_name = PREFIX + "NotAvailable"


class ServiceError(IeumError):
    """The bus or the daemon cannot be reached, or its name is taken."""

    dbus_name = PREFIX + "Service"
