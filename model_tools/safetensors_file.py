# SPDX-License-Identifier: Apache-2.0
"""Reading weights from safetensors files, tensor by tensor, without another library.

Source: the safetensors format: an 8-byte length, a JSON header, the data.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from model_tools.errors import SourceError
from model_tools.families.graph import FloatArray

__all__ = ["SafetensorsFile"]

LENGTH_BYTES: Final = 8
LONGEST_HEADER: Final = 100_000_000

DTYPES: Final = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}


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
            self._data = np.memmap(path, dtype=np.uint8, mode="r")
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
        """List the tensors."""
        return list(self._entries)

    def metadata(self) -> dict[str, str]:
        """Return what is said beside the tensors."""
        return dict(self._metadata)

    def tensor(self, name: str) -> FloatArray:
        """Return a tensor as float32.

        Raises:
            SourceError: it is of a type that no weight has.
        """
        entry = self._entries[name]
        if entry.dtype not in DTYPES:
            raise SourceError(f"{name} in {self._path.name} is of type {entry.dtype}.")
        begin, end = (self._begin + offset for offset in entry.data_offsets)
        stored = self._data[begin:end].view(DTYPES[entry.dtype]).reshape(entry.shape)
        if entry.dtype == "BF16":
            return (stored.astype(np.uint32) << np.uint32(16)).view(np.float32)
        return np.asarray(stored, dtype=np.float32)
