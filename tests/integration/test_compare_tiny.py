# SPDX-License-Identifier: Apache-2.0
"""`compare` and `card`, whole, on the toy model and on what `evaluate` wrote of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from ime_engine.ranking.weights import MixFile
from tests.tiny_ngram import open_ngram

LINES = ["나는 오늘 학교에 갔다.", "너는 오늘 학교에 갔다.", "정부는 오늘 밝혔다."]


def workshop(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "model_tools", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
    )


@pytest.fixture
def here(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment with a small n-gram of its own."""
    folder = tmp_path / "data" / "ieum" / "ngram"
    folder.mkdir(parents=True)
    digest = open_ngram(folder, LINES).header.sha256
    fitted = MixFile(ngram=digest, model="00" * 32, weights={}, spread=0.5, notes={})
    (folder / "tiny.mix.json").write_bytes(msgspec.json.encode(fitted))
    return {**environment, "XDG_DATA_HOME": str(tmp_path / "data")}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "chat.txt").write_text("\n".join(LINES[:2] * 4), "utf-8")
    (folder / "ood_news.txt").write_text(LINES[2], "utf-8")
    return folder


def test_the_n_gram_that_knows_the_text_is_surely_better_than_the_toy(
    here: dict[str, str], texts: Path
) -> None:
    asked = ["--eval-dir", str(texts), "--positions", "0", "--ksr", "--ksr-positions", "6"]
    done = workshop(here, "compare", "tiny:model", "ngram", *asked)
    assert (done.returncode, done.stderr) == (0, "")
    assert "NEA@5: ngram is better by" in done.stdout
    assert "tiny:model" in done.stdout.splitlines()[0]
    assert "KSR" in done.stdout
    assert "files of the model, MB" in done.stdout


def test_files_written_earlier_are_compared_pair_by_pair(
    here: dict[str, str], texts: Path, tmp_path: Path
) -> None:
    files = []
    for predictor in ("model", "ngram"):
        file = tmp_path / f"{predictor}.json"
        asked = ["--eval-dir", str(texts), "--predictor", predictor, "--baselines", "none"]
        done = workshop(here, "evaluate", "--model", "tiny", *asked, "--json", str(file))
        assert done.returncode == 0, done.stderr
        files.append(str(file))
    done = workshop(here, "compare", *files, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    rows = {(row["title"], row["group"]): row for row in found["differences"]}
    assert set(rows) == {
        (f"NEA@{k}", group) for k in (1, 3, 5) for group in ("registers", "unseen sources")
    }
    seen = rows["NEA@5", "registers"]
    assert seen["pairs"] == 24
    assert seen["winner"] == "second"
    assert seen["p"] < 0.001
    assert found["first"]["megabytes"] > 0
    assert found["second"]["megabytes"] is None


@pytest.mark.parametrize(
    ("sides", "complaint"),
    [
        (("tiny", "tiny"), "Both sides are the same"),
        (("tiny", "absent"), "There is no model absent"),
        (("tiny", "tiny:best"), "after the colon stands one of mix, model, ngram"),
        (("tiny", "absent.json"), "Cannot read absent.json"),
    ],
)
def test_a_side_that_there_is_not_is_told_before_anything_is_measured(
    sides: tuple[str, str], complaint: str, here: dict[str, str]
) -> None:
    done = workshop(here, "compare", *sides)
    assert (done.returncode, done.stdout) == (1, "")
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_file_without_outcomes_is_refused(here: dict[str, str], tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text('{"scores": []}', "utf-8")
    done = workshop(here, "compare", str(old), "tiny")
    assert (done.returncode, done.stdout) == (1, "")
    assert "holds no outcomes" in done.stderr


def test_a_card_is_written_with_the_figures_of_its_model_only(
    here: dict[str, str], tiny_model_dir: Path, texts: Path, tmp_path: Path
) -> None:
    figures, card = tmp_path / "figures.json", tmp_path / "MODELCARD.md"
    asked = ["--eval-dir", str(texts), "--positions", "2", "--json", str(figures)]
    assert workshop(here, "evaluate", "--model", "tiny", *asked).returncode == 0
    place = ["--models-dir", str(tiny_model_dir), "--to", str(card)]
    done = workshop(here, "card", "tiny", *place, "--figures", str(figures))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = card.read_text("utf-8")
    assert text.startswith("# Model card: tiny\n")
    assert "mean over unseen sources" in text
    assert str(tmp_path) not in text

    document = json.loads(figures.read_text("utf-8"))
    figures.write_text(json.dumps({**document, "model_digest": "00" * 32}), "utf-8")
    done = workshop(here, "card", "tiny", *place, "--figures", str(figures))
    assert done.returncode == 1
    assert "is of another model" in done.stderr
    assert card.read_text("utf-8") == text
