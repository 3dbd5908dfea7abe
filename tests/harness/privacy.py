# SPDX-License-Identifier: Apache-2.0
"""Looks for what was typed wherever it must not be: files, logs, processes, questions."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from urllib.parse import quote

from dbus_next.message import Message
from dbus_next.signature import Variant

from ibus_component.headless import HeadlessIBus, wait_until
from ime_engine.hangul.keystrokes import keys_of
from ime_engine.protocol import BUS_NAME, INTERFACE, OBJECT_PATH
from tests.harness.ibus import Desk, Ear

__all__ = ["Canary", "House", "Watch", "talkative", "told"]

Files = Mapping[str, tuple[int, bytes]]
"""Mode and content by path."""

ADDRESS: Final = "config/ibus/bus/"
"""Where ibus-daemon writes how to reach it."""
HISTORY: Final = "history.sqlite3"
"""What the names of its files begin with."""

PROPERTIES: Final = "org.freedesktop.DBus.Properties"
LIMIT: Final = 5
"""Candidates the engine asks for."""
SITE: Final = "import logging\nlogging.basicConfig(level=1, format='talk %(name)s: %(message)s')\n"
"""Run before a program's own start, so that the program finds logging set up already."""


def talkative(folder: Path) -> dict[str, str]:
    """Variables under which the engine, which has no switch for it, logs at every level."""
    (folder / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    places = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(places)}


@dataclass(frozen=True)
class Canary:
    """Two words that nobody writes: what is typed in one field and nowhere else."""

    first: str
    second: str

    @classmethod
    def number(cls, number: int) -> Canary:
        """The n-th one; no two have a word in common.

        >>> Canary.number(0)
        Canary(first='뷁갛꿻', second='뷁갷꿻')
        """
        return cls(*(f"뷁{_syllable(2 * number + place)}꿻" for place in (0, 1)))

    @property
    def keys(self) -> tuple[str, str]:
        """The keys that type the words."""
        return keys_of(self.first), keys_of(self.second)

    def traces_in(self, data: bytes) -> list[str]:
        """How a word, or the syllable that no other has, is written there; empty when it is not."""
        return [form for form, pattern in self._forms() if pattern in data]

    def _forms(self) -> Iterator[tuple[str, bytes]]:
        for word in (self.first, self.second):
            syllable = word[1]
            yield "a syllable", syllable.encode()
            yield "jamo", unicodedata.normalize("NFD", syllable).encode()
            yield "an escape", syllable.encode("unicode_escape")
            yield "an address", quote(syllable).encode()
            yield "UTF-16", word.encode("utf-16-le")
            yield "keys", keys_of(word).encode()
            yield "keys in quotes", ", ".join(map(repr, keys_of(word))).encode()
            yield "keysyms", ", ".join(str(ord(key)) for key in keys_of(word)).encode()


def _syllable(number: int) -> str:
    """A syllable with ㅎ below: first one vowel after the other, then the next initial."""
    return chr(0xAC00 + 28 * number + 27)


@dataclass(frozen=True)
class Moment:
    """What was there when a test began."""

    files: Files
    log_bytes: int


