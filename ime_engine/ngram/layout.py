# SPDX-License-Identifier: Apache-2.0
"""The n-gram file: a header of JSON, then arrays that are mapped, not read.

    magic (8) · length of the header (4) · header, padded · array · array · …

Arrays are little-endian and begin at multiples of 64 bytes. With N words, B
bigrams, C contexts of two words and T trigrams, the sentence start being word N:

    texts           (chars,)  u2   words in UTF-16, sorted by the keys that type them
    text_ends       (N,)      u4   where each ends
    unigrams        (N,)      u1   probability codes
    bigram_ends     (N + 1,)  u4   where the bigrams that begin with each word end
    bigrams_low     (B,)      u2   the second word, lower 16 bits; sorted within a context
    bigrams_high    (B,)      u1   and the upper 8
    bigram_codes    (B,)      u1   probability codes; 255 for one that is a context only
    contexts        (C,)      u4   sorted numbers of those bigrams that trigrams begin with
    trigram_ends    (C,)      u4   where their trigrams end
    trigrams_low, trigrams_high, trigram_codes (T,)   as for bigrams
    word_backoffs, word_counts, word_distinct (N + 1,)             u1 codes of the contexts
    context_backoffs, context_counts, context_distinct (C,)        of one and of two words
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from ime_engine.errors import ModelError, ModelMismatchError, ModelNotFoundError

__all__ = ["DTYPES", "Arrays", "Header", "give_back", "open_arrays", "pack"]

Arrays = Mapping[str, NDArray[Any]]

MAGIC: Final = b"IEUM3GRM"
FORMAT: Final = 1
ALIGNMENT: Final = 64
CHUNK_BYTES: Final = 1 << 20
LENGTH_BYTES: Final = 4
LONGEST_HEADER: Final = 1 << 20

DTYPES: Final[Mapping[str, str]] = {
    "texts": "<u2",
    "text_ends": "<u4",
    "unigrams": "u1",
    "bigram_ends": "<u4",
    "bigrams_low": "<u2",
    "bigrams_high": "u1",
    "bigram_codes": "u1",
    "contexts": "<u4",
    "trigram_ends": "<u4",
    "trigrams_low": "<u2",
    "trigrams_high": "u1",
    "trigram_codes": "u1",
    "word_backoffs": "u1",
    "word_counts": "u1",
    "word_distinct": "u1",
    "context_backoffs": "u1",
    "context_counts": "u1",
    "context_distinct": "u1",
}
"""Name and type of each array, in the order of the file."""

Count = Annotated[int, msgspec.Meta(ge=0)]


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the file says of itself."""

    format: int
    sizes: dict[str, Count]
    """Elements of each array."""

    sha256: str
    """Digest of everything after the header."""

    tokens: Count
    """Eojeols that were counted."""

    sources: list[str]
    """Names of the sources that were counted."""

    notes: dict[str, str]
    """How it was made; for people."""


def pack(arrays: Arrays, *, tokens: int, sources: list[str], notes: dict[str, str]) -> list[bytes]:
    """Return the file as pieces to be written one after the other.

    Args:
        arrays: As named in `DTYPES`.
        tokens: Eojeols that were counted.
        sources: Names of the sources.
        notes: How it was made.
    """
    pieces: list[bytes] = []
    for name, dtype in DTYPES.items():
        content = np.ascontiguousarray(arrays[name], dtype=dtype).tobytes()
        pieces.append(content + bytes(-len(content) % ALIGNMENT))
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    header = msgspec.json.encode(
        Header(
            format=FORMAT,
            sizes={name: len(arrays[name]) for name in DTYPES},
            sha256=digest.hexdigest(),
            tokens=tokens,
            sources=sources,
            notes=notes,
        )
    )
    room = -(len(MAGIC) + LENGTH_BYTES + len(header)) % ALIGNMENT
    header += b" " * room
    return [MAGIC, len(header).to_bytes(LENGTH_BYTES, "little"), header, *pieces]


def open_arrays(path: Path) -> tuple[Header, dict[str, NDArray[Any]]]:
    """Check a file and map its arrays; nothing of them stays in memory until it is used.

    Raises:
        ModelNotFoundError: there is no such file.
        ModelMismatchError: it is no n-gram file, of another format, cut short or damaged.
        ModelError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            header, start = _read_header(file.read(LONGEST_HEADER), path)
            places = _places(header, start)
            end = max((at + size for at, size in places.values()), default=start)
            end += -end % ALIGNMENT
            size = file.seek(0, 2)
            if size != end:
                raise ModelMismatchError(
                    f"{path} is damaged: {size} bytes instead of {end}; install it again."
                )
            file.seek(start)
            digest = hashlib.sha256()
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
            if digest.hexdigest() != header.sha256:
                raise ModelMismatchError(
                    f"{path} is damaged: its digest is another; install it again."
                )
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError as error:
        raise ModelNotFoundError(f"there is no n-gram in {path}.") from error
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.") from error
    return header, {
        name: np.frombuffer(mapped, DTYPES[name], header.sizes[name], at)
        for name, (at, _) in places.items()
    }


def give_back(arrays: Arrays) -> None:
    """Take a mapped file out of this process's memory; a page that is needed again comes again.

    The system maps sixteen pages where one is asked for, and takes none back while there is
    room. They stay in its cache, so that it costs next to nothing to have one again.
    """
    view: Any = next(iter(arrays.values())).base
    mapped = view.obj if isinstance(view, memoryview) else view
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _read_header(content: bytes, path: Path) -> tuple[Header, int]:
    """Return the header and where the arrays begin."""
    begin = len(MAGIC) + LENGTH_BYTES
    if not content.startswith(MAGIC) or len(content) < begin:
        raise ModelMismatchError(f"{path} is no n-gram file.")
    start = begin + int.from_bytes(content[len(MAGIC) : begin], "little")
    if len(content) < min(start, LONGEST_HEADER):
        raise ModelMismatchError(f"{path} is damaged: it is cut short; install it again.")
    try:
        header = msgspec.json.decode(content[begin:start], type=Header)
    except msgspec.DecodeError as error:
        raise ModelMismatchError(f"{path} is of another format, or damaged.") from error
    if header.format != FORMAT or set(header.sizes) != set(DTYPES):
        raise ModelMismatchError(
            f"{path} is of format {header.format}, and this program reads format {FORMAT}."
        )
    return header, start


def _places(header: Header, start: int) -> dict[str, tuple[int, int]]:
    """Where each array begins, in bytes, and how many it takes."""
    places = {}
    for name, dtype in DTYPES.items():
        size = header.sizes[name] * np.dtype(dtype).itemsize
        places[name] = (start, size)
        start += size + -size % ALIGNMENT
    return places
