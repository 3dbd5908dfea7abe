# SPDX-License-Identifier: Apache-2.0
"""Text to learn from, and text to see how much was learned.

    folder or archive ─► lines ─┬─ most ──► tokens ─► rows to learn from
                                └─ blocks ► tokens ─► rows that are held out

With a table of sources only its permitted files are read, as `ngram` does; a
folder without one is the user's own and read whole.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer

from model_tools.counting.corpus import BLOCK_LINES, TABLE, Corpus, Source, open_corpus
from model_tools.counting.words import default_stems, read_stems
from model_tools.errors import WorkshopError
from model_tools.progress import over
from model_tools.source import Tokens
from model_tools.training.losses import NONE_GIVEN
from model_tools.training.mixture import Mixture, draw, tidied
from model_tools.training.packing import TokenRows, pack

__all__ = ["Rows", "Texts", "encode", "hold_out", "never_guessed", "read_texts", "to_rows"]

_Part = dict[str, tuple[str, list[str]]]
"""Register and lines of each source, by its name."""

LINES_AT_ONCE: Final = 10_000
"""Lines whose tokens are looked up together."""


@dataclass(frozen=True, slots=True)
class Texts:
    """One document a line, in normal form C, none empty."""

    train: list[str]
    held_out: list[str]
    sources: tuple[str, ...]
    """What was read, with its licence where that is known."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as tokens; (rows, length) each."""

    train: TokenRows
    held_out: TokenRows


def read_texts(
    path: Path,
    percent: int,
    most_lines: int = 0,
    seed: int = 0,
    mixture: Mixture | None = None,
) -> Texts:
    """Read a corpus.

    Args:
        path: Folder of .txt files, or an archive with its table of sources.
        percent: Share of the lines that is held out, 1 to 50.
        most_lines: Lines to draw of those to learn from; 0 for all.
        seed: Of the draw.
        mixture: How much of which register is drawn, tidied; None for all as it is.

    Raises:
        WorkshopError: it is not there, cannot be read, or holds no text.
    """
    wanted = None if mixture is None else frozenset(mixture.registers)
    allowed = None if mixture is None else read_stems(default_stems())
    train, held_out = _Part(), _Part()
    sources = []
    for source, raw in _open(path).texts():
        if wanted is not None and source.register not in wanted:
            continue
        lines = _normalised(raw) if allowed is None else tidied(raw, allowed)
        if lines:
            sources.append(f"{source.name} ({source.licence})" if source.licence else source.name)
        for part, some in zip((train, held_out), hold_out(lines, percent), strict=True):
            part[source.name] = source.register, some
    if not _size(train) or not _size(held_out):
        raise WorkshopError(f"{path} holds too little text: some to learn, some to hold out.")
    return Texts(
        _drawn(train, mixture, most_lines, seed), _drawn(held_out, mixture, 0, 0), tuple(sources)
    )


def hold_out(lines: Sequence[str], percent: int) -> tuple[list[str], list[str]]:
    """Part the lines of a source into those to learn from and those that are held out.

    Neighbours share their subject, so they are held out together; a short source
    comes in smaller blocks, so that it has some of both.
    """
    size = min(BLOCK_LINES, max(len(lines) * percent // 100, 1))
    every = max(round(100 / percent), 2)
    parts: tuple[list[str], list[str]] = ([], [])
    for start in range(0, len(lines), size):
        is_out = start // size % every == every - 1
        parts[is_out].extend(lines[start : start + size])
    return parts


def to_rows(texts: Texts, tokens: Tokens, length: int, held_out_tokens: int) -> Rows:
    """Turn texts to rows of tokens.

    Args:
        texts: What was read.
        tokens: The model's; each document stands between its first and its last token.
        length: Of a row, in tokens.
        held_out_tokens: About how many tokens of what is held out are used.

    Raises:
        WorkshopError: there is too little text for one row.
    """
    first, last = _borders(tokens)
    train, held_out = (
        pack(encode(tokens.json, lines), length, first, last)
        for lines in (texts.train, texts.held_out)
    )
    for what, rows in (("to learn from", train), ("that is held out", held_out)):
        if not len(rows):
            raise WorkshopError(
                f"the text {what} fills no row of {length} tokens; "
                "give more text or a smaller --length."
            )
    return Rows(train, held_out[: max(held_out_tokens // length, 1)])


def never_guessed(tokens: Tokens) -> int:
    """Return the token that begins a text, unless it ends one too; `NONE_GIVEN` for none."""
    first, last = _borders(tokens)
    return first[0] if first and last else NONE_GIVEN


def encode(tokenizer_json: str, lines: Sequence[str]) -> list[list[int]]:
    """Turn lines to token ids as the daemon does: control tokens are never read out of text."""
    tokenizer = Tokenizer.from_str(tokenizer_json)
    tokenizer.encode_special_tokens = True
    tokenizer.no_truncation()
    starts = range(0, len(lines), LINES_AT_ONCE)
    return [
        encoded.ids
        for start in over(starts, "Tokens", len(starts))
        for encoded in tokenizer.encode_batch_fast(
            list(lines[start : start + LINES_AT_ONCE]), add_special_tokens=False
        )
    ]


def _normalised(raw: Sequence[str]) -> list[str]:
    return [line for each in raw if (line := unicodedata.normalize("NFC", each).strip())]


def _size(part: _Part) -> int:
    return sum(len(lines) for _, lines in part.values())


def _drawn(part: _Part, mixture: Mixture | None, most: int, seed: int) -> list[str]:
    """Draw documents in random order: what is used of them is never one source alone."""
    size = _size(part)
    count = min(most or size, size)
    if mixture is not None:
        return draw(part, mixture, count, seed)
    lines = [line for _, some in part.values() for line in some]
    return random.Random(seed).sample(lines, count)  # noqa: S311 - no secret


def _borders(tokens: Tokens) -> tuple[list[int], list[int]]:
    """Return what stands before and after a document."""
    first = [] if tokens.bos_id is None else [tokens.bos_id]
    # Where one token is both, it stands once between two documents.
    return first, [token for token in tokens.eos_ids[:1] if token != tokens.bos_id]


def _open(path: Path) -> Corpus:
    own = path.is_dir() and not (path / TABLE).exists()
    if not own:
        return open_corpus(path)
    files = {each.name: Source(each.stem, "", "", "", each.name) for each in path.glob("*.txt")}
    return Corpus(path, files)