@dataclass(frozen=True)
class House:
    """A private home with everything that runs in it."""

    ibus: HeadlessIBus
    models: Path
    predictor_pid: int
    watch: Watch

    @property
    def log(self) -> Path:
        """What everything in here writes on stderr."""
        return self.ibus.home / "log"

    @property
    def pids(self) -> set[int]:
        """Processes of this home; the predictor may keep its environment from being read."""
        return {*self.ibus.processes(), self.predictor_pid}

    def moment(self) -> Moment:
        return Moment(self._users_files(), self.log.stat().st_size)

    def changes_since(self, was: Moment, *, but_history: bool = False) -> list[str]:
        """Files of the user, folders included, that came, went or are others than before.

        But for the index of SQLite's log, in which our own wait for the disk leaves a mark: page
        numbers and locks, never text.
        """
        now = self._users_files()
        changed = [path for path in {**was.files, **now} if was.files.get(path) != now.get(path)]
        changed = [path for path in changed if not path.endswith("-shm")]
        return [path for path in changed if not (but_history and self._is_history(path))]

    def said_since(self, was: Moment) -> list[str]:
        """Lines of our own programs in the log: nothing that happens at a key is worth one."""
        lines = self.log.read_bytes()[was.log_bytes :].decode(errors="replace").splitlines()
        return [line for line in lines if line and not line.startswith(("dbus-daemon[", "(ibus-"))]

    def traces_of(self, canary: Canary, *, outside_history: bool = False) -> list[str]:
        """Where the canary is found, and how it is written there."""
        written = [
            f"{form} in {path}"
            for path, (_, content) in files_below(self.ibus.home, self.models).items()
            if not (outside_history and self._is_history(path))
            for form in canary.traces_in(path.encode() + b"\0" + content)
        ]
        known = [
            f"{form} in /proc/{pid}/{name}"
            for pid in self.pids
            for name in ("cmdline", "environ", "comm")
            for form in canary.traces_in(told(pid, name))
        ]
        return written + known

    def _is_history(self, path: str) -> bool:
        return path.startswith(str(self.ibus.home / "state" / "ieum" / HISTORY))

    def _users_files(self) -> Files:
        return {
            path: state
            for path, state in files_below(self.ibus.home, self.models).items()
            if path != str(self.log) and not path.startswith(str(self.ibus.home / ADDRESS))
        }


def files_below(*folders: Path) -> Files:
    """Everything below some folders, folders and sockets included."""
    return {str(path): _state(path) for folder in folders for path in (folder, *folder.rglob("*"))}


def _state(path: Path) -> tuple[int, bytes]:
    mode = path.lstat().st_mode
    return mode, path.read_bytes() if stat.S_ISREG(mode) else b""


def told(pid: int, name: str) -> bytes:
    """What a file of a process in /proc tells us, and so every program of the user."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):  # ended, or forbidden
        return b""


class Watch:
    """Sees every question to the predictor from its first on, and puts questions of its own."""

    def __init__(self, desk: Desk) -> None:
        self._ear = Ear(desk)
        self._own = desk.session_bus()
        self._unheard = 0
        self._questions = 0

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._ear.__exit__(kind, error, at)
        self._own.close()

    def count(self, name: str) -> int:
        """One of the daemon's counters; one that has never counted is 0."""
        (numbers,) = self._call("Statistics", "", [])
        return int(numbers[name].value) if name in numbers else 0

    def is_remembered(self, before: str, prefix: str = "", *, private: bool = False) -> bool:
        """Put a question as the engine would; whether it was answered from memory."""
        hits = self.count("cache_hits")
        options = {"limit": Variant("u", LIMIT), "private": Variant("b", private)}
        self._questions += 1
        self._call("Predict", "ssa{sv}", [before, prefix, options])
        return self.count("cache_hits") > hits

    def settled(self) -> None:
        """Wait until everything that was taught is on the disk."""
        self.forget("없는말")

    def forget(self, eojeol: str) -> None:
        """Have the daemon forget an eojeol; it answers when that is done, after all lessons."""
        self._call("Forget", "s", [eojeol])

    def forget_the_last_words(self) -> None:
        """Have the daemon keep nothing in memory of what was written last."""
        for on in (False, True):
            value = Variant("b", on)
            body = [INTERFACE, "Learning", value]
            self._own.call(BUS_NAME, OBJECT_PATH, "Set", "ssv", body, PROPERTIES)

    def questions(self) -> list[Message]:
        """Predict calls of others since the last look.

        Raises:
            TimeoutError: the daemon does not count as many questions as there were.
        """
        calls = self._heard()
        self._questions += len(calls)
        wait_until(lambda: self._served() == self._questions, "the answers", 20.0)
        return calls

    def _served(self) -> int:
        """Questions that are over: answered, or given up for a newer one."""
        return self.count("answered") + self.count("superseded")

    def _heard(self) -> list[Message]:
        """What comes before a call of our own was sent before it: no need to wait and see."""
        self.count("answered")
        heard: list[Message] = []
        while self._unheard:
            for call in self._ear.calls(0.002):
                if call.sender == self._own.name:
                    self._unheard -= 1
                elif call.member == "Predict":
                    heard.append(call)
        return heard

    def _call(self, member: str, signature: str, body: list[Any]) -> list[Any]:
        self._unheard += 1
        return self._own.call(BUS_NAME, OBJECT_PATH, member, signature, body, INTERFACE)
