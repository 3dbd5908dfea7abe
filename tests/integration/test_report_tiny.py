# SPDX-License-Identifier: Apache-2.0
"""`python -m model_tools report`, whole, on what the toy model gives."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.harness.marks import marked

WORKSHOP = [sys.executable, "-m", "model_tools"]


def workshop(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*WORKSHOP, *arguments], env=environment, capture_output=True, text=True, timeout=55
    )


def test_evaluations_become_a_page_that_shows_each_register_and_model(
    environment: dict[str, str], tmp_path: Path
) -> None:
    figures, page = tmp_path / "작은 모델.json", tmp_path / "page.html"
    measured = ["evaluate", "--model", "tiny", "--positions", "5", "--json", str(figures)]
    done = workshop(environment, *measured)
    assert done.returncode == 0, done.stderr
    written = json.loads(figures.read_text("utf-8"))
    assert written["command"].startswith("python -m model_tools evaluate --model tiny")
    assert (
        sum(one["lists"] for one in written["calibration"]) == written["min_confidence"][0]["lists"]
    )

    done = workshop(environment, "report", "--evaluation", str(figures), "--out", str(page))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = page.read_text("utf-8")
    root = ET.fromstring(text)
    assert "작은 모델" in text
    assert written["model_digest"][:12] in text
    assert written["command"].split(" --json")[0] in "".join(root.itertext())
    in_drawings = {"".join(each.itertext()).strip() for each in root.iter("text")}
    assert {"business", "chat", "everyday", "news", "review", "speech"} <= in_drawings
    assert "http" not in text


def test_measuring_by_itself_it_shows_three_predictors_and_the_daemon_s_waits(
    environment: dict[str, str], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    amounts = ["--positions", "2", "--ksr-positions", "1", "--requests", "3"]
    done = workshop(
        environment, "report", "--measure", "--model", "tiny", *amounts, "--out", str(page)
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    root = ET.fromstring(page.read_text("utf-8"))
    titles = [heading.text for heading in root.iter("h3")]
    assert titles == ["mix", "model", "ngram", "daemon"]
    commands = [each.text or "" for each in root.iter("pre")]
    parts = [heading.text for heading in root.iter("h2")]
    assert [part for part in parts if part and "simpler" in part] == [
        "Beside simpler predictors: mix"
    ]
    assert commands[1] == (
        "python -m model_tools evaluate --model tiny --predictor model --positions 2 "
        "--ksr-positions 1 --baselines none"
    )
    assert "new context" in {"".join(each.itertext()).strip() for each in root.iter("text")}
    assert list((tmp_path / "tmp").iterdir()) == []
    assert marked(environment) == []


def test_another_file_is_refused_before_anything_is_measured(
    environment: dict[str, str], tmp_path: Path
) -> None:
    other, page = tmp_path / "other.json", tmp_path / "page.html"
    other.write_text('{"figures": []}', "utf-8")
    done = workshop(
        environment, "report", "--measure", "--benchmark", str(other), "--out", str(page)
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "is no result of benchmark" in done.stderr
    assert not page.exists()


def test_interrupted_it_leaves_no_page_no_file_and_no_process(
    environment: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    process = subprocess.Popen(
        [*WORKSHOP, "report", "--measure", "--model", "tiny", "--out", str(out / "page.html")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(1000):
        if any("-m ime_engine" in line for line in marked(environment)):
            break
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode != 0
    assert stdout == ""
    assert "Traceback" not in stderr
    assert marked(environment) == []
    assert list(out.iterdir()) == []
    assert list((tmp_path / "tmp").iterdir()) == []
