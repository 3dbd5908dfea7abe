# SPDX-License-Identifier: Apache-2.0
"""A corpus to count: text files of one sentence a line, and the table that says what they are.

    FOLDER/SOURCES.tsv       columns name, repository_or_package, licence, register, train_file, …
    FOLDER/1_chat_x.txt …    or an archive of them, with SOURCES.tsv in it or beside it

A file whose row does not say `yes` to permissive_for_training, or that has no
row, is not read.
"""

from __future__ import annotations

import csv
import io
import lzma
import tarfile
import zlib
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from model_tools.errors import WorkshopError

__all__ = ["BLOCK_LINES", "TABLE", "Corpus", "HoldOut", "Source", "open_corpus"]

TABLE: Final = "SOURCES.tsv"
COLUMNS: Final = ("name", "repository_or_package", "licence", "register", "train_file")
PERMISSION: Final = "permissive_for_training"

BLOCK_LINES: Final = 50
"""Lines that are held out together: neighbours share their subject."""


@dataclass(frozen=True, slots=True)
class Source:
    """One text file and where it comes from."""

    name: str
    repository: str
    licence: str
    register: str
    file: str
    """Name of its text file; begins with its tier, a digit."""

    @property
    def tier(self) -> int:
        """1 for chat and everyday, up to 6 for machine translations; 0 when the name has none."""
        return int(self.file[0]) if self.file[:1].isdigit() else 0


@dataclass(frozen=True, slots=True)
class HoldOut:
    """What is left out, so that it can be measured with."""

    globs: tuple[str, ...] = ()
    """Names of sources that are left out whole; * and ? as in a shell."""

    percent: int = 0
    """Share of the blocks of every other source that is left out, 0 to 50."""

    def whole(self, source: Source) -> bool:
        """Tell whether a source is left out whole."""
        return any(fnmatchcase(source.name, glob) for glob in self.globs)

    def split(self, source: Source, lines: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the lines that are kept and those that are left out; the same ones each time."""
        if self.whole(source):
            return [], list(lines)
        if not self.percent:
            return list(lines), []
        parts: tuple[list[str], list[str]] = ([], [])
        for start in range(0, len(lines), BLOCK_LINES):
            draw = zlib.crc32(f"{source.file} {start}".encode()) % 100
            parts[draw < self.percent].extend(lines[start : start + BLOCK_LINES])
        return parts


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder or an archive, and the sources of it that may be counted."""

    path: Path
    sources: dict[str, Source]
    """By file name."""

    def texts(self) -> Iterator[tuple[Source, list[str]]]:
        """Read each permitted file once; those of an archive in its order, else by name.

        Raises:
            WorkshopError: a file cannot be read or is not UTF-8, or the archive is damaged.
        """
        files = self._folder() if self.path.is_dir() else self._archive()
        for name, content in files:
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise WorkshopError(
                    f"{name} is not UTF-8 (byte {error.start}); convert it, for example with iconv."
                ) from None
            yield self.sources[name], text.split("\n")

    def _folder(self) -> Iterator[tuple[str, bytes]]:
        for path in sorted(self.path.glob("*.txt")):
            if path.name in self.sources:
                yield path.name, path.read_bytes()

    def _archive(self) -> Iterator[tuple[str, bytes]]:
        return _members(self.path, self.sources)


def open_corpus(path: Path) -> Corpus:
    """Look at a folder or an archive; read its table of sources.

    Raises:
        WorkshopError: it is not there, has no table, or none of its files may be counted.
    """
    if not path.exists():
        raise WorkshopError(f"there is no corpus at {path}; name a folder or an archive.")
    table = _table(path)
    if table is None:
        raise WorkshopError(
            f"there is no {TABLE} in or beside {path}; it says which files may be counted."
        )
    return Corpus(path, _permitted(table))


def _table(path: Path) -> str | None:
    folder = path if path.is_dir() else path.parent
    try:
        return (folder / TABLE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        pass
    except UnicodeDecodeError as error:
        raise WorkshopError(f"{folder / TABLE} is not UTF-8 (byte {error.start}).") from None
    inside = () if path.is_dir() else _members(path, {TABLE})
    return next((content.decode("utf-8-sig", errors="replace") for _, content in inside), None)


def _permitted(table: str) -> dict[str, Source]:
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = sorted({*COLUMNS, PERMISSION} - set(rows.fieldnames or ()))
    if missing:
        raise WorkshopError(f"{TABLE} has no column {', '.join(missing)}.")
    sources = (
        Source(*(row[column] or "" for column in COLUMNS))
        for row in rows
        if row[PERMISSION] == "yes"
    )
    return {source.file: source for source in sources if source.file.endswith(".txt")}


def _members(path: Path, wanted: Container[str]) -> Iterator[tuple[str, bytes]]:
    """Go through the wanted files of an archive without unpacking it."""
    try:
        with tarfile.open(path, "r|*") as archive:
            for member in archive:
                name = Path(member.name).name
                file = archive.extractfile(member) if name in wanted else None
                if file is not None:
                    yield name, file.read()
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError) as error:
        raise WorkshopError(f"{path} is no archive, or damaged; fetch it again.") from error
