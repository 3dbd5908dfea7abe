# SPDX-License-Identifier: Apache-2.0
"""`python -m model_tools fit-mix`, whole, on the toy model and an n-gram of a few lines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ime_engine.ngram.model import NGram
from ime_engine.ranking.evidence import FEATURES
from ime_engine.ranking.weights import parse_weights
from tests.tiny_ngram import open_ngram

COMMAND = [sys.executable, "-m", "model_tools", "fit-mix", "--model", "tiny"]
LINES = ["나는 오늘 학교에 갔다.", "오늘 날씨가 좋네요.", "너는 오늘 뭐 해?", "앞으로도 잘 지내요."]


@pytest.fixture
def environment(tiny_model_dir: Path) -> dict[str, str]:
    return {**os.environ, "IEUM_MODELS_DIR": str(tiny_model_dir)}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "chat.txt").write_text("오늘 날씨가 흐려요.\n너는 오늘 뭐 먹어?\n" * 20, "utf-8")
    (folder / "ood_news.txt").write_text("정부는 오늘 뜻을 밝혔다.\n" * 20, "utf-8")
    return folder


@pytest.fixture
def ngram(tmp_path: Path) -> Path:
    open_ngram(tmp_path, LINES)
    return tmp_path / "tiny.ngram"


def test_weights_are_written_that_the_daemon_takes_for_that_n_gram(
    environment: dict[str, str], texts: Path, ngram: Path, tmp_path: Path
) -> None:
    out, figures = tmp_path / "tiny.mix.json", tmp_path / "figures.json"
    arguments = ["--text", str(texts), "--ngram", str(ngram), "--positions", "0"]
    first, second = (
        subprocess.run(
            [*COMMAND, *arguments, "--out", str(out), "--json", str(figures)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=50,
        )
        for _ in range(2)
    )
    weights = parse_weights(out.read_bytes(), NGram.open(ngram).header.sha256)

    assert first.returncode == 0, first.stderr
    assert first.stderr == ""
    assert first.stdout == second.stdout
    assert set(weights.values) == set(FEATURES)
    assert all(name in first.stdout for name in ("chat", "ood_news", "fitted", "n-gram alone"))
    assert '"log_likelihood"' in figures.read_text("utf-8")


def test_a_text_folder_without_text_is_one_sentence(
    environment: dict[str, str], ngram: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = subprocess.run(
        [*COMMAND, "--text", str(empty), "--ngram", str(ngram)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_interrupted_it_leaves_the_weights_that_were_there(
    environment: dict[str, str], texts: Path, ngram: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out" / "tiny.mix.json"
    out.parent.mkdir()
    out.write_text("as it was", "utf-8")
    (texts / "chat.txt").write_text("나는 오늘 학교에 갔다.\n" * 100_000, "utf-8")
    process = subprocess.Popen(
        [
            *COMMAND,
            *("--text", str(texts), "--ngram", str(ngram)),
            *("--positions", "0", "--out", str(out)),
        ],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    maps = Path(f"/proc/{process.pid}/maps")
    deadline = time.monotonic() + 30
    while "onnxruntime" not in maps.read_text():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)

    assert process.returncode != 0
    assert stdout == ""
    assert "Traceback" not in stderr
    assert [file.name for file in out.parent.iterdir()] == [out.name]
    assert out.read_text("utf-8") == "as it was"
