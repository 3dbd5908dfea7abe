# SPDX-License-Identifier: Apache-2.0
"""Has `evaluate` and `benchmark` measure, in this process, for `report --measure`."""

from __future__ import annotations

import argparse
import contextlib
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model_tools import benchmark, evaluate
from model_tools.progress import say

__all__ = ["Asked", "measured"]

JSON: Final = "--json"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure, and how much of it."""

    model: str | None
    eval_dir: Path | None
    positions: int
    ksr_positions: int
    requests: int


@contextmanager
def measured(asked: Asked) -> Iterator[tuple[list[Path], list[Path]]]:
    """Measure; yield the files of evaluations and benchmarks, there for the time of the block.

    Raises:
        IeumError: what `evaluate` and `benchmark` raise.
    """
    with tempfile.TemporaryDirectory(prefix="ieum-") as folder:
        work = list(_work(asked, Path(folder)))
        # The benchmark comes first: no model is held in this process yet while it times.
        for at, (name, given, path) in enumerate(work, start=1):
            say(f"{at} of {len(work)}: {' '.join([name, *given])}")
            _run(name, [*given, JSON, str(path)])
        made = {name: [path for other, _, path in work if other == name] for name in _COMMANDS}
        yield made["evaluate"], made["benchmark"]


def _work(asked: Asked, folder: Path) -> Iterator[tuple[str, list[str], Path]]:
    """Command, arguments and file of each measurement."""
    common = ["--model", asked.model] if asked.model else []
    common += ["--eval-dir", str(asked.eval_dir)] if asked.eval_dir else []
    yield (
        "benchmark",
        [*common, "--what", "predict", "--requests", str(asked.requests)],
        folder / "daemon.json",
    )
    drawn = ["--positions", str(asked.positions), "--ksr-positions", str(asked.ksr_positions)]
    for predictor in ("mix", "model", "ngram"):
        # Baselines are asked once, beside model and n-gram together.
        more = ["--ksr"] if predictor == "mix" else ["--baselines", "none"]
        given = [*common, "--predictor", predictor, *drawn, *more]
        yield "evaluate", given, folder / f"{predictor}.json"


_COMMANDS: Final[
    dict[
        str,
        tuple[
            Callable[[argparse.ArgumentParser], None],
            Callable[[argparse.Namespace], int],
        ],
    ]
] = {
    "benchmark": (benchmark.add_arguments, benchmark.run),
    "evaluate": (evaluate.add_arguments, evaluate.run),
}


def _run(name: str, given: Sequence[str]) -> None:
    add_arguments, run = _COMMANDS[name]
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    args = parser.parse_args(given)
    args.given = [name, *given[: given.index(JSON)]]
    with contextlib.redirect_stdout(io.StringIO()):
        run(args)
