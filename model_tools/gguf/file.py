# SPDX-License-Identifier: Apache-2.0
"""One GGUF file: its fields read at once, its tensors mapped and dequantised when asked for.

    magic, version, counts │ key, type, value │ … │ name, shape, type, offset │ … │ data

The `gguf` package supplies the block formats; its reader is not used, since it
makes an object of each of the 262,144 tokens three times over, which takes ten
seconds and half a gigabyte.

Source: the GGUF specification, version 3, of the ggml project.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gguf
import numpy as np

from model_tools.errors import SourceError
from model_tools.families.graph import FloatArray
from model_tools.mapped_file import mapped

__all__ = ["GgufFile", "Value"]

Value = int | float | bool | str | list[int] | list[float] | list[bool] | list[str]

MAGIC: Final = b"GGUF"
VERSIONS: Final = (2, 3)
ALIGNMENT: Final = 32
"""Of the data, in bytes, unless the field ``general.alignment`` says otherwise."""

STRING: Final = 8
ARRAY: Final = 9
NUMBERS: Final = {
    0: "<u1",
    1: "<i1",
    2: "<u2",
    3: "<i2",
    4: "<u4",
    5: "<i4",
    6: "<f4",
    7: "?",
    10: "<u8",
    11: "<i8",
    12: "<f8",
}
"""NumPy type of each type of number in the format."""


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where a tensor lies."""

    shape: tuple[int, ...]
    """As arrays have it: the last axis is the one that lies together."""

    kind: int
    offset: int
    """From the beginning of the data, in bytes."""


class _Cursor:
    """Reads one value after the other out of a mapped file."""

    def __init__(self, data: np.ndarray) -> None:
        self._data = data
        self.at = 0

    def raw(self, length: int) -> bytes:
        """Read that many bytes.

        Raises:
            EOFError: there are not so many.
        """
        begin, self.at = self.at, self.at + length
        if self.at > len(self._data):
            raise EOFError
        return self._data[begin : self.at].tobytes()

    def numbers(self, kind: int, count: int) -> list[int] | list[float] | list[bool]:
        """Read numbers of one type."""
        if kind not in NUMBERS:
            raise ValueError(f"unknown type {kind}")
        dtype = np.dtype(NUMBERS[kind])
        values: list[int] | list[float] | list[bool]
        values = np.frombuffer(self.raw(dtype.itemsize * count), dtype).tolist()
        return values

    def whole(self, kind: int) -> int:
        """Read one whole number."""
        return int(self.numbers(kind, 1)[0])

    def text(self) -> str:
        """Read a string."""
        return self.raw(self.whole(10)).decode()

    def value(self, kind: int) -> Value:
        """Read a field's value."""
        if kind == STRING:
            return self.text()
        if kind != ARRAY:
            return self.numbers(kind, 1)[0]
        inner, count = self.whole(4), self.whole(10)
        if inner == STRING:
            return [self.text() for _ in range(count)]
        return self.numbers(inner, count)


class GgufFile:
    """The fields and tensors of one file."""

    def __init__(self, path: Path) -> None:
        """Read the fields and find the tensors.

        Raises:
            SourceError: it is no whole GGUF file.
        """
        self.name = path.name
        try:
            self._data = mapped(path)
            cursor = _Cursor(self._data)
            self.fields, self._tensors = _read_header(cursor)
        except EOFError as error:
            raise SourceError(f"{path.name} is cut short.") from error
        except (OSError, ValueError) as error:
            raise SourceError(f"{path.name} is no GGUF file that can be read: {error}.") from error
        alignment = self.fields.get("general.alignment", ALIGNMENT)
        step = alignment if isinstance(alignment, int) and alignment > 0 else ALIGNMENT
        self._begin = -(-cursor.at // step) * step
        ends = [self._begin + each.offset + _size(each) for each in self._tensors.values()]
        if max(ends, default=0) > len(self._data):
            raise SourceError(f"{path.name} is cut short.")

    def __contains__(self, name: str) -> bool:
        """Whether there is a tensor of that name."""
        return name in self._tensors

    def tensor(self, name: str, ids: Sequence[int] | None = None) -> FloatArray:
        """Return a tensor, or the chosen rows of it, as float32.

        Raises:
            SourceError: there is no such tensor.
        """
        if name not in self._tensors:
            raise SourceError(f"{self.name} has no tensor {name}.")
        entry = self._tensors[name]
        begin = self._begin + entry.offset
        rows = self._data[begin : begin + _size(entry)].reshape(*entry.shape[:-1], -1)
        chosen = rows if ids is None else rows[np.asarray(ids)]
        values = gguf.dequantize(np.asarray(chosen), gguf.GGMLQuantizationType(entry.kind))
        return np.asarray(values, dtype=np.float32)


def _read_header(cursor: _Cursor) -> tuple[dict[str, Value], dict[str, _Tensor]]:
    """Read everything before the data."""
    if cursor.raw(4) != MAGIC:
        raise ValueError("it does not begin as one")
    version = cursor.whole(4)
    if version not in VERSIONS:
        raise ValueError(f"its version is {version}")
    tensors, fields = cursor.whole(10), cursor.whole(10)
    # A key, then the number of its type, then its value; this is the order of evaluation.
    values = {cursor.text(): cursor.value(cursor.whole(4)) for _ in range(fields)}
    return values, dict(_read_tensor(cursor) for _ in range(tensors))


def _read_tensor(cursor: _Cursor) -> tuple[str, _Tensor]:
    name = cursor.text()
    shape = tuple(cursor.whole(10) for _ in range(cursor.whole(4)))[::-1]
    kind, offset = cursor.whole(4), cursor.whole(10)
    if kind not in gguf.GGML_QUANT_SIZES:
        raise ValueError(f"{name} is of the unknown type {kind}")
    return name, _Tensor(shape, kind, offset)


def _size(tensor: _Tensor) -> int:
    """Bytes a tensor takes."""
    weights, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType(tensor.kind)]
    return int(math.prod(tensor.shape) // weights * size)
