# SPDX-License-Identifier: Apache-2.0
"""How long a key takes through ibus-daemon and our engine, beside other engines.

    python -m ibus_component.latency [--keys N] [--full] [--json]

Each engine has a private daemon; all run at once and take turns sentence by sentence, so that
all meet the same load. A key's time is that from sending ProcessKeyEvent to its reply, seen by
a client that decodes nothing meanwhile. Afterwards the same keys are sent without waiting.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from ibus_component.benchmark_subject import (
    SUBJECTS,
    Memory,
    Spans,
    Subject,
    percentiles,
    sit_down,
)
from ibus_component.benchmark_table import table
from ibus_component.headless import HeadlessError
from ibus_component.ibus_version import installed_version
from ibus_component.wire.bus import BusError

__all__ = ["Figures", "measure"]

SENTENCES: Final = (
    "dkssudgktpdy tptkd ",
    "dhsmf skfTlrk cka whgspdy ",
    "rlawlsthwjddml tordmf dlrdjTtmqslek ",
    "ghldmlsms dhgn tptldp tlwkrgkqslek ",
    "ekdma wndp ekTl dusfkremflrpTtmqslek ",
)
"""Two-set keys of everyday sentences; a space after each eojeol."""
WARM_UP: Final = 100
OURS: Final = "ieum"
PEER: Final = "ibus-hangul"
BRIEF: Final = (OURS, PEER)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one engine."""

    spans: Spans
    cpu_ms: float
    """CPU time of the engine's process for a key, press and release."""

    keys_per_s: float
    """Keys, press and release, when nobody waits for an answer."""

    memory: Memory


def measure(keys: int, names: Iterable[str] = BRIEF) -> dict[str, Any]:
    """Type on engines in turn.

    Args:
        keys: Key presses on each that count, at least 2.
        names: Which of SUBJECTS; those that are not installed are left out.

    Raises:
        HeadlessError: there is no ibus-daemon to run.
    """
    with ExitStack() as stack:
        load = os.getloadavg()[0]
        subjects = {
            name: stack.enter_context(sit_down(SUBJECTS[name]))
            for name in names
            if SUBJECTS[name].is_installed
        }
        for subject in subjects.values():
            list(subject.type("".join(islice(cycle("".join(SENTENCES)), WARM_UP))))
        figures = _figures(subjects, keys)
        return _report(figures, subjects[OURS].supervisor(), load)


def _figures(subjects: Mapping[str, Subject], keys: int) -> dict[str, Figures]:
    times: dict[str, list[float]] = {name: [] for name in subjects}
    rushes = dict.fromkeys(subjects, 0.0)
    cpu_s = {name: -subject.cpu_s() for name, subject in subjects.items()}
    for sentence in _sentences(keys):
        for name, subject in subjects.items():
            times[name] += subject.type(sentence)
    for name, subject in subjects.items():
        cpu_s[name] += subject.cpu_s()
    for sentence in _sentences(keys):
        for name, subject in subjects.items():
            rushes[name] += subject.rush(sentence)
    return {
        name: Figures(
            percentiles(times[name]),
            round(1000 * cpu_s[name] / keys, 3),
            round(keys / rushes[name]),
            subject.memory(),
        )
        for name, subject in subjects.items()
    }


def _sentences(keys: int) -> Iterator[str]:
    """Sentences of so many keys together."""
    for sentence in cycle(SENTENCES):
        if keys <= 0:
            return
        yield sentence[:keys]
        keys -= len(sentence)


def _report(figures: Mapping[str, Figures], supervisor: Memory, load: float) -> dict[str, Any]:
    ours, theirs = figures[OURS], figures.get(PEER)
    report = {
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "load": round(load, 2),
            "load_after": round(os.getloadavg()[0], 2),
            "python": platform.python_version(),
            "ibus": ".".join(map(str, installed_version())),
        },
        "ieum": asdict(ours.spans),
        "ibus_hangul": asdict(theirs.spans) if theirs else None,
        "engines": {name: asdict(each) for name, each in figures.items()},
    }
    for rank in ("p50", "p99"):
        own = getattr(ours.spans, f"{rank}_ms")
        peer = getattr(theirs.spans, f"{rank}_ms") if theirs else None
        report[f"ratio_{rank}"] = round(own / peer, 2) if peer else None
    for name, memory in (("engine", ours.memory), ("supervisor", supervisor)):
        report |= {f"{name}_{kind}": value for kind, value in asdict(memory).items()}
    return report


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def main(arguments: list[str] | None = None) -> int:
    """Measure and report; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m ibus_component.latency",
        description="Key round trip through a private ibus-daemon, beside ibus-hangul.",
    )
    parser.add_argument("--keys", type=int, default=2000, help="keys on each engine (default 2000)")
    parser.add_argument(
        "--full",
        action="store_true",
        help="ours also with the predictor stopped, killed and at work, and ibus-typing-booster "
        "where it is installed",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if options.keys < 2:
        parser.error("--keys must be at least 2")
    try:
        report = measure(options.keys, SUBJECTS if options.full else BRIEF)
    except (BusError, HeadlessError, TimeoutError) as error:
        sys.stderr.write(f"ieum: {error}\n")
        return 1
    sys.stdout.write(json.dumps(report, indent=2) + "\n" if options.json else table(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
