# SPDX-License-Identifier: Apache-2.0
"""A user's document as eojeols, each with the text before it. Pure, but for the file's bytes.

    bytes ─ survey() ─► Document(size, digest)      nothing is learned of what is no text
    bytes ─ pieces() ─► Piece(text, before, end)    some 16 KiB each, cut between two eojeols
    Piece ─ eojeols() ─► (before, eojeol) …         what a person would have typed

A document is never whole in memory, however long it or a line of it is. `end` is a
place where reading can go on another day and finds the very same pieces.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, NamedTuple

from ime_engine.errors import InputError
from ime_engine.hangul.eojeol import normalised

__all__ = ["Document", "Piece", "eojeols", "pieces", "survey"]

BLOCK: Final = 16 * 1024
"""Bytes read at a time."""

BEFORE: Final = 400
"""Characters before an eojeol that are handed on; more than anybody looks at."""

CUTS: Final = (b"\n", b" ", b"\t")
"""After which a piece may end, the best first; bytes that never stand inside a character."""

NOT_UTF8: Final = "is not UTF-8; convert it first."
EOJEOL: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Document:
    """What is noted of a file: neither its name nor its text."""

    digest: str
    """SHA-256 of its bytes."""

    size: int
    """Bytes."""


class Piece(NamedTuple):
    """A part of a document."""

    text: str
    before: str
    """The end of what stands before it; empty where a line begins."""

    end: int
    """Bytes of the document up to its end."""


def survey(stream: BinaryIO, watch: Callable[[int], None]) -> Document:
    """Read a whole document once, to know it again and to see that it is text.

    Args:
        stream: At its beginning.
        watch: Told the bytes read so far; may raise to end it.

    Raises:
        InputError: It is not UTF-8, or holds NUL; the sentence begins with "is not".
    """
    digest, decoder, size = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), 0
    try:
        while block := stream.read(BLOCK):
            if size == 0 and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise InputError(NOT_UTF8)
            if b"\0" in block:
                raise InputError("is not a text file; only plain text can be learned from.")
            decoder.decode(block)
            digest.update(block)
            size += len(block)
            watch(size)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise InputError(NOT_UTF8) from None
    return Document(digest.hexdigest(), size)


def pieces(stream: BinaryIO, start: int, size: int) -> Iterator[Piece]:
    """Read on from where a piece ended.

    Args:
        stream: The document, anywhere.
        start: 0, or the end of an earlier piece.
        size: Bytes that were surveyed; what was written behind them since is left alone.
    """
    before = _text_before(stream, start)
    while start < size:
        stream.seek(start)
        block = stream.read(min(BLOCK, size - start))
        if not block:  # it has become shorter
            return
        part = block if start + len(block) >= size else block[: _cut(block)]
        # What was changed since the survey may be no UTF-8 any more.
        text = _text(part, start, errors="replace")
        start += len(part)
        yield Piece(text, before, start)
        before = _end_of(before + text)


def eojeols(piece: Piece) -> Iterator[tuple[str, str]]:
    """Each eojeol of a piece with what stands before it, the space between them included."""
    before = piece.before
    for line in piece.text.splitlines(keepends=True):
        text = before + line
        for match in EOJEOL.finditer(text, len(before)):
            at = match.start()
            yield text[max(0, at - BEFORE) : at], match.group()
        before = _end_of(text)


def _cut(block: bytes) -> int:
    """Where a piece ends: after the last line, else the last blank, else the last character."""
    for sign in CUTS:
        if at := block.rfind(sign) + 1:
            return at
    # A run of 16 KiB is no eojeol, so it does not matter where it is cut.
    at = len(block)
    while at > 1 and at > len(block) - 4 and block[at - 1] & 0xC0 == 0x80:
        at -= 1
    return at - 1 if at > 1 and block[at - 1] >= 0xC0 else at


def _text_before(stream: BinaryIO, start: int) -> str:
    """What `before` was when a piece ended here."""
    first = max(0, start - 4 * BEFORE)
    stream.seek(first)
    return _end_of(_text(stream.read(start - first), first, errors="ignore"))


def _text(part: bytes, start: int, errors: str) -> str:
    """The text of a part, composed as a keyboard writes it, without the mark of a beginning."""
    text = part.decode("utf-8", errors)
    return normalised(text if start else text.removeprefix("\ufeff"))


def _end_of(text: str) -> str:
    """The end of its last line, empty after a line end."""
    last = text[-BEFORE:].splitlines(keepends=True)[-1:]
    return "".join(line for line in last if line.splitlines() == [line])
