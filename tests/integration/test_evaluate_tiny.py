# SPDX-License-Identifier: Apache-2.0
"""`python -m model_tools evaluate`, whole, on the toy model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

MODEL = "tiny"
COMMAND = [sys.executable, "-m", "model_tools", "evaluate"]


@pytest.fixture
def environment(tiny_model_dir: Path) -> dict[str, str]:
    return {**os.environ, "IEUM_MODELS_DIR": str(tiny_model_dir)}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "chat.txt").write_text("나는 오늘 학교에 갔다.\n네.\n너는 오늘 뭐 해?\n", "utf-8")
    (folder / "ood_news.txt").write_text("정부는 오늘 밝혔다.\n", "utf-8")
    return folder


def evaluated(
    arguments: list[str], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=50
    )


def test_table_json_and_misses_tell_the_same(
    tiny_model_dir: Path, environment: dict[str, str], texts: Path, tmp_path: Path
) -> None:
    figures, misses = tmp_path / "figures.json", tmp_path / "misses.tsv"
    done = evaluated(
        [
            *("--model", MODEL, "--eval-dir", str(texts), "--positions", "0"),
            *("--ksr", "--misses", str(misses), "--json", str(figures)),
            *("--baselines", "ngram,unigram"),
        ],
        environment,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    report = json.loads(figures.read_text("utf-8"))
    assert [(row["name"], row["positions"]) for row in report["scores"]] == [
        ("chat", 6),
        ("mean over registers", 6),
        ("ood_news", 2),
        ("mean over unseen sources", 2),
    ]
    assert all(
        list(row["shares"]) == ["NEA@1", "NEA@3", "NEA@5", "KSR"] for row in report["scores"]
    )
    manifest = json.loads((tiny_model_dir / MODEL / "manifest.json").read_text("utf-8"))
    assert report["model_digest"] == manifest["files"]["model.onnx"]["sha256"]
    assert report["model_digest"][:12] in done.stdout
    assert report["machine"]["cpu"] in done.stdout
    found = {
        row["name"]: round(row["shares"]["NEA@5"]["value"] * row["positions"])
        for row in report["scores"]
    }
    lines = misses.read_text("utf-8").splitlines()
    assert len(lines) - 1 == 8 - found["chat"] - found["ood_news"]
    assert all(line.count("\t") == 3 for line in lines)
    assert sum(one["lists"] for one in report["calibration"]) <= 8
    assert report["min_confidence"][0]["right"] == found["chat"] + found["ood_news"]
    assert report["command"].startswith("python -m model_tools evaluate --model tiny ")
    table = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    # By register, by predictor (itself, n-gram, unigram), and by min_confidence.
    assert len(table) == (2 + 4) + (2 + 3) + (2 + 5)
    assert [one["name"] for one in report["baselines"]] == ["ngram", "unigram"]
    assert all(one["scores"][1]["positions"] == 6 for one in report["baselines"])
    assert all(row["perplexity"]["value"] > 1 for row in report["scores"])
    assert "perplexity" not in report["baselines"][0]["scores"][0]
    assert 0 <= report["expected_calibration_error"] <= 1
    assert "나는" not in figures.read_text("utf-8")


def test_the_same_seed_gives_the_same_figures(
    tiny_model_dir: Path, environment: dict[str, str], texts: Path
) -> None:
    arguments = ["--model", MODEL, "--eval-dir", str(texts), "--positions", "2"]
    first, second = (evaluated(arguments, environment).stdout for _ in range(2))
    assert first.splitlines()[:6] == second.splitlines()[:6]
    assert first.startswith("| register")


def test_alone_there_is_nobody_beside_it(environment: dict[str, str], texts: Path) -> None:
    arguments = ["--model", MODEL, "--eval-dir", str(texts), "--baselines", "none"]
    done = evaluated([*arguments, "--positions", "1"], environment)
    assert done.returncode == 0, done.stderr
    assert "ngram" not in done.stdout
    assert "Beside it" not in done.stdout


def test_a_missing_model_is_one_sentence_with_a_remedy(
    environment: dict[str, str], texts: Path
) -> None:
    done = evaluated(["--model", "absent", "--eval-dir", str(texts)], environment)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "There is no model absent" in done.stderr
    assert "ieum model build absent" in done.stderr


def test_interrupted_it_leaves_no_file(
    tiny_model_dir: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    texts, out = tmp_path / "long", tmp_path / "out"
    texts.mkdir()
    out.mkdir()
    (texts / "chat.txt").write_text("나는 오늘 학교에 갔다.\n" * 200_000, "utf-8")
    process = subprocess.Popen(
        [
            *COMMAND,
            *("--model", MODEL, "--eval-dir", str(texts), "--positions", "0"),
            *("--misses", str(out / "misses.tsv"), "--json", str(out / "figures.json")),
        ],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for_runtime(process)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode != 0
    assert stdout == ""
    assert "Traceback" not in stderr
    assert list(out.iterdir()) == []


def wait_for_runtime(process: subprocess.Popen[str]) -> None:
    """Wait until the process has the library open that runs the model."""
    maps = Path(f"/proc/{process.pid}/maps")
    for _ in range(400):
        if "onnxruntime" in maps.read_text():
            return
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)
    raise AssertionError("the model was never opened")
