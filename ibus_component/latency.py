# SPDX-License-Identifier: Apache-2.0
"""How long a key takes through ibus-daemon and our engine, beside ibus-hangul.

    python -m ibus_component.latency [--keys N] [--json]

Two private daemons run at once, one with each engine, and take turns sentence
by sentence, so that both meet the same load. A key's time is that from sending
ProcessKeyEvent to its reply, seen by a client that decodes nothing meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from ibus_component.headless import HANGUL_XML, HeadlessError, HeadlessIBus
from ibus_component.ibus_version import installed_version
from ibus_component.wire.bus import BusError
from ibus_component.wire.keyboard import RELEASE, key_of
from ibus_component.wire.typist import Typist

__all__ = ["Spans", "measure", "percentiles"]

SENTENCES: Final = (
    "dkssudgktpdy tptkd ",
    "dhsmf skfTlrk cka whgspdy ",
    "rlawlsthwjddml tordmf dlrdjTtmqslek ",
    "ghldmlsms dhgn tptldp tlwkrgkqslek ",
    "ekdma wndp ekTl dusfkremflrpTtmqslek ",
)
"""Two-set keys of everyday sentences; a space after each eojeol."""
WARM_UP: Final = 100
MEMORY_FIELDS: Final = ("Rss", "Pss")


@dataclass(frozen=True, slots=True)
class Spans:
    """Time of a key, in milliseconds."""

    keys: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


def percentiles(times_ms: Sequence[float]) -> Spans:
    """Sum up at least two times.

    >>> percentiles([1.0, 2.0, 3.0]).p50_ms
    2.0
    """
    cuts = statistics.quantiles(times_ms, n=100, method="inclusive")
    p50, p95, p99 = (round(cuts[at - 1], 3) for at in (50, 95, 99))
    return Spans(len(times_ms), p50, p95, p99, round(max(times_ms), 3))


def measure(keys: int) -> dict[str, Any]:
    """Type on both engines in turn.

    Args:
        keys: Key presses on each that count, at least 2.

    Raises:
        HeadlessError: there is no ibus-daemon to run.
    """
    engines = ("ieum", "hangul") if HANGUL_XML.exists() else ("ieum",)
    with ExitStack() as stack:
        daemons = {name: stack.enter_context(HeadlessIBus()) for name in engines}
        typists = {
            name: stack.enter_context(Typist(daemons[name].address, name)) for name in engines
        }
        if "hangul" in typists:
            typists["hangul"].press("Hangul")  # it starts in Latin mode
        times = _take_turns(typists, keys + WARM_UP)
        report = _report({name: percentiles(taken[WARM_UP:]) for name, taken in times.items()})
        return report | _memory(daemons["ieum"])


def _take_turns(typists: dict[str, Typist], keys: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in typists}
    for sentence in cycle(SENTENCES):
        for name, typist in typists.items():
            times[name] += _type(typist, sentence[: keys - len(times[name])])
        if len(times["ieum"]) >= keys:
            return times
    raise AssertionError("a cycle never ends")


def _type(typist: Typist, sentence: str) -> Iterator[float]:
    for name in sentence:
        keyval, keycode, state = key_of(name)
        yield typist.timed_key(keyval, keycode, state)[1]
        typist.timed_key(keyval, keycode, state | RELEASE)
    typist.drop()


def _report(spans: dict[str, Spans]) -> dict[str, Any]:
    ours, theirs = spans["ieum"], spans.get("hangul")
    return {
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 2),
            "python": platform.python_version(),
            "ibus": ".".join(map(str, installed_version())),
        },
        "ieum": asdict(ours),
        "ibus_hangul": asdict(theirs) if theirs else None,
        "ratio_p50": round(ours.p50_ms / theirs.p50_ms, 2) if theirs else None,
    }


def _memory(ibus: HeadlessIBus) -> dict[str, float]:
    supervisor = ibus.processes("supervisor.py")[0]
    return {
        f"{name}_{kind.lower()}_mb": round(_rollup(pid)[kind] / 1024, 1)
        for name, pid in (("engine", ibus.engine_pid()), ("supervisor", supervisor))
        for kind in MEMORY_FIELDS
    }


def _rollup(pid: int) -> dict[str, int]:
    """Memory of a process in KiB by kind, from /proc."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) for line in lines}


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _table(report: dict[str, Any]) -> str:
    machine = report["machine"]
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}, "
        f"Python {machine['python']}, ibus {machine['ibus']}",
        f"{'key round trip':<16}{'keys':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'max ms':>9}",
    ]
    for name in ("ieum", "ibus_hangul"):
        if row := report[name]:
            spans = (row[key] for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms"))
            lines.append(
                f"{name.replace('_', '-'):<16}{row['keys']:>8}"
                + "".join(f"{x:>9.2f}" for x in spans)
            )
    if report["ratio_p50"] is None:
        lines.append("ibus-hangul is not installed, so there is nothing to compare with")
    else:
        lines.append(f"ratio of the medians: {report['ratio_p50']:.2f}")
    lines.append(
        f"memory: engine {report['engine_rss_mb']} MB RSS ({report['engine_pss_mb']} PSS), "
        f"supervisor {report['supervisor_rss_mb']} MB RSS ({report['supervisor_pss_mb']} PSS)"
    )
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Measure and report; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m ibus_component.latency",
        description="Key round trip through a private ibus-daemon, beside ibus-hangul.",
    )
    parser.add_argument("--keys", type=int, default=2000, help="keys on each engine (default 2000)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if options.keys < 2:
        parser.error("--keys must be at least 2")
    try:
        report = measure(options.keys)
    except (BusError, HeadlessError, TimeoutError) as error:
        sys.stderr.write(f"ieum: {error}\n")
        return 1
    sys.stdout.write(json.dumps(report, indent=2) + "\n" if options.json else _table(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
