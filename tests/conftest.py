# SPDX-License-Identifier: Apache-2.0
"""What every test gets: a private home, and models to load.

Both `tiny_model_dir` and `real_model_dir` are models directories: the model
itself lies in a folder below, named `tiny` or `REAL_MODEL`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NoReturn

import pytest

from ime_engine import paths
from ime_engine.runtime.manifest import MANIFEST_NAME

REAL_MODEL: Final = "gemma3-270m-ko"

# What the user reads is Korean in the tests, whatever the language of who runs them.
os.environ["LANGUAGE"] = "ko"

# Looked up before any test has a home of its own.
REAL_MODELS_DIR: Final = Path(os.environ.get("IEUM_MODELS_DIR") or paths.models_dir())


@pytest.fixture(autouse=True)
def private_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point every XDG folder below a temporary one, so that no test touches the user's files."""
    home = tmp_path / "home"
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        folder = home / name.lower()
        folder.mkdir(parents=True)
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder))
    monkeypatch.delenv("IEUM_MODELS_DIR", raising=False)
    return home


@pytest.fixture(autouse=True)
def no_exec(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that became another program would end the run in silence."""

    def refuse(path: str, arguments: list[str]) -> NoReturn:
        pytest.fail(f"tried to become {path}", pytrace=False)

    monkeypatch.setattr(os, "execv", refuse)


@pytest.fixture(scope="session")
def tiny_model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models directory with the model `tiny`; read it, do not write into it."""
    from tests.tiny_model.make import build_tiny_model

    return build_tiny_model(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def real_model_dir() -> Path:
    """The models directory with the default model; the test fails where it was not built."""
    if not (REAL_MODELS_DIR / REAL_MODEL / MANIFEST_NAME).is_file():
        pytest.fail(f"{REAL_MODEL} is not in {REAL_MODELS_DIR}: run make setup", pytrace=False)
    return REAL_MODELS_DIR
