# SPDX-License-Identifier: Apache-2.0
"""`evaluate --predictor`: both together, or one of them alone, at the same positions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_ngram import open_ngram

LINES = ["나는 오늘 학교에 갔다.", "너는 오늘 학교에 갔다.", "정부는 오늘 학교에 갔다."]


@pytest.fixture
def environment(tiny_model_dir: Path, tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "data" / "ieum" / "ngram"
    folder.mkdir(parents=True)
    open_ngram(folder, LINES)
    return {
        **os.environ,
        "IEUM_MODELS_DIR": str(tiny_model_dir),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "chat.txt").write_text("나는 오늘 학교에 갔다.\n너는 오늘 학교에 갔다.\n", "utf-8")
    return folder


def evaluated(predictor: str, environment: dict[str, str], texts: Path, model: str) -> Any:
    """The JSON of one evaluation."""
    figures = texts.parent / f"{predictor}.json"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "model_tools", "evaluate", "--model", model),
            *("--eval-dir", str(texts), "--positions", "0", "--predictor", predictor),
            *("--json", str(figures)),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(figures.read_text("utf-8"))


def test_each_says_who_took_part(environment: dict[str, str], texts: Path) -> None:
    both, model, ngram = (
        evaluated(name, environment, texts, "tiny") for name in ("mix", "model", "ngram")
    )

    assert both["model_digest"] == model["model_digest"] != ngram["model_digest"] == ""
    assert both["ngram_digest"] == ngram["ngram_digest"] != model["ngram_digest"] == ""
    assert {one["scores"][0]["positions"] for one in (both, model, ngram)} == {6}


def test_the_n_gram_alone_needs_no_model(environment: dict[str, str], texts: Path) -> None:
    report = evaluated("ngram", environment, texts, "absent")

    assert report["scores"][0]["shares"]["NEA@5"]["value"] == 1.0
