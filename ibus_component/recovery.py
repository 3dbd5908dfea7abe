# SPDX-License-Identifier: Apache-2.0
"""How long typing is away when the engine is killed, and whether anything is lost.

    python -m ibus_component.recovery [--kills N] [--register] [--json]

A private ibus-daemon; the engine dies by SIGKILL in the middle of a syllable, and every
second time in Latin mode. A span is that from the signal to the reply to the next key.
Between two kills the engine lives longer than the supervisor calls quick.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
import time
from contextlib import ExitStack
from typing import Any, Final

from ibus_component import supervisor
from ibus_component.headless import HeadlessError, HeadlessIBus, wait_until
from ibus_component.wire.bus import BusError
from ibus_component.wire.typist import Typist

__all__ = ["measure"]

LIFE_S: Final = supervisor.QUICK_S + 0.2
BEFORE: Final = "gks"
"""한, of which the engine dies."""
AFTER: Final = "rmf "
TEXTS: Final = {True: "한글 ", False: "gksrmf "}
"""What stands there in the end, in Hangul mode and in Latin."""


def measure(kills: int, *, register: bool = False) -> dict[str, Any]:
    """Kill the engine again and again.

    Args:
        kills: How often, at least 1.
        register: Whether the engine is registered by hand, as `ieum run` does it.

    Raises:
        HeadlessError: there is no ibus-daemon to run.
        TimeoutError: typing did not come back.
    """
    with ExitStack() as stack:
        ibus = stack.enter_context(HeadlessIBus(components=[] if register else None))
        if register:
            ibus.spawn(sys.executable, "-I", "-S", supervisor.__file__, "--register")
        typist = stack.enter_context(Typist(ibus.address, "" if register else "ieum"))
        wait_until(lambda: typist.selected() == "ieum", "the selection of the engine")
        spans, intact = [], 0
        for number in range(kills):
            span_ms, is_intact = _kill(ibus, typist, hangul=number % 2 == 0)
            spans.append(span_ms)
            intact += is_intact
    return {
        "kills": kills,
        "intact": intact,
        "p50_ms": round(statistics.median(spans), 1),
        "max_ms": round(max(spans), 1),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }


def _kill(ibus: HeadlessIBus, typist: Typist, *, hangul: bool) -> tuple[float, bool]:
    """Kill it once: the span in ms, and whether text and mode are what they were to be."""
    typist.settle().text = ""
    typist.type(BEFORE)
    typist.settle()
    begun = time.monotonic()
    os.kill(ibus.engine_pid(), signal.SIGKILL)
    wait_until(lambda: typist.selected() != "ieum", "the end of the engine")
    wait_until(lambda: typist.selected() == "ieum", "the return of the engine")
    typist.type(AFTER[0])
    span_ms = 1000 * (time.monotonic() - begun)
    typist.type(AFTER[1:])
    is_intact = typist.settle().text == TEXTS[hangul]
    typist.press("Hangul")
    time.sleep(LIFE_S)
    return span_ms, is_intact


def main(arguments: list[str] | None = None) -> int:
    """Measure and report; the exit code is 1 if text or mode was lost."""
    parser = argparse.ArgumentParser(
        prog="python -m ibus_component.recovery",
        description="How long typing is away when the engine is killed.",
    )
    parser.add_argument("--kills", type=int, default=20, help="how often (default 20)")
    parser.add_argument("--register", action="store_true", help="an engine as of `ieum run`")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a line")
    options = parser.parse_args(arguments)
    if options.kills < 1:
        parser.error("--kills must be at least 1")
    try:
        report = measure(options.kills, register=options.register)
    except (BusError, HeadlessError, TimeoutError) as error:
        sys.stderr.write(f"ieum: {error}\n")
        return 1
    told = json.dumps(report, indent=2) if options.json else _line(report)
    sys.stdout.write(told + "\n")
    return 0 if report["intact"] == report["kills"] else 1


def _line(report: dict[str, Any]) -> str:
    return (
        f"killed {report['kills']} times, text and mode intact {report['intact']} times; typing "
        f"again after {report['p50_ms']} ms (median), {report['max_ms']} ms (longest), "
        f"{report['cores']} cores, load {report['load']}"
    )


if __name__ == "__main__":
    sys.exit(main())
