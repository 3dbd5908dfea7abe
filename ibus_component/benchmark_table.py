# SPDX-License-Identifier: Apache-2.0
"""The benchmark's report for people to read: Markdown, with its circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["table"]

PEER: Final = "ibus-hangul"
HEAD: Final = (
    "| engine | p50 ms | p95 ms | p99 ms | max ms | CPU ms a key | keys a second "
    "| RSS MiB | PSS MiB |\n"
    "| ------ | -----: | -----: | -----: | -----: | -----------: | ------------: "
    "| ------: | ------: |"
)
NAMED: Final = (("p50", "p50_ms"), ("p95", "p95_ms"), ("p99", "p99_ms"))


def table(report: Mapping[str, Any]) -> str:
    """Machine and load, a row for each engine, and ours in proportion to ibus-hangul."""
    machine, engines = report["machine"], report["engines"]
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']} before and "
        f"{machine['load_after']} after, Python {machine['python']}, ibus {machine['ibus']}; "
        f"{report['ieum']['keys']} keys on each engine, in turns",
        "",
        HEAD,
        *(_row(name, figures) for name, figures in engines.items()),
        "",
    ]
    peer = engines.get(PEER)
    if peer is None:
        lines.append("ibus-hangul is not installed, so there is nothing to compare with")
    else:
        lines += [
            f"{name} in proportion to ibus-hangul: {_proportions(figures, peer)}"
            for name, figures in engines.items()
            if name != PEER
        ]
    lines.append(
        f"supervisor: {report['supervisor_rss_mb']} MiB RSS, {report['supervisor_pss_mb']} PSS"
    )
    return "\n".join(lines) + "\n"


def _row(name: str, figures: Mapping[str, Any]) -> str:
    spans, memory = figures["spans"], figures["memory"]
    times = (spans[key] for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms"))
    return (
        f"| {name} | "
        + " | ".join(f"{ms:.2f}" for ms in times)
        + f" | {figures['cpu_ms']:.2f} | {figures['keys_per_s']:,.0f}"
        + f" | {memory['rss_mb']} | {memory['pss_mb']} |"
    )


def _proportions(figures: Mapping[str, Any], peer: Mapping[str, Any]) -> str:
    ratios = [f"{rank} {figures['spans'][key] / peer['spans'][key]:.2f} ×" for rank, key in NAMED]
    return ", ".join(ratios)
