# SPDX-License-Identifier: Apache-2.0
"""Makes n-grams out of a few lines, by the way the workshop makes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ime_engine.ngram.layout import pack
from ime_engine.ngram.model import NGram
from model_tools.counting.arrays import arrays_of
from model_tools.counting.counts import count
from model_tools.counting.pruning import prune
from model_tools.counting.smoothing import smooth
from model_tools.counting.tokens import Reader

HEADER = "name\trepository_or_package\tlicence\tregister\tpermissive_for_training\ttrain_file"


def ngram_bytes(
    lines: Iterable[str], least: int = 1, max_bytes: int = 1_000_000, weight: float = 1.0
) -> bytes:
    """The file that these lines make."""
    return weighted_bytes([(lines, weight)], least, max_bytes)


def weighted_bytes(
    texts: Iterable[tuple[Iterable[str], float]], least: int = 1, max_bytes: int = 1_000_000
) -> bytes:
    """The file that texts make, each with its weight."""
    reader = Reader(lambda word: True)
    for lines, weight in texts:
        reader.add(lines, weight)
    smoothed = smooth(count(reader.finish(least, 1000)))
    arrays = arrays_of(smoothed, prune(smoothed, max_bytes))
    return b"".join(pack(arrays, tokens=smoothed.tokens, sources=["tiny"], notes={}))


def open_ngram(folder: Path, lines: Iterable[str], least: int = 1, max_bytes: int = 10**6) -> NGram:
    """An open n-gram of these lines."""
    path = folder / "tiny.ngram"
    path.write_bytes(ngram_bytes(lines, least, max_bytes))
    return NGram.open(path)


def write_corpus(folder: Path, texts: Mapping[str, Sequence[str]], forbidden: str = "") -> Path:
    """A corpus: lines by file name, `<tier>_<register>_<name>.txt`; one source may not be used."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [HEADER]
    for file, lines in texts.items():
        (folder / file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        _, register, name = file.removesuffix(".txt").split("_", 2)
        rows.append(
            f"{name}\towner/{name}\tMIT\t{register}\t{'no' if name == forbidden else 'yes'}\t{file}"
        )
    (folder / "SOURCES.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder
