# SPDX-License-Identifier: Apache-2.0
"""`python -m model_tools benchmark`, whole, on the toy model; and that nothing stays behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.harness.marks import marked

MODEL = "tiny"
COMMAND = [sys.executable, "-m", "model_tools", "benchmark"]


def test_waits_memory_and_the_naive_peer_are_measured_and_judged(
    tiny_model_dir: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    figures = tmp_path / "figures.json"
    arguments = ["--model", MODEL, "--what", "predict", "--requests", "5"]
    arguments += ["--naive", "--naive-requests", "2", "--json", str(figures)]
    done = subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=50
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    report = json.loads(figures.read_text("utf-8"))
    rows = {row["name"]: row for row in report["figures"]}
    assert list(rows) == [
        "name owned after start",
        "n-gram answer after start",
        "ready after start",
        "first request",
        *(f"new context p{p}" for p in (50, 95, 99)),
        "new context, lists not empty",
        "new context, cut short by the deadline",
        "CPU for 1,000 new contexts",
        *(f"typed in order p{p}" for p in (50, 95, 99)),
        *(f"one more key p{p}" for p in (50, 95, 99)),
        *(f"cached p{p}" for p in (50, 95, 99)),
        *(f"naive beam, new context p{p}" for p in (50, 95, 99)),
    ]
    owned, answered, ready = (
        rows[f"{what} after start"]["value"] for what in ("name owned", "n-gram answer", "ready")
    )
    assert 0 < owned <= answered <= ready
    assert 0 <= rows["CPU for 1,000 new contexts"]["value"] < 10_000
    assert rows["new context p50"]["note"].startswith("5 requests")
    assert rows["naive beam, new context p50"]["note"].startswith("2 requests")
    assert rows["new context p50"]["at_most"] == 45
    assert rows["new context p50"]["verdict"] in ("met", "missed")
    assert rows["typed in order p50"]["verdict"] is None
    assert report["model_digest"][:12] in done.stdout
    assert done.stdout.startswith("| figure")
    assert marked(environment) == []


def measured(environment: dict[str, str], tmp_path: Path, *arguments: str) -> dict[str, float]:
    """The figures of a run."""
    figures = tmp_path / "figures.json"
    done = subprocess.run(
        [*COMMAND, "--model", MODEL, *arguments, "--json", str(figures)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert marked(environment) == []
    return {row["name"]: row["value"] for row in json.loads(figures.read_text("utf-8"))["figures"]}


def test_a_typist_gets_lists_and_some_were_prepared(
    environment: dict[str, str], tmp_path: Path
) -> None:
    rows = measured(environment, tmp_path, "--what", "typing", "--lists", "6")

    assert list(rows) == [
        "typing, next list in time",
        *(f"typing, next list p{p}" for p in (50, 95, 99)),
        "typing, completion in time",
        *(f"typing, completion p{p}" for p in (50, 95, 99)),
        "typing, list prepared before its Space",
        "typing, prepared in vain",
        "typing, completion prepared before its key",
        "typing, completions prepared in vain",
        "typing, time spent preparing",
    ]
    assert 0 < rows["typing, next list p50"] <= rows["typing, next list p99"]
    assert all(0 <= rows[name] <= 100 for name in rows if name[-3:-2] != "p")
    assert rows["typing, time spent preparing"] > 0


def test_eight_clients_at_once_get_answers_at_a_rate(
    environment: dict[str, str], tmp_path: Path
) -> None:
    rows = measured(environment, tmp_path, "--what", "throughput", "--requests", "16")

    def rates(kind: str) -> list[str]:
        return [kind, *(f"{kind} p{percent}" for percent in (50, 95, 99))]

    cut = "distinct answers, cut short by the deadline"
    assert list(rows) == [*rates("distinct answers"), cut, *rates("repeated answers")]
    assert 0 <= rows[cut] < 100
    assert rows["repeated answers"] > 50


def test_memory_alone_is_the_daemon_s_resident_set(
    tiny_model_dir: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    figures = tmp_path / "figures.json"
    arguments = ["--model", MODEL, "--what", "memory", "--json", str(figures)]
    done = subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=50
    )
    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row["value"] for row in json.loads(figures.read_text("utf-8"))["figures"]}
    assert set(rows) <= {"daemon RSS", "daemon PSS", "daemon RSS, peak"}
    assert 20 < rows["daemon RSS"] <= rows["daemon RSS, peak"] < 350


def test_neither_the_daemon_nor_the_runtime_leaves_a_file_behind(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """ONNX Runtime's own telemetry, where it is on, leaves a session and a device id."""
    home = tmp_path / "person"
    home.mkdir()
    unset = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    kept = {name: value for name, value in environment.items() if name not in unset}
    done = subprocess.run(
        [*COMMAND, "--model", MODEL, "--what", "memory", "--naive", "--naive-requests", "1"],
        env={**kept, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    left = [path for folder in (home, tmp_path / "tmp") for path in folder.rglob("*")]
    assert [path for path in left if path.is_file()] == []


def test_a_model_that_the_daemon_cannot_open_is_one_sentence(
    tiny_model_dir: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    broken = tmp_path / "models" / "broken"
    broken.mkdir(parents=True)
    for file in (tiny_model_dir / MODEL).iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    graph = (broken / "model.onnx").read_bytes()
    (broken / "model.onnx").write_bytes(graph[:-1] + bytes([graph[-1] ^ 1]))
    done = subprocess.run(
        [*COMMAND, "--model", "broken", "--what", "predict", "--requests", "1"],
        env={**environment, "IEUM_MODELS_DIR": str(broken.parent)},
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "The daemon could not open the model" in done.stderr
    assert "Traceback" not in done.stderr
    assert marked(environment) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_half_way_it_takes_down_what_it_started(
    number: signal.Signals,
    tiny_model_dir: Path,
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    figures = tmp_path / "figures.json"
    process = subprocess.Popen(
        [
            *COMMAND,
            *("--model", MODEL, "--what", "predict", "--requests", "200"),
            *("--json", str(figures)),
        ],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(400):
        if any("-m ime_engine" in line for line in marked(environment)):
            break
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.02)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode != 0
    assert stdout == ""
    assert "Traceback" not in stderr
    assert marked(environment) == []
    assert not figures.exists()
    assert list((tmp_path / "tmp").iterdir()) == []
