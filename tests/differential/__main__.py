# SPDX-License-Identifier: Apache-2.0
"""Play random scripts on both engines, for each keyboard, and say where their texts differ.

    python -m tests.differential --scripts 5000 --journal FILE

Stop it whenever you like: with the same journal it goes on where it was. Delete the
journal when the engine has changed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import get_args

from tests.differential.compare import Kind
from tests.differential.jobs import in_parallel, portions
from tests.differential.report import Journal, describe, table
from tests.differential.scripts import LAYOUTS


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    journal = Journal(options.journal)
    outcomes = journal.read()
    done = {outcome.portion for outcome in outcomes}
    wanted = list(portions(options.layouts, options.kinds, options.scripts))
    begun = time.monotonic()
    try:
        for outcome in in_parallel([each for each in wanted if each not in done], options.jobs):
            journal.write(outcome)
            outcomes.append(outcome)
            for difference in outcome.differences:
                sys.stdout.write(describe(difference))
            _progress(len(outcomes), len(wanted), begun)
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped\n")
    outcomes.sort(key=lambda outcome: LAYOUTS.index(outcome.portion.layout))
    sys.stdout.write("\n" + table(outcomes))
    sys.stdout.write(f"\n{time.monotonic() - begun:.0f} s with {options.jobs} at a time\n")
    return 1 if any(outcome.differences for outcome in outcomes) else 0


def _progress(done: int, wanted: int, begun: float) -> None:
    ending = "\r" if sys.stderr.isatty() else "\n"
    span = time.monotonic() - begun
    sys.stderr.write(f"{done} of {wanted} portions, {span:.0f} s{ending}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--scripts", type=int, default=5000, help="for each layout (default 5000)")
    parser.add_argument("--layouts", nargs="+", choices=LAYOUTS, default=LAYOUTS)
    parser.add_argument("--kinds", nargs="+", choices=get_args(Kind), default=get_args(Kind))
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="at a time (default: all)")
    parser.add_argument("--journal", type=Path, help="file to keep outcomes in, and to go on from")
    return parser


if __name__ == "__main__":
    sys.exit(main())
