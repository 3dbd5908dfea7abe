# SPDX-License-Identifier: Apache-2.0
"""Whatever a weight holds, its blocks are near it and round to themselves."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model_tools.byte_blocks import RUN, fits, from_blocks, to_blocks
from model_tools.families.graph import FloatArray

LARGEST = 60_000.0 * 127

numbers = st.floats(-LARGEST, LARGEST, width=32, allow_nan=False)
weights = st.tuples(st.integers(1, 3), st.integers(1, 2)).flatmap(
    lambda size: arrays(np.float32, (size[0], size[1] * RUN), elements=numbers)
)


@given(weights)
def test_a_number_is_off_by_half_a_step_at_most(weight: FloatArray) -> None:
    stored, scales = to_blocks(weight)
    read = from_blocks(stored, scales)
    largest = np.abs(weight).reshape(len(weight), -1, RUN).max(axis=-1)
    # A scale is rounded itself: to eleven bits, or to the least that float16 holds.
    step = np.maximum(scales.astype(np.float32), largest / 127)
    slack = largest * 2.0**-11 + 127 * 2.0**-25
    allowed = np.repeat(step / 2 + slack, RUN, axis=1)
    assert (np.abs(read - weight) <= allowed * (1 + 1e-5)).all()


@given(weights)
def test_what_was_read_is_stored_as_it_was(weight: FloatArray) -> None:
    once = to_blocks(weight)
    read = from_blocks(*once)
    np.testing.assert_allclose(from_blocks(*to_blocks(read)), read, rtol=2**-9, atol=1e-4)


def test_only_matrices_of_whole_runs_lie_in_blocks() -> None:
    assert fits(np.zeros((2, RUN), np.float32))
    assert not fits(np.zeros((2, RUN + 1), np.float32))
    assert not fits(np.zeros(RUN, np.float32))
