# SPDX-License-Identifier: Apache-2.0
"""Writes the n-gram and the text that is held out, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from model_tools.errors import WorkshopError
from model_tools.staging import staged

__all__ = ["write_bytes", "write_held_out"]


def write_bytes(path: Path, pieces: Iterable[bytes]) -> None:
    """Write beside the destination, have it on the disk, then rename.

    Raises:
        WorkshopError: it cannot be written, for example because the disk is full.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
        aside.chmod(0o644)
        aside.replace(path)
    except OSError as error:
        raise WorkshopError(f"{path} could not be written: {error.strerror}.") from error
    finally:
        aside.unlink(missing_ok=True)


def write_held_out(folder: Path, texts: Mapping[str, Sequence[str]]) -> None:
    """Write one file a register, in the way `evaluate --eval-dir` reads them.

    Args:
        folder: Takes the place of one of the same name.
        texts: Lines by name; sources that were left out whole begin with `ood_`.
    """
    with staged(folder) as aside:
        for name, lines in sorted(texts.items()):
            text = "".join(f"{line}\n" for line in lines)
            (aside / f"{name}.txt").write_text(text, encoding="utf-8")
