# SPDX-License-Identifier: Apache-2.0
"""`ieum history train`: learns from the user's own documents.

    FILE ─ survey() ─► known already?  begun?  new?
         ─ pieces() ─► lessons ─ teach() ─► store      a piece and its end in one transaction

So whatever stops it, each eojeol is learned once: the store knows how far it has read.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from ime_engine.cli.files import readable
from ime_engine.cli.history.documents import Document, Piece, eojeols, pieces, survey
from ime_engine.cli.history.opening import writing
from ime_engine.cli.output import say, show
from ime_engine.cli.progress import Progress
from ime_engine.errors import InputError

if TYPE_CHECKING:
    from ime_engine.history.history import History
    from ime_engine.history.lesson import Lesson
    from ime_engine.ranking.left_out import Allowed

SUMMARY: Final = "learn from documents of your own"
DESCRIPTION: Final = """\
Learn from plain text in UTF-8 as if you had typed it, by the same rules: numbers,
addresses and what is no word are left out. Ctrl-C stops it; the same command goes on
where it stopped, and a file that was read to its end is not read twice. Of a
file only a digest of its content is kept, neither its name nor its text."""
EXAMPLES: Final = """\
examples:
  ieum history train letters.txt novel.md
  ieum history train --again letters.txt"""


@dataclass(frozen=True, slots=True)
class Source:
    """A document that can be learned from."""

    path: Path
    document: Document

    @property
    def name(self) -> str:
        """What to call it."""
        return self.path.name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which documents."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="plain text, UTF-8")
    parser.add_argument("--again", action="store_true", help="learn what was learned before, too")
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def act(options: argparse.Namespace) -> int:
    """Learn from each; 1 when it was stopped.

    Raises:
        HistoryError: The history cannot be changed.
        InputError: A file cannot be read or is no text; then none is learned from.
    """
    try:
        sources = [surveyed(path, quiet=options.quiet) for path in options.files]
    except KeyboardInterrupt:
        say("Stopped; nothing was learned.")
        return 1
    with writing() as history, interruptible() as stopped:
        return 0 if all(learned(source, history, options, stopped) for source in sources) else 1


def surveyed(path: Path, *, quiet: bool) -> Source:
    """Look through a document.

    Raises:
        InputError: It is missing, a folder, not readable or no text.
    """
    with readable(path) as stream:
        size = path.stat().st_size
        with Progress(f"looking at {path.name}", size, quiet=quiet) as progress:
            try:
                return Source(path, survey(stream, progress.at))
            except InputError as error:
                raise InputError(f"{path} {error}") from None


def learned(
    source: Source, history: History, options: argparse.Namespace, stopped: Callable[[], bool]
) -> bool:
    """Learn from one document; whether it is done to its end."""
    from ime_engine.config import ngram_dirs
    from ime_engine.service.ngrams import open_allowed

    start, size = history.read_up_to(source.document.digest), source.document.size
    if start >= size > 0:
        if not options.again:
            say(f"{source.name} was learned before; --again learns it once more.")
            return True
        start = 0
    if start and not options.quiet:
        say(f"Going on with {source.name} at {percent(start, size)}.")
    lessons, end, allowed = 0, start, open_allowed(ngram_dirs())
    with (
        readable(source.path) as stream,
        Progress(source.name, size, start, quiet=options.quiet) as progress,
    ):
        for piece in pieces(stream, start, size):
            taught = lessons_of(piece, allowed)
            history.teach(taught, source.document.digest, piece.end)
            lessons, end = lessons + len(taught), piece.end
            progress.at(end)
            if stopped():
                break
    if end < size:
        at = percent(end, size)
        say(f"Stopped at {at} of {source.name}; the same command goes on from there.")
        return False
    show(f"{source.name}: {lessons:,} eojeols learned.")
    return True


def lessons_of(piece: Piece, allowed: Allowed) -> list[Lesson]:
    """What may be kept of a piece, as if its eojeols had been typed one after the other."""
    from ime_engine.history.policy import lesson_of

    taught = (
        lesson_of(before, eojeol, accepted=False, allowed=allowed)
        for before, eojeol in eojeols(piece)
    )
    return [lesson for lesson in taught if lesson is not None]


def percent(part: int, whole: int) -> str:
    """The part of the whole, rounded down.

    >>> percent(999, 1000)
    '99 %'
    """
    return f"{100 * part // whole} %"


@contextlib.contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Note the first Ctrl-C or SIGTERM instead of ending at once; a second one ends.

    Yields:
        Whether one came.
    """
    asked = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    earlier = {number: signal.getsignal(number) for number in numbers}

    def note(number: int, _: FrameType | None) -> None:
        asked.set()
        signal.signal(number, earlier[signal.Signals(number)])

    for number in numbers:
        signal.signal(number, note)
    try:
        yield asked.is_set
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
