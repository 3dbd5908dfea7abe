# SPDX-License-Identifier: Apache-2.0
"""Quantised weights are near the real ones, and smoothing changes no product."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pytest

from model_tools.families.graph import FloatArray
from model_tools.quantize import hadamard, largest_weight, matches, quantize_rows
from model_tools.smoothing import Link, smooth

RANDOM = np.random.default_rng(7)


def normal(*shape: int) -> FloatArray:
    return RANDOM.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("block", [32, 64, 128])
def test_weights_are_off_by_half_a_scale_at_most(block: int) -> None:
    weight = normal(5, 128)
    values, scales = quantize_rows(weight, block)
    back = (values * scales[..., np.newaxis]).reshape(5, 128)
    assert values.shape == (5, 128 // block, block)
    assert (np.abs(back - weight) <= np.repeat(scales, block, axis=1) * 0.501).all()


def test_integers_with_a_scale_come_back_exactly() -> None:
    integers = RANDOM.integers(-127, 128, (3, 32)).astype(np.float32)
    integers[:, 0] = 127
    values, scales = quantize_rows(integers * np.float32(0.25), 32)
    assert (values[:, 0] == integers).all()
    assert scales == pytest.approx(0.25)


def test_rows_of_zeros_stay_zeros() -> None:
    values, scales = quantize_rows(np.zeros((2, 32), dtype=np.float32), 32)
    assert not values.any()
    assert not scales.any()


def test_a_smaller_range_is_kept_to() -> None:
    values, _ = quantize_rows(normal(4, 64), 32, largest=7)
    assert np.abs(values).max() == 7


@pytest.mark.parametrize("size", [1, 2, 32, 64])
def test_turning_twice_is_turning_back(size: int) -> None:
    matrix = hadamard(size)
    assert matrix @ matrix == pytest.approx(np.eye(size), abs=1e-6)


def test_turning_spreads_an_outlier() -> None:
    x = np.zeros(64, dtype=np.float32)
    x[9] = 8
    assert np.abs(x @ hadamard(64)) == pytest.approx(1.0)


def test_patterns_are_those_of_file_names() -> None:
    assert matches("blk.0.attn_q+attn_k+attn_v", ["blk.0.*"])
    assert matches("blk.17.ffn_down", ["output", "*.ffn_down"])
    assert not matches("blk.10.attn_output", ["blk.0.*", "blk.1.*"])


class Table:
    """Weights in a dictionary."""

    def __init__(self, **tensors: FloatArray) -> None:
        self.named = {name.replace("_", "."): value for name, value in tensors.items()}

    def tensor(self, name: str) -> FloatArray:
        return self.named[name]

    def rows(self, name: str, ids: object) -> FloatArray:
        return np.asarray(self.named[name][np.asarray(ids)])


def test_smoothing_moves_outliers_and_keeps_the_product() -> None:
    x = normal(6, 8)
    norm = np.array([1, 1, 1, 300, 1, 1, 0.01, 1], dtype=np.float32)
    tensors = Table(norm=norm, matrix=normal(4, 8))
    peaks = {"layer": np.abs(x * norm).max(axis=0)}
    smoothed = smooth(tensors, [Link("layer", ("matrix",), "norm")], peaks, 0.5, [])
    inputs = x * smoothed.tensor("norm")
    expected = (x * norm) @ tensors.tensor("matrix").T
    assert inputs @ smoothed.tensor("matrix").T == pytest.approx(expected, rel=1e-4, abs=1e-3)
    before, after = np.abs(x * norm).max(axis=0), np.abs(inputs).max(axis=0)
    assert after.max() / np.median(after) < 0.2 * before.max() / np.median(before)


def test_smoothing_follows_the_heads_to_the_values() -> None:
    x, values = normal(6, 5), normal(2, 5)
    tensors = Table(values=values, matrix=normal(3, 4))
    channels = (0, 1, 0, 1)
    made = (x @ values.T)[:, list(channels)]
    link = Link("layer", ("matrix",), "values", channels)
    smoothed = smooth(tensors, [link], {"layer": np.abs(made).max(axis=0)}, 0.7, [])
    again = (x @ smoothed.tensor("values").T)[:, list(channels)]
    expected = made @ tensors.tensor("matrix").T
    assert again @ smoothed.tensor("matrix").T == pytest.approx(expected, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    ("instructions", "largest"),
    [
        ({"avx2", "fma"}, 105),
        ({"avx2", "avx512f", "avx512_vnni"}, 127),
        ({"avx2", "avx_vnni"}, 127),
        ((), 127),
    ],
    ids=["adds in 16 bits", "VNNI", "VNNI without AVX-512", "tells nothing"],
)
def test_weights_leave_room_where_sums_may_overflow(
    instructions: Collection[str], largest: int
) -> None:
    assert largest_weight(instructions) == largest
