# SPDX-License-Identifier: Apache-2.0
"""A folder of evaluation text: one file a register, one sentence a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ime_engine.errors import ConfigError
from model_tools.evaluation.accuracy import Position, positions_in

__all__ = ["UNSEEN_PREFIX", "Register", "default_folder", "read_folder", "read_text"]

UNSEEN_PREFIX: Final = "ood_"
"""Files of sources that no training text came from; reported apart."""


@dataclass(frozen=True, slots=True)
class Register:
    """One kind of text."""

    name: str
    sentences: tuple[str, ...]

    @property
    def unseen(self) -> bool:
        """Whether it comes from a source kept out of all training."""
        return self.name.startswith(UNSEEN_PREFIX)

    def positions(self) -> list[Position]:
        """Every position of every sentence, in order."""
        return [
            position
            for index, sentence in enumerate(self.sentences)
            for position in positions_in(sentence, self.name, index)
        ]


def default_folder() -> Path:
    """The sentences written for this project: data/evaluation of the checkout."""
    return Path(__file__).resolve().parents[2] / "data" / "evaluation"


def read_folder(folder: Path) -> Sequence[Register]:
    """Read every `*.txt` file of a folder, by name.

    Raises:
        ConfigError: no such folder, no text in it, or a file that is not UTF-8.
    """
    if not folder.is_dir():
        raise ConfigError(f"There is no folder {folder}; name one with --eval-dir.")
    registers = [read_text(path) for path in sorted(folder.glob("*.txt"))]
    registers = [register for register in registers if register.positions()]
    if not registers:
        raise ConfigError(
            f"No sentence of two eojeols or more in {folder}; "
            "put one UTF-8 .txt file per register there, one sentence a line."
        )
    return registers


def read_text(path: Path) -> Register:
    """Read one file, whose stem names it; blank lines are no sentences.

    Raises:
        ConfigError: it cannot be read, or is not UTF-8.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path} is not UTF-8 (byte {error.start}); convert it, for example with iconv."
        ) from None
    except OSError as error:
        raise ConfigError(f"Cannot read {path}: {error.strerror}.") from None
    return Register(path.stem, tuple(line.strip() for line in lines if line.strip()))
