# SPDX-License-Identifier: Apache-2.0
"""An adapter is added to the weights it was learned on, and to no others."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from model_tools.adapter import (
    AdaptedTensors,
    Adapter,
    adapted,
    adapter_digest,
    adapter_notice,
    fingerprint,
    merged,
    read_adapter,
    write_adapter,
)
from model_tools.errors import SourceError, WorkshopError
from model_tools.families.gpt2 import Gpt2Shape
from model_tools.families.graph import FloatArray
from model_tools.safetensors_file import write_safetensors
from model_tools.source import Source, Tokens
from tests.integration.small_disks import bounded_files

random = np.random.default_rng(1)


def matrix(*shape: int) -> FloatArray:
    # Numbers that half precision holds, so that a file gives back what was written.
    return random.standard_normal(shape).astype(np.float16).astype(np.float32)


class Table:
    """Weights in a dictionary."""

    def __init__(self, **tensors: FloatArray) -> None:
        self.tensors = {name.replace("__", "."): value for name, value in tensors.items()}

    def tensor(self, name: str) -> FloatArray:
        if name not in self.tensors:
            raise SourceError(f"the weights lack {name}.")
        return self.tensors[name]

    def rows(self, name: str, ids: Sequence[int]) -> FloatArray:
        return np.asarray(self.tensor(name)[np.asarray(ids)])


WEIGHTS = Table(q__weight=matrix(6, 4), k__weight=matrix(3, 4))
Q = "q.weight"


@pytest.fixture
def adapter() -> Adapter:
    parts = {Q: (matrix(2, 4), matrix(6, 2))}
    return Adapter(fingerprint(WEIGHTS, [Q]), 8.0, parts, "CC0", "Learned from: nothing.\n")


def source_of(table: Table) -> Source:
    return Source(Gpt2Shape(1, 4, 2, 8, 1e-5), table, Tokens("", (0, 1), None, ()))


def test_the_product_is_added_by_alpha_over_rank(adapter: Adapter) -> None:
    a, b = adapter.parts[Q]
    expected = WEIGHTS.tensor(Q) + 4 * b @ a
    merged_ = AdaptedTensors(WEIGHTS, adapter)
    assert merged_.tensor(Q) == pytest.approx(expected)
    assert merged_.tensor(Q).dtype == np.float32
    assert merged_.rows(Q, [5, 0]) == pytest.approx(expected[[5, 0]])
    assert merged_.tensor("k.weight") is WEIGHTS.tensor("k.weight")
    assert merged_.rows("k.weight", [1]).tolist() == WEIGHTS.rows("k.weight", [1]).tolist()


def test_what_is_written_is_read_again(adapter: Adapter, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_adapter(path, adapter)
    again = read_adapter(path)
    assert dataclasses.replace(again, parts={}) == dataclasses.replace(adapter, parts={})
    assert again.rank == 2
    for one, other in zip(again.parts[Q], adapter.parts[Q], strict=True):
        assert one.tolist() == other.tolist()
    assert adapter_notice(str(path)) == "Learned from: nothing.\n"
    assert [each for each in tmp_path.iterdir() if each.is_file()] == [path]
    source = merged(source_of(WEIGHTS), str(path))
    assert source.tensors.tensor(Q).tolist() == AdaptedTensors(WEIGHTS, adapter).tensor(Q).tolist()


def test_without_an_adapter_nothing_changes() -> None:
    source = source_of(WEIGHTS)
    assert merged(source, None) is source
    assert adapter_digest(None) == {}
    assert adapter_notice(None) == ""


def test_equal_weights_in_another_file_are_the_same_base(adapter: Adapter) -> None:
    copy = Table(**{name: value.copy() for name, value in WEIGHTS.tensors.items()})
    assert adapted(source_of(copy), adapter, "a").tensors.tensor(Q).shape == (6, 4)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (Table(q__weight=matrix(6, 4)), "a was learned on other weights than this model's"),
        (Table(q__weight=matrix(6, 5)), "a is for another model: its q.weight is 6 x 4, .* 6 x 5"),
        (Table(k__weight=matrix(3, 4)), "a adapts q.weight, which this model does not have"),
    ],
)
def test_an_adapter_for_another_model_is_refused(
    adapter: Adapter, table: Table, complaint: str
) -> None:
    with pytest.raises(SourceError, match=complaint):
        adapted(source_of(table), adapter, "a")


def test_a_full_disk_leaves_the_old_adapter(adapter: Adapter, tmp_path: Path) -> None:
    with bounded_files(tmp_path / "disk") as disk:
        path = disk.folder / "a.safetensors"
        write_adapter(path, adapter)
        disk.fill()
        with pytest.raises(WorkshopError, match="could not be written"):
            write_adapter(path, adapter)
        disk.free()
        assert read_adapter(path).base == adapter.base
        assert list(disk.folder.iterdir()) == [path]


def test_no_adapter_is_told_from_a_damaged_one(adapter: Adapter, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    for read in (read_adapter, lambda path: adapter_digest(str(path))):
        with pytest.raises(SourceError, match="there is no adapter at"):
            read(path)
    write_safetensors(path, ["w"], lambda name: matrix(2, 2))
    with pytest.raises(SourceError, match="is no adapter of"):
        read_adapter(path)
    a, b = adapter.parts[Q]
    for parts in ({}, {Q: (a[:1], b)}, {Q: (a[0], b)}):
        write_adapter(path, dataclasses.replace(adapter, parts=parts))
        with pytest.raises(SourceError, match="is a damaged adapter"):
            read_adapter(path)
    write_adapter(path, adapter)
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(SourceError, match="is cut short"):
        read_adapter(path)
