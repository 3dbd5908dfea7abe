# SPDX-License-Identifier: Apache-2.0
"""Counters and percentiles, bounded."""

from __future__ import annotations

import threading

from ime_engine.metrics import RING, Metrics


def test_counters_add_up() -> None:
    metrics = Metrics()
    metrics.count("queries")
    metrics.count("queries", 2)

    assert metrics.snapshot() == {"queries": 3}


def test_percentiles_are_nearest_ranks() -> None:
    metrics = Metrics()
    for span_ms in range(1, 101):
        metrics.observe("predict", float(span_ms))

    assert metrics.snapshot() == {
        "predict_p50_ms": 50.0,
        "predict_p95_ms": 95.0,
        "predict_p99_ms": 99.0,
    }


def test_only_the_last_spans_count() -> None:
    metrics = Metrics()
    for span_ms in [1000.0] * RING + [1.0] * RING:
        metrics.observe("predict", span_ms)

    assert metrics.snapshot()["predict_p99_ms"] == 1.0


def test_threads_do_not_lose_counts() -> None:
    metrics = Metrics()

    def work() -> None:
        for _ in range(1000):
            metrics.count("queries")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert metrics.snapshot() == {"queries": 4000}
