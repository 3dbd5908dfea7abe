# SPDX-License-Identifier: Apache-2.0
"""`ngram`: from a folder of text to the file that predicts without a model.

    corpus ─► words ─► counts ─► smoothing ─► pruning ─► 8 bits ─► file aside ─► in its place
       └────► what is held out, as text by register

The same corpus and options give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ime_engine.ngram.layout import pack
from model_tools.counting.arrays import arrays_of
from model_tools.counting.corpus import Corpus, HoldOut, open_corpus
from model_tools.counting.counts import count
from model_tools.counting.files import write_bytes, write_held_out
from model_tools.counting.pruning import prune
from model_tools.counting.smoothing import Smoothed, smooth
from model_tools.counting.tokens import Reader, Tokens
from model_tools.counting.weights import weight_of
from model_tools.counting.words import default_stems, read_stems
from model_tools.errors import WorkshopError
from model_tools.numbers import whole_number
from model_tools.progress import over
from model_tools.report_file import check_destination
from model_tools.stages import stage

__all__ = ["add_arguments", "run"]

MAX_MB: Final = 24
MIN_COUNT: Final = 3
MAX_WORDS: Final = 1 << 20
"""More do not fit the 24 bits of a word's number with room to spare."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument(
        "--corpus",
        type=Path,
        required=True,
        metavar="PATH",
        help="folder or archive of .txt files, one sentence a line, with SOURCES.tsv in or beside",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write")
    parser.add_argument(
        "--max-mb",
        type=whole_number(1, 1000),
        default=MAX_MB,
        metavar="N",
        help="largest file, in 10^6 bytes (default: %(default)s)",
    )
    parser.add_argument(
        "--min-count",
        type=whole_number(1, 1_000_000),
        default=MIN_COUNT,
        metavar="N",
        help="occurrences below which a word is not kept (default: %(default)s)",
    )
    parser.add_argument(
        "--hold-out",
        nargs="+",
        default=[],
        metavar="GLOB",
        help="names of sources that are not counted",
    )
    parser.add_argument(
        "--hold-out-percent",
        type=whole_number(0, 50),
        default=0,
        metavar="N",
        help="share of every other source that is not counted, in blocks of lines",
    )
    parser.add_argument(
        "--held-out",
        type=Path,
        metavar="FOLDER",
        help="write what is not counted there, as `evaluate --eval-dir` reads it",
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a corpus."""

    tokens: Tokens
    sources: list[str]
    held_out: Mapping[str, list[str]]
    """Lines by file name without its ending."""


def run(args: argparse.Namespace) -> int:
    """Build the file; print what it holds."""
    begun = time.monotonic()
    check_destination(args.out)
    corpus = open_corpus(args.corpus)
    held_out = HoldOut(tuple(args.hold_out), args.hold_out_percent)
    with stage("reading"):
        read = _read(corpus, held_out, args.min_count)
    with stage("counting"):
        smoothed = smooth(count(read.tokens))
    with stage("pruning"):
        kept = prune(smoothed, args.max_mb * 1_000_000)
        arrays = arrays_of(smoothed, kept)
    with stage("writing"):
        pieces = pack(
            arrays, tokens=smoothed.tokens, sources=read.sources, notes=_notes(args, held_out)
        )
        if args.held_out is not None:
            write_held_out(args.held_out, read.held_out)
        write_bytes(args.out, pieces)
    figures = _figures(smoothed, arrays, read) | {
        "bytes": sum(map(len, pieces)),
        "seconds": round(time.monotonic() - begun, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000,
    }
    _show(figures, as_json=args.json)
    return 0


def _read(corpus: Corpus, hold_out: HoldOut, least: int) -> _Read:
    """Read every source.

    Raises:
        WorkshopError: there is nothing to count.
    """
    reader = Reader(read_stems(default_stems()))
    sources: list[str] = []
    held: dict[str, list[str]] = {}
    for source, lines in over(corpus.texts(), "reading", len(corpus.sources)):
        kept, left = hold_out.split(source, lines)
        reader.add(kept, weight_of(source))
        if kept:
            sources.append(source.name)
        if any(left):
            name = (
                f"ood_{source.register}_{source.name}"
                if hold_out.whole(source)
                else source.register
            )
            held.setdefault(name, []).extend(filter(None, left))
    tokens = reader.finish(least, MAX_WORDS)
    if not tokens.words:
        raise WorkshopError(
            f"{corpus.path} holds no word that occurs {least} times in a file that may be "
            "counted; look at permissive_for_training and train_file in its table."
        )
    return _Read(tokens, sorted(sources), held)


def _notes(args: argparse.Namespace, hold_out: HoldOut) -> dict[str, str]:
    return {
        "smoothing": "modified Kneser-Ney",
        "min_count": str(args.min_count),
        "max_mb": str(args.max_mb),
        "held_out": " ".join(hold_out.globs),
        "held_out_percent": str(hold_out.percent),
    }


def _figures(smoothed: Smoothed, arrays: Mapping[str, Any], read: _Read) -> dict[str, object]:
    return {
        "sources": len(read.sources),
        "eojeols": smoothed.tokens,
        "held_out_lines": sum(map(len, read.held_out.values())),
        "words": len(smoothed.words),
        "bigrams": len(arrays["bigram_codes"]),
        "trigrams": len(arrays["trigram_codes"]),
        "bigrams_counted": len(smoothed.bigrams.words),
        "trigrams_counted": len(smoothed.trigrams.words),
    }


def _show(figures: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    for name, value in figures.items():
        shown = f"{value:,}" if isinstance(value, int) else str(value)
        sys.stdout.write(f"{name.replace('_', ' '):18} {shown}\n")
