# SPDX-License-Identifier: Apache-2.0
"""The fields of a GGUF file, with the type they must have."""

from __future__ import annotations

from typing import Any, TypeVar

from model_tools.errors import SourceError
from model_tools.gguf.file import GgufFile

__all__ = ["field", "items", "optional"]

Value = TypeVar("Value", int, float, bool, str, list[Any])


def field(file: GgufFile, name: str, kind: type[Value]) -> Value:
    """Return a field.

    Raises:
        SourceError: it is missing or of another type.
    """
    value = file.fields.get(name)
    if not isinstance(value, kind):
        raise SourceError(f"{file.name} lacks {name}.")
    return value


def optional(file: GgufFile, name: str, otherwise: Value) -> Value:
    """Return a field, or something else where there is none of that type."""
    value = file.fields.get(name)
    return value if isinstance(value, type(otherwise)) else otherwise


def items(file: GgufFile, name: str) -> list[Any]:
    """Return a field that is a list; see `field`."""
    return list(field(file, name, list))
