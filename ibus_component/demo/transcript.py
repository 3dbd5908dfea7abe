# SPDX-License-Identifier: Apache-2.0
"""Tells what is happening, in Korean or in English."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TextIO

from ibus_component.demo.panel import CandidateList

__all__ = ["Transcript", "speaks_korean"]

LABELS: Final = {
    "typed": ("types", "입력"),
    "list": ("list", "목록"),
    "accepted": ("accepts", "고르기"),
    "document": ("document", "문서"),
    "picture": ("picture", "사진"),
}
WIDTH: Final = 9
"""Cells of the first column."""

SENTENCES: Final = {
    "start": (
        "A private desktop is up after {span:.1f} s; model {model}, GTK {gtk}.",
        "{span:.1f}초 만에 시험용 데스크톱이 열렸습니다. 모델 {model}, GTK {gtk}.",
    ),
    "end": (
        "Done in {span:.1f} s: {letters} characters with {keys} keys and {clicks} click(s).",
        "{span:.1f}초 동안 {letters}자를 키 {keys}번, 클릭 {clicks}번으로 썼습니다.",
    ),
}


def speaks_korean(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the user's language is Korean: LC_ALL, else LC_MESSAGES, else LANG."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    language = next((environment[name] for name in names if environment.get(name)), "")
    return language.lower().startswith("ko")


class Transcript:
    """Writes one line for each thing that happens."""

    def __init__(self, out: TextIO, korean: bool) -> None:
        self._out = out
        self._language = int(korean)

    def sentence(self, name: str, **facts: object) -> None:
        """A whole sentence of SENTENCES."""
        self._say(SENTENCES[name][self._language].format(**facts))

    def typed(self, text: str, keys: int) -> None:
        """What the typist typed, and with how many keys."""
        self._say("")
        self._line("typed", f"{_visible(text)}  ({keys})")

    def listed(self, shown: CandidateList, after_s: float) -> None:
        """What the list holds, and how long it took."""
        page = "  ".join(f"{n} {text}" for n, text in enumerate(shown.candidates, start=1))
        self._line("list", f"{page}  ({after_s:.2f} s)")

    def accepted(self, how: str, text: str) -> None:
        """Which candidate was accepted, and by what."""
        self._line("accepted", f"{how} → {text}")

    def document(self, text: str) -> None:
        """What the document holds, checked."""
        self._line("document", _visible(text))

    def picture(self, path: Path) -> None:
        """Where a picture was saved."""
        self._line("picture", str(path))

    def _line(self, label: str, text: str) -> None:
        name = LABELS[label][self._language]
        # A Hangul syllable is two cells wide.
        padding = WIDTH - sum(2 if ord(character) > 0x1100 else 1 for character in name)
        self._say(f"  {name}{' ' * padding} {text}")

    def _say(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


def _visible(text: str) -> str:
    """On one line, with the space at the end made visible."""
    stripped = text.rstrip(" ")
    return stripped.replace("\n", " ⏎ ") + "␣" * (len(text) - len(stripped))
