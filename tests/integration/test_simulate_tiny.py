# SPDX-License-Identifier: Apache-2.0
"""`simulate` and `fit-history`, whole, on the toy model and an n-gram of a few lines."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ime_engine.ranking.personal import FEATURES
from ime_engine.ranking.weights import parse_personal
from tests.tiny_ngram import open_ngram

WORKSHOP = (sys.executable, "-m", "model_tools")
LINES = ["나는 오늘 학교에 갔다.", "오늘 날씨가 좋네요.", "너는 오늘 뭐 해?", "앞으로도 잘 지내요."]
DIARY = "오늘 무라골에서 민준이를 만났다.\n나는 민준이의 우산을 보았다.\n"
NOUNS = (("학교", "를"), ("공원", "을"), ("우산", "을"), ("시장", "을"))
LETTERS = "".join(
    f"{first}{last} {noun}{particle} 보았다.\n{first}{last} 그 {noun}의 소식.\n"
    for first in "가나다라마바"
    for last, (noun, particle) in zip("자차카타", NOUNS, strict=True)
)


@pytest.fixture
def ngram(tmp_path: Path) -> Path:
    open_ngram(tmp_path, LINES)
    return tmp_path / "tiny.ngram"


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    path = tmp_path / "diary.txt"
    path.write_text(DIARY * 10, "utf-8")
    return path


def called(environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command of the workshop on the toy model."""
    return subprocess.run(
        [*WORKSHOP, arguments[0], "--model", "tiny", *map(str, arguments[1:])],  # type: ignore[list-item]
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
    )


def left_in(environment: dict[str, str]) -> list[str]:
    """What lies in the folder for temporary files."""
    return [path.name for path in Path(environment["TMPDIR"]).iterdir()]


def test_somebody_who_repeats_himself_saves_keys_and_nothing_stays_behind(
    environment: dict[str, str], diary: Path, ngram: Path, tmp_path: Path
) -> None:
    figures, plot = tmp_path / "figures.json", tmp_path / "plot.html"
    asked = ("--text", diary, "--ngram", ngram, "--positions", 0)
    done = called(environment, "simulate", *asked, "--json", figures, "--plot", plot)
    document = json.loads(figures.read_text("utf-8"))
    last = document["parts"][-1]["figures"]["KSR"]

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert last["difference"]["value"] > 0.1
    assert last["on"]["value"] - last["off"]["value"] == pytest.approx(last["difference"]["value"])
    assert document["command"].startswith("python -m model_tools simulate")
    assert all(name in done.stdout for name in ("sentences 1–5", "NEA@5", "recall", "History at"))
    assert plot.read_text("utf-8").count("<svg") == 1
    assert left_in(environment) == []


def test_the_same_seed_gives_the_same_figures(
    environment: dict[str, str], diary: Path, ngram: Path
) -> None:
    asked = ("--text", diary, "--ngram", ngram, "--positions", 10, "--seed", 7)
    first, second = (called(environment, "simulate", *asked).stdout for _ in range(2))

    # What follows is waits and load.
    assert first.partition("| recall")[0] == second.partition("| recall")[0] != ""


def test_invented_names_are_offered_once_they_were_used_twice(
    environment: dict[str, str], ngram: Path, tmp_path: Path
) -> None:
    text = tmp_path / "letters.txt"
    text.write_text(LETTERS, "utf-8")
    asked = ("--text", text, "--ngram", ngram, "--sentences", 24, "--names", 4)
    done = called(environment, "simulate", *asked)
    home = next(line for line in done.stdout.splitlines() if "used twice" in line)

    assert done.returncode == 0, done.stderr
    assert [cell.strip() for cell in home.split("|")][2:4] == ["4", "0.0"]
    assert "100.0 [51.0 to 100.0]" in home


def test_weights_are_written_that_the_daemon_takes(
    environment: dict[str, str], diary: Path, ngram: Path, tmp_path: Path
) -> None:
    letters, out = tmp_path / "letters.txt", tmp_path / "personal.mix.json"
    letters.write_text(LETTERS, "utf-8")
    asked = ("--text", diary, f"{letters}@3", "--ngram", ngram, "--positions", 0)
    first, second = (called(environment, "fit-history", *asked, "--out", out) for _ in range(2))
    tables = first.stdout.partition("\nModel ")[0]

    assert first.returncode == 0, first.stderr
    assert tables == second.stdout.partition("\nModel ")[0]
    assert set(parse_personal(out.read_bytes())) == set(FEATURES)
    assert all(name in tables for name in ("users held out", "diary@1", "letters@3", "unfitted"))
    assert left_in(environment) == []


@pytest.mark.parametrize("command", ["simulate", "fit-history"])
def test_a_text_that_is_not_there_is_one_sentence(
    environment: dict[str, str], command: str, tmp_path: Path
) -> None:
    done = called(environment, command, "--text", tmp_path / "none.txt")

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_one_user_alone_cannot_be_judged(environment: dict[str, str], diary: Path) -> None:
    done = called(environment, "fit-history", "--text", diary)

    assert (done.returncode, done.stdout) == (1, "")
    assert "at least two users" in done.stderr


def test_interrupted_it_leaves_no_history_and_no_figures(
    environment: dict[str, str], diary: Path, ngram: Path, tmp_path: Path
) -> None:
    diary.write_text(DIARY * 20_000, "utf-8")
    figures = tmp_path / "figures.json"
    options = ("--text", diary, "--ngram", ngram, "--sentences", 40_000, "--positions", 0)
    process = subprocess.Popen(
        [*WORKSHOP, "simulate", "--model", "tiny", *map(str, options), "--json", str(figures)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not left_in(environment):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)

    assert process.returncode != 0
    assert stdout == ""
    assert "Traceback" not in stderr
    assert left_in(environment) == []
    assert not figures.exists()
