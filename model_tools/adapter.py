# SPDX-License-Identifier: Apache-2.0
"""A LoRA adapter: one small file, and the weights of a model with it merged in.

    adapter.safetensors    blk.0.attn_q.weight.lora_a (r, in), …lora_b (out, r)
                           beside them as metadata: base, rank, alpha, licence, notice

    base weights + alpha / r · B A ─► any export, which need not know

What it was learned on is known by a digest of those very weights, so that it fits
the same weights in another file too, and never others.

Source: Hu et al. 2021, arXiv:2106.09685, section 4.1.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ime_engine.runtime.manifest import file_entry
from model_tools.errors import SourceError, WorkshopError
from model_tools.families.graph import FloatArray, Tensors
from model_tools.safetensors_file import SafetensorsFile, write_safetensors
from model_tools.source import Source

__all__ = [
    "AdaptedTensors",
    "Adapter",
    "adapted",
    "adapter_digest",
    "adapter_notice",
    "check_base",
    "fingerprint",
    "merged",
    "read_adapter",
    "write_adapter",
]

FORMAT: Final = "ieum-lora-1"
ENDINGS: Final = (".lora_a", ".lora_b")

Parts = Mapping[str, tuple[FloatArray, FloatArray]]
"""A (r, in) and B (out, r) by the canonical name of the matrix they are added to."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """What was learned, and on what."""

    base: str
    """`fingerprint` of the weights that it is added to."""

    alpha: float
    parts: Parts
    licence: str = ""
    notice: str = ""

    @property
    def rank(self) -> int:
        """r, the same for all; 0 when it adapts nothing."""
        return next((len(a) for a, _ in self.parts.values()), 0)


class AdaptedTensors:
    """Weights with an adapter merged in as they are read."""

    def __init__(self, base: Tensors, adapter: Adapter) -> None:
        """Wrap the weights that the adapter was learned on."""
        self._base = base
        self._parts = adapter.parts
        self._scale = np.float32(adapter.alpha / max(adapter.rank, 1))

    def tensor(self, name: str) -> FloatArray:
        """Return a whole tensor, adapted; see `Tensors`."""
        value = self._base.tensor(name)
        if name not in self._parts:
            return value
        a, b = self._parts[name]
        return np.asarray(value + self._scale * (b @ a))

    def rows(self, name: str, ids: Sequence[int]) -> FloatArray:
        """Return the chosen rows of a matrix, adapted; see `Tensors`."""
        value = self._base.rows(name, ids)
        if name not in self._parts:
            return value
        a, b = self._parts[name]
        return np.asarray(value + self._scale * (b[np.asarray(ids)] @ a))


def fingerprint(tensors: Tensors, names: Iterable[str]) -> str:
    """SHA-256 over the values of some tensors as float32, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(names):
        _add_to(digest, name, tensors.tensor(name))
    return digest.hexdigest()


def adapted(source: Source, adapter: Adapter, title: str) -> Source:
    """Merge an adapter into a source; see `check_base`."""
    check_base(source, adapter, title)
    return dataclasses.replace(source, tensors=AdaptedTensors(source.tensors, adapter))


def check_base(source: Source, adapter: Adapter, title: str) -> None:
    """Make sure that an adapter belongs to a model.

    Args:
        source: The model.
        adapter: What is to be added to its weights.
        title: What to call the adapter in a complaint.

    Raises:
        SourceError: it was learned on another model.
    """
    digest = hashlib.sha256()
    for name, (a, b) in sorted(adapter.parts.items()):
        value = _tensor(source.tensors, name, title)
        if value.shape != (len(b), a.shape[1]):
            raise SourceError(
                f"{title} is for another model: its {name} is {len(b)} x {a.shape[1]}, "
                f"this one's {' x '.join(map(str, value.shape))}."
            )
        _add_to(digest, name, value)
    if digest.hexdigest() != adapter.base:
        raise SourceError(f"{title} was learned on other weights than this model's.")


def merged(source: Source, adapter: str | None) -> Source:
    """Merge the adapter in a file, or none; raises as `read_adapter` and `adapted`."""
    if adapter is None:
        return source
    return adapted(source, read_adapter(Path(adapter)), Path(adapter).name)


def adapter_digest(adapter: str | None) -> dict[str, str]:
    """SHA-256 of the file under the name that a manifest has for it; nothing for none.

    Raises:
        SourceError: it is not there.
    """
    if adapter is None:
        return {}
    if not Path(adapter).is_file():
        raise SourceError(f"there is no adapter at {adapter}.")
    return {"adapter": file_entry(Path(adapter)).sha256}


def adapter_notice(adapter: str | None) -> str:
    """Licence notice that came with an adapter; empty for none."""
    return "" if adapter is None else read_adapter(Path(adapter)).notice


def write_adapter(path: Path, adapter: Adapter) -> None:
    """Write an adapter in half precision, finer than what it ends in; whole or not at all.

    Raises:
        SourceError: a number in it is too large for that.
        WorkshopError: it cannot be written, for example because the disk is full.
    """
    tensors = {
        f"{name}{ending}": part
        for name, both in sorted(adapter.parts.items())
        for ending, part in zip(ENDINGS, both, strict=True)
    }
    metadata = {
        "format": FORMAT,
        "base": adapter.base,
        "rank": str(adapter.rank),
        "alpha": repr(adapter.alpha),
        "targets": " ".join(sorted({name.split(".")[-2] for name in adapter.parts})),
        "licence": adapter.licence,
        "notice": adapter.notice,
    }
    half = path.with_name(f".{path.name}.half")
    try:
        write_safetensors(half, list(tensors), lambda name: tensors[name], "float16", metadata)
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        raise WorkshopError(f"{path} could not be written: {error.strerror}.") from error
    finally:
        half.unlink(missing_ok=True)


def read_adapter(path: Path) -> Adapter:
    """Read an adapter.

    Raises:
        SourceError: it is not there, or no adapter as `write_adapter` writes them.
    """
    if not path.is_file():
        raise SourceError(f"there is no adapter at {path}.")
    file = SafetensorsFile(path)
    facts = file.metadata()
    if facts.get("format") != FORMAT:
        raise SourceError(f"{path.name} is no adapter of `finetune --method lora`.")
    names = {name.removesuffix(ending) for name in file.names() for ending in ENDINGS}
    names -= set(file.names())
    try:
        parts = {
            name: (file.tensor(f"{name}.lora_a"), file.tensor(f"{name}.lora_b"))
            for name in sorted(names)
        }
        adapter = Adapter(
            facts["base"], float(facts["alpha"]), parts, facts["licence"], facts["notice"]
        )
    except (KeyError, ValueError) as error:
        raise SourceError(f"{path.name} is a damaged adapter.") from error
    if not _is_whole(adapter):
        raise SourceError(f"{path.name} is a damaged adapter.")
    return adapter


def _add_to(digest: hashlib._Hash, name: str, value: FloatArray) -> None:
    digest.update(f"{name} {value.shape}".encode())
    digest.update(np.ascontiguousarray(value, dtype="<f4").tobytes())


def _tensor(tensors: Tensors, name: str, title: str) -> FloatArray:
    try:
        return tensors.tensor(name)
    except (SourceError, KeyError) as error:
        raise SourceError(f"{title} adapts {name}, which this model does not have.") from error


def _is_whole(adapter: Adapter) -> bool:
    """Whether all parts are matrices of one rank."""
    both = list(adapter.parts.values())
    if any(part.ndim != 2 for pair in both for part in pair):
        return False
    return adapter.rank > 0 and all(len(a) == b.shape[1] == adapter.rank for a, b in both)
