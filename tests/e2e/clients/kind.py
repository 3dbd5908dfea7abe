# SPDX-License-Identifier: Apache-2.0
"""What is to be known of one kind of client before stories are told in it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from ibus_component.demo.desktop import Desktop
from ibus_component.demo.waiting import DemoError
from tests.e2e.clients.client import Client

__all__ = ["QUICK_MS", "SOON_MS", "Caret", "Fault", "Kind"]

SOON_MS: Final = 30
"""Between two keys: faster than anybody types."""
QUICK_MS: Final = 60
"""Between two keys of a quick typist."""


class Caret(Enum):
    """Who knows where the caret is, and so where the list belongs."""

    CLIENT = auto()
    """The client; the list must be there."""

    IBUS = auto()
    """The client tells IBus only; the list must be where it tells."""

    WRONG = auto()
    """The client tells IBus a wrong place."""

    NOBODY = auto()
    """It is told in pixels of the window, which only a panel of the compositor could place."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a client does wrong with every engine."""

    ends: str
    """How the complaint about the story ends; anything else is no fault of the client's."""

    why: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of client."""

    name: str
    open: Callable[[Desktop], Client]
    packages: tuple[str, ...] = ()
    """Debian's names of what it takes beside the demo's packages."""

    pace_ms: int = SOON_MS
    """Between two keys."""

    session: Mapping[str, str] = field(default_factory=dict)
    """Variables of every program on the desktop."""

    without: Mapping[str, str] = field(default_factory=dict)
    """Stories that cannot be told here, and why."""

    faults: Mapping[str, Fault] = field(default_factory=dict)
    """Stories that the client may spoil."""

    caret: Caret = Caret.CLIENT
    tells_preedit: bool = True
    """Whether it reports what is being composed."""

    tells_surrounding: bool = True
    """Whether it tells IBus the text around the caret."""

    gets_keys_back: bool = False
    """Whether the engine must forward a key that ends a syllable: the client is synchronous."""

    own_contexts: bool = True
    """Whether each field has an input context of its own, so that the engine hears of each."""

    def require(self) -> None:
        """Say in one sentence which packages are missing.

        Raises:
            DemoError: Some are.
        """
        lacks = [name for name in self.packages if not _is_installed(name)]
        if lacks:
            names = " ".join(lacks)
            raise DemoError(f"{self.name} needs packages: sudo apt-get install {names}")


def _is_installed(package: str) -> bool:
    """Whether Debian says so; elsewhere the client itself has to fail."""
    if shutil.which("dpkg-query") is None:
        return True
    question = ("dpkg-query", "-W", "-f=${db:Status-Status}", package)
    asked = subprocess.run(question, capture_output=True, text=True, check=False)
    return asked.stdout == "installed"
