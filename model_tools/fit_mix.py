# SPDX-License-Identifier: Apache-2.0
"""`fit-mix`: how far to trust the model, how far the n-gram, by what both say.

    held-out text ──► positions ──► lists of both ──► fit on most sentences ──► judge on the others
                                                           └──► weights beside the n-gram

The text must be in no training text of the n-gram and in no test: counts look far better on
text that they were taken from, and the fit would believe them.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import msgspec
import numpy as np

from ime_engine.config import load_config, models_dirs
from ime_engine.metrics import Metrics
from ime_engine.ngram.model import NGram
from ime_engine.ranking.evidence import FEATURES, features
from ime_engine.ranking.mixture import Weights
from ime_engine.ranking.ranker import Ranker
from ime_engine.ranking.weights import MixFile
from ime_engine.runtime.manifest import read_manifest
from ime_engine.service.models import find_model, open_model
from model_tools.evaluation.registers import read_folder
from model_tools.fitting.mix_positions import Record, Witness, collect, outcome
from model_tools.fitting.mix_report import Way, as_rows, calibration, fixed, judge, table
from model_tools.fitting.mix_weights import balanced, fit
from model_tools.numbers import add_draws
from model_tools.progress import over, say
from model_tools.report_file import check_destination, write_json, write_whole
from model_tools.tables import markdown_table

__all__ = ["add_arguments", "fitted", "run", "ways"]

POSITIONS: Final = 300
PENALTY: Final = 3e-4
JUDGED: Final = 5
"""One sentence in so many is kept out of the fit, to judge by."""

SHARES: Final = (0.4, 0.5, 0.6, 0.7, 0.8)
"""Fixed mixes that the fit is compared with."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options to argparse."""
    parser.add_argument(
        "--text",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with one .txt file per register, one sentence a line, that is neither "
        "in the n-gram's corpora nor in a test",
    )
    parser.add_argument(
        "--ngram", type=Path, required=True, metavar="FILE", help="n-gram to fit for"
    )
    parser.add_argument(
        "--model", metavar="NAME", help="model to fit for (default: the configured one)"
    )
    add_draws(parser, POSITIONS)
    parser.add_argument("--for-ngram", type=Path, metavar="FILE", help=FOR_NGRAM)
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the weights")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")


FOR_NGRAM: Final = (
    "n-gram that the weights will be used with, when it was counted over the text too "
    "(default: the one they are fitted for)"
)


def run(args: argparse.Namespace) -> int:
    """Ask, fit, judge, print; write the files that were asked for."""
    for path in (args.out, args.json):
        if path is not None:
            check_destination(path)
    registers = read_folder(args.text)
    used_with = NGram.open(args.for_ngram or args.ngram).header.sha256
    engine, digest = _open(args)
    records = collect(engine, registers, args.positions, args.seed, over)
    training, judged = split(records)
    weights = fitted(training)
    rows = ways(judged, weights)
    sys.stdout.write(_report(training, judged, weights, rows))
    if args.json is not None:
        write_json(args.json, {"ways": {name: as_rows(some) for name, some in rows.items()}})
    if args.out is not None:
        say(f"writing {args.out}")
        write_whole(args.out, as_file(fitted(records), used_with, digest, _notes(args, records)))
    return 0


def as_file(weights: Weights, ngram: str, model: str, notes: Mapping[str, str]) -> str:
    """The weights as the daemon reads them."""
    rounded = {name: round(value, 4) for name, value in weights.values.items()}
    file = MixFile(ngram=ngram, model=model, weights=rounded, spread=weights.spread, notes=notes)
    return msgspec.json.format(msgspec.json.encode(file), indent=2).decode() + "\n"


def _open(args: argparse.Namespace) -> tuple[Witness, str]:
    """Open the model with the n-gram beside it; return them and the model's digest."""
    config = load_config()
    config = msgspec.structs.replace(config, model=args.model or config.model)
    folder = find_model(config.model, models_dirs(config))
    say(f"opening {folder.name}")
    opened = open_model(folder, config, Metrics(), Ranker(NGram.open(args.ngram)))
    return cast("Witness", opened.engine), read_manifest(folder).digest


def _notes(args: argparse.Namespace, records: Sequence[Record]) -> dict[str, str]:
    names = sorted({record.register for record in records})
    return {
        "fitted on": f"{len(records)} questions of {', '.join(names)}",
        "seed": str(args.seed),
        "penalty": str(PENALTY),
    }


def _report(
    training: Sequence[Record],
    judged: Sequence[Record],
    weights: Weights,
    rows: Mapping[str, Sequence[Way]],
) -> str:
    values = [[name, f"{value:+.3f}"] for name, value in weights.values.items()]
    return "\n".join(
        [
            f"Fitted on {len(training)} questions, judged on {len(judged)} of other sentences.\n",
            *(table(name, some) for name, some in rows.items()),
            calibration(judged, weights),
            markdown_table(["feature", "weight"], values),
        ]
    )


def fitted(records: Sequence[Record], penalty: float = PENALTY) -> Weights:
    """Fit the weights on records; those where one side is silent tell nothing."""
    telling = [r for r in records if r.evidence.model and r.evidence.offered]
    gave = [outcome(record, Weights()) for record in telling]
    values = fit(
        np.array([features(record.evidence) for record in telling]),
        np.array([each.model for each in gave]),
        np.array([each.ngram for each in gave]),
        balanced([record.register for record in telling]),
        penalty,
    )
    return Weights(dict(zip(FEATURES, values.tolist(), strict=True)))


def split(records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Part what is fitted on from what is judged by, whole sentences together."""
    judged = [_is_judged(record) for record in records]
    return (
        [record for record, last in zip(records, judged, strict=True) if not last],
        [record for record, last in zip(records, judged, strict=True) if last],
    )


def ways(records: Sequence[Record], weights: Weights) -> dict[str, list[Way]]:
    """Judge each side alone, fixed mixes and the fit: all together, then by register."""
    registers = list(dict.fromkeys(record.register for record in records))
    by_name = {"all": list(records)}
    by_name |= {name: [r for r in records if r.register == name] for name in registers}
    return {name: _judged(some, weights) for name, some in by_name.items()}


def _judged(records: Sequence[Record], weights: Weights) -> list[Way]:
    return [
        judge("model alone", records, fixed(1.0)),
        judge("n-gram alone", records, fixed(0.0)),
        *(judge(f"fixed {share}", records, fixed(share)) for share in SHARES),
        judge("fitted", records, weights),
    ]


def _is_judged(record: Record) -> bool:
    position = record.asked.position
    digest = hashlib.sha256(f"{position.register} {position.sentence}".encode()).digest()
    return digest[0] % JUDGED == 0
