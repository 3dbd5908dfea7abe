# SPDX-License-Identifier: Apache-2.0
"""Reading and writing weights in safetensors files, tensor by tensor, without another library.

Source: the safetensors format: an 8-byte length, a JSON header, the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from model_tools.byte_blocks import fits, from_blocks, to_blocks
from model_tools.errors import SourceError
from model_tools.families.graph import FloatArray
from model_tools.mapped_file import mapped

__all__ = ["Dtype", "SafetensorsFile", "write_safetensors"]

LENGTH_BYTES: Final = 8
LONGEST_HEADER: Final = 100_000_000

DTYPES: Final = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}

Dtype = Literal["float32", "float16", "bfloat16", "int8"]
"""How a weight may be written."""

WRITTEN: Final = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}

SCALES: Final = ".scales"
"""Added to the name of a weight that lies in blocks of int8: where their scales are."""
LARGEST_NUMBER: Final = 10**15
"""Of an offset or a dimension: room is left for one of so many digits."""

MOST_DIMENSIONS: Final = 4


class _Entry(msgspec.Struct, frozen=True):
    """One tensor of the header."""

    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


class SafetensorsFile:
    """One file, mapped into memory."""

    def __init__(self, path: Path) -> None:
        """Read the header.

        Raises:
            SourceError: the file is cut short or no safetensors file.
        """
        self._path = path
        try:
            self._data = mapped(path)
            length = int.from_bytes(self._data[:LENGTH_BYTES].tobytes(), "little")
            header = self._data[LENGTH_BYTES : LENGTH_BYTES + min(length, LONGEST_HEADER)]
            raw = msgspec.json.decode(header.tobytes(), type=dict[str, msgspec.Raw])
            facts = raw.pop("__metadata__", msgspec.Raw(b"{}"))
            self._metadata = msgspec.json.decode(facts, type=dict[str, str])
            self._entries = {
                name: msgspec.json.decode(entry, type=_Entry) for name, entry in raw.items()
            }
        except (OSError, ValueError, msgspec.DecodeError) as error:
            raise SourceError(f"{path.name} is no whole safetensors file.") from error
        self._begin = LENGTH_BYTES + length
        ends = [entry.data_offsets[1] for entry in self._entries.values()]
        if self._begin + max(ends, default=0) > len(self._data):
            raise SourceError(f"{path.name} is cut short.")

    def names(self) -> list[str]:
        """List the tensors; one that lies in blocks is one."""
        blocks = {f"{name}{SCALES}" for name in self._entries if f"{name}{SCALES}" in self._entries}
        return [name for name in self._entries if name not in blocks]

    def metadata(self) -> dict[str, str]:
        """Return what is said beside the tensors."""
        return dict(self._metadata)

    def tensor(self, name: str) -> FloatArray:
        """Return a tensor as float32.

        Raises:
            SourceError: it is of a type that no weight has.
        """
        entry = self._entries[name]
        if entry.dtype == "I8" and f"{name}{SCALES}" in self._entries:
            return from_blocks(self._stored(name, "i1"), self.tensor(f"{name}{SCALES}"))
        if entry.dtype not in DTYPES:
            raise SourceError(f"{name} in {self._path.name} is of type {entry.dtype}.")
        stored = self._stored(name, DTYPES[entry.dtype])
        if entry.dtype == "BF16":
            return (stored.astype(np.uint32) << np.uint32(16)).view(np.float32)
        return np.asarray(stored, dtype=np.float32)

    def _stored(self, name: str, dtype: str) -> NDArray[Any]:
        entry = self._entries[name]
        begin, end = (self._begin + offset for offset in entry.data_offsets)
        return self._data[begin:end].view(dtype).reshape(entry.shape)


def write_safetensors(
    path: Path,
    names: Sequence[str],
    read: Callable[[str], FloatArray],
    dtype: Dtype = "float32",
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write weights one after the other; one at a time is in memory.

    The header, which comes first, is known last: room is left for it, and filled up with
    spaces, as the format allows.

    Args:
        path: Written anew.
        names: (n,) of the weights, in the order in which they lie.
        read: Gives a weight of at most four dimensions by its name.
        dtype: Numbers are rounded to the nearest; int8 in blocks (`byte_blocks`), which other
            programs do not read.
        metadata: What the header says beside the weights; `format` is added.

    Raises:
        SourceError: a weight is too large for the type.
        OSError: it cannot be written.
    """
    said = {"__metadata__": {"format": "pt", **(metadata or {})}}
    widest = _described("F32", [LARGEST_NUMBER] * MOST_DIMENSIONS, LARGEST_NUMBER, LARGEST_NUMBER)
    parts = [*names, *(f"{name}{SCALES}" for name in names if dtype == "int8")]
    room = len(msgspec.json.encode(said | dict.fromkeys(parts, widest)))
    room += -room % LENGTH_BYTES
    header: dict[str, object] = {**said}
    with path.open("wb") as file:
        file.seek(LENGTH_BYTES + room)
        at = 0
        for name in names:
            for part, (kind, stored) in _parts(name, read(name), dtype).items():
                header[part] = _described(kind, stored.shape, at, at := at + stored.nbytes)
                file.write(stored.data)
        file.seek(0)
        file.write(room.to_bytes(LENGTH_BYTES, "little"))
        file.write(msgspec.json.encode(header).ljust(room))


def _described(kind: str, shape: Sequence[int], begin: int, end: int) -> dict[str, object]:
    return {"dtype": kind, "shape": list(shape), "data_offsets": [begin, end]}


def _parts(name: str, value: FloatArray, dtype: Dtype) -> dict[str, tuple[str, NDArray[Any]]]:
    """Return what lies in the file for a weight: the format's name of its type, and the numbers."""
    if dtype != "int8":
        return {name: (WRITTEN[dtype], _rounded(name, value, dtype))}
    if not fits(value):
        return {name: (WRITTEN["float32"], _rounded(name, value, "float32"))}
    numbers, scales = to_blocks(value)
    if not np.isfinite(scales).all():
        raise SourceError(f"{name} holds numbers too large for int8; take bfloat16.")
    return {name: ("I8", numbers), f"{name}{SCALES}": ("F16", scales)}


def _rounded(name: str, value: FloatArray, dtype: Dtype) -> NDArray[np.generic]:
    """Return a weight as it lies in the file; bfloat16 rounds half to even as float16 does."""
    exact = np.ascontiguousarray(value, dtype="<f4")
    if dtype == "float32":
        return exact
    if dtype == "float16":
        if exact.size and np.abs(exact).max() > np.finfo(np.float16).max:
            raise SourceError(f"{name} holds numbers too large for float16; take bfloat16.")
        return exact.astype("<f2")
    bits = exact.view("<u4")
    halves: NDArray[np.uint16] = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")
    return halves
