# SPDX-License-Identifier: Apache-2.0
"""Opens a graph in ONNX Runtime: a session that keeps the contract of `graph_model`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import onnxruntime

from ime_engine.errors import ModelError

__all__ = ["OnnxOptions", "open_session", "waiting"]

QUIET: Final = 3
"""Log errors only; the runtime's warnings are about graphs, not about users."""

SPIN_US: Final = 60
"""Threads that slept through a rest wake late; longer gains nothing, shorter a millisecond a pass
less."""

SPIN_SINCE: Final = (1, 26)
"""First version of ONNX Runtime that reads `spin_duration_us`; others would spin on."""


@dataclass(frozen=True, slots=True)
class OnnxOptions:
    """How ONNX Runtime runs."""

    providers: tuple[str, ...] = ("CPUExecutionProvider",)
    threads: int = 2
    """Threads within an operator, >= 1."""

    spinning: bool = False
    """Whether idle threads burn their core all the time; other programs pay for it."""


def open_session(path: Path, options: OnnxOptions) -> onnxruntime.InferenceSession:
    """Open a graph.

    Raises:
        ModelError: ONNX Runtime cannot read it.
    """
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.inter_op_num_threads = 1
    settings.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    settings.log_severity_level = QUIET
    # The arena keeps the largest pass it ever served; here every pass has another shape.
    settings.enable_cpu_mem_arena = False
    settings.enable_mem_pattern = False
    for key, value in waiting(options.spinning, onnxruntime.__version__).items():
        settings.add_session_config_entry(key, value)
    try:
        return onnxruntime.InferenceSession(str(path), settings, providers=list(options.providers))
    except Exception as error:
        # The binding raises many classes without a common one of their own.
        raise ModelError(
            f"ONNX Runtime {onnxruntime.__version__} cannot open {path.name}: "
            "rebuild it with `ieum model build --force`."
        ) from error


def waiting(spinning: bool, version: str) -> dict[str, str]:
    """Return how idle threads wait.

    Most operators take less time than it takes to wake a thread. So a thread waits busily
    for `SPIN_US`, and only while the model runs, where ONNX Runtime can count that time.
    """
    if spinning:
        return {"session.intra_op.allow_spinning": "1"}
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < SPIN_SINCE:
        return {"session.intra_op.allow_spinning": "0"}
    return {
        "session.intra_op.allow_spinning": "1",
        "session.intra_op.spin_duration_us": str(SPIN_US),
        "session.force_spinning_stop": "1",
    }
