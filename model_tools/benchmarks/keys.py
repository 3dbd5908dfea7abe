# SPDX-License-Identifier: Apache-2.0
"""Key round trips: the desktop side measures them; the workshop only runs it and reads."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

from ime_engine.errors import ServiceError
from model_tools.benchmarks.report import Row

__all__ = ["key_rows", "measure_keys"]

MODULE: Final = "ibus_component.latency"
STOP_TIMEOUT_S: Final = 15.0
MIB: Final = 1.048576
"""The module counts in 2^20 bytes, the report in 10^6."""


def measure_keys(keys: int) -> list[Row]:
    """Type on our engine and on ibus-hangul in turn.

    Args:
        keys: Key presses on each.

    Raises:
        ServiceError: there is no IBus to measure.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE, "--json", "--keys", str(keys)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        answer, complaint = process.communicate()
    finally:
        _stop(process)
    if process.returncode != 0:
        last = complaint.strip().splitlines()[-1:] or [f"it ended with {process.returncode}"]
        raise ServiceError(f"Keys could not be measured: {last[0]}")
    return key_rows(json.loads(answer))


def key_rows(report: Mapping[str, Any]) -> list[Row]:
    """The module's report as rows; without ibus-hangul there is no ratio."""
    ours, theirs = report["ieum"], report["ibus_hangul"]
    rows = [
        Row("key round trip p50", ours["p50_ms"], "ms", f"{ours['keys']} keys through ibus-daemon"),
        Row("key round trip p95", ours["p95_ms"], "ms"),
        Row("key round trip p99", ours["p99_ms"], "ms"),
    ]
    if theirs:
        rows += [
            Row("ibus-hangul p50", theirs["p50_ms"], "ms", "in turns, sentence by sentence"),
            Row("ibus-hangul p95", theirs["p95_ms"], "ms"),
            Row("ibus-hangul p99", theirs["p99_ms"], "ms"),
            *(
                Row(f"key round trip {rank}, ratio to ibus-hangul", ours[key] / theirs[key], "×")
                for rank, key in (("p50", "p50_ms"), ("p99", "p99_ms"))
            ),
        ]
    return [*rows, Row("engine RSS", report["engine_rss_mb"] * MIB, "MB", "after these keys")]


def _stop(process: subprocess.Popen[str]) -> None:
    """Let it take down its own daemons; end it only when it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
