# SPDX-License-Identifier: Apache-2.0
"""RMS norms, alone or fused with the sum before them.

Source: Zhang and Sennrich 2019, arXiv:1910.07467.
"""

from __future__ import annotations

from model_tools.families.graph import CONTRIB, GraphWriter

__all__ = ["add_and_rms_norm", "rms_norm"]


def rms_norm(graph: GraphWriter, x: str, weight: str, epsilon: float) -> str:
    """Add the RMS norm of x over its last axis, times weight (hidden,)."""
    return graph.node("SimplifiedLayerNormalization", [x, weight], axis=-1, epsilon=epsilon)


def add_and_rms_norm(
    graph: GraphWriter, name: str, inputs: tuple[str, str], weight: str, epsilon: float
) -> tuple[str, str]:
    """Add the sum of two inputs and its RMS norm; return the norm, then the sum."""
    normed, total = f"{name}.normed", f"{name}.sum"
    graph.nodes(
        "SkipSimplifiedLayerNormalization",
        [*inputs, weight],
        [normed, "", "", total],
        domain=CONTRIB,
        epsilon=epsilon,
    )
    return normed, total
