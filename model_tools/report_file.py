# SPDX-License-Identifier: Apache-2.0
"""Report files that are there whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from ime_engine.errors import ConfigError

__all__ = ["check_destination", "write_json", "write_whole"]


def check_destination(path: Path) -> None:
    """Refuse a place that could not be written to, before anything is measured.

    Raises:
        ConfigError: its folder does not exist or may not be written to, or it is a folder.
    """
    folder = path.absolute().parent
    if path.is_dir():
        raise ConfigError(f"{path} is a folder; name a file.")
    if not folder.is_dir():
        raise ConfigError(f"There is no folder {folder}; create it first.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError(f"{folder} may not be written to; name a file elsewhere.")


def write_whole(path: Path, text: str) -> None:
    """Write beside the destination, then rename: a reader never sees half a file."""
    handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def write_json(path: Path, document: object) -> None:
    """Write one JSON document, readable by eye."""
    write_whole(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
