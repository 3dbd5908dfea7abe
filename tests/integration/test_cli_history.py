# SPDX-License-Identifier: Apache-2.0
"""`ieum history` as users call it, on a store of its own."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from ime_engine.history.history import History
from ime_engine.paths import state_dir
from tests.harness.command import COMMAND, ieum

PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def no_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))


@pytest.fixture
def novel(tmp_path: Path) -> Path:
    """Half a dozen pieces of Korean, in lines of every length."""
    draw = random.Random(5)
    words = [f"{a}{b}{c}" for a in "가나다라마바사" for b in "람봄길밤산" for c in "이는도에를"]
    lines = [" ".join(draw.choices(words, k=draw.randrange(1, 200))) for _ in range(70)]
    file = tmp_path / "novel.txt"
    file.write_text(".\n".join(lines), encoding="utf-8")
    return file


def another(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """From here on there is another store."""
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))


def exported() -> str:
    done = ieum("history", "export")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def counts(export: str) -> dict[tuple[str, ...], Any]:
    """What was counted, without the moment; weights as far as some minutes do not change them."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in export.splitlines()[1:]]
    return {
        (*row["context"], row["eojeol"]): (
            row["uses"],
            row["accepted"],
            pytest.approx(row["weight"], rel=1e-3),
        )
        for row in rows
    }


class TestCarrying:
    def test_export_import_export_gives_the_same_file(
        self, novel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert ieum("history", "train", novel, "--quiet").returncode == 0
        file = tmp_path / "words.jsonl"
        assert ieum("history", "export", file).returncode == 0

        another(monkeypatch, tmp_path / "elsewhere")
        assert ieum("history", "import", file).returncode == 0
        first = exported()
        assert first == file.read_text(encoding="utf-8")
        again = ieum("history", "import", file)
        assert again.returncode == 0
        assert exported() == first

    def test_what_was_forgotten_comes_back_with_an_import(self, tmp_path: Path) -> None:
        letter, file = tmp_path / "letter.txt", tmp_path / "words.jsonl"
        letter.write_text("민준이가 왔다. 민준이가 반가웠다!\n", encoding="utf-8")
        ieum("history", "train", letter)
        ieum("history", "export", file)
        assert ieum("history", "forget", "민준이가").stdout.startswith("Forgot 1 word (")
        assert "민준" not in exported()
        ieum("history", "import", file)
        assert exported() == file.read_text(encoding="utf-8")

    def test_rows_of_words_that_are_never_kept_are_passed_over(self, tmp_path: Path) -> None:
        card = "가1234567890123456"
        row = {"eojeol": card, "context": [], "weight": 1.0, "uses": 1, "accepted": 0}
        file = tmp_path / "words.jsonl"
        lines = [{"format": "ieum-history", "version": 1}, {**row, "last_used": 1.0}]
        file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        done = ieum("history", "import", file)
        assert (done.returncode, done.stdout) == (0, "Took in 0 rows.\n")
        assert done.stderr == "Passed over 1 of 1 rows: such words are never kept.\n"
        assert card not in exported()

    def test_what_is_known_better_stays(self, tmp_path: Path) -> None:
        letter = tmp_path / "letter.txt"
        letter.write_text("민준이가 왔다.\n", encoding="utf-8")
        ieum("history", "train", letter)
        before = tmp_path / "before.jsonl"
        ieum("history", "export", before)
        ieum("history", "train", "--again", letter)
        now = exported()
        assert ieum("history", "import", before).returncode == 0
        assert exported() == now

    @pytest.mark.parametrize("broken", ["not JSON", '{"eojeol": "비밀이다"}', ""])
    def test_a_broken_line_leaves_everything_as_it_was(self, broken: str, tmp_path: Path) -> None:
        row = {"eojeol": "민준이가", "context": [], "weight": 1.0, "uses": 1}
        good = json.dumps({**row, "accepted": 0, "last_used": time.time()})
        file = tmp_path / "words.jsonl"
        lines = ['{"format": "ieum-history", "version": 1}', good, broken, good]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        done = ieum("history", "import", file)

        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            f"ieum: {file}: line 3 is no row of a history; nothing was imported.\n"
        )
        assert not state_dir().exists()

    @pytest.mark.parametrize("name", [".", "nowhere.jsonl", "empty.jsonl"])
    def test_what_cannot_be_imported_is_one_sentence(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "empty.jsonl").touch()
        done = ieum("history", "import", tmp_path / name)
        assert done.returncode == 1
        assert done.stderr.startswith("ieum: ")
        assert done.stderr.count("\n") == 1


class TestTraining:
    def test_a_document_is_learned_once_under_whatever_name(
        self, novel: Path, tmp_path: Path
    ) -> None:
        copy = tmp_path / "copy.txt"
        copy.write_bytes(novel.read_bytes())
        first = ieum("history", "train", novel)
        assert first.returncode == 0
        assert "eojeols learned" in first.stdout
        known = exported()
        second = ieum("history", "train", copy)
        assert (second.returncode, second.stdout) == (0, "")
        assert second.stderr == "copy.txt was learned before; --again learns it once more.\n"
        assert exported() == known

    def test_again_counts_twice(self, tmp_path: Path) -> None:
        letter = tmp_path / "letter.txt"
        letter.write_text("민준이가 왔다.\n", encoding="utf-8")
        ieum("history", "train", letter, letter)
        assert counts(exported())["민준이가",][0] == 1
        ieum("history", "train", "--again", letter)
        assert counts(exported())["민준이가",][0] == 2

    def test_interrupted_it_stops_in_order_and_goes_on_where_it_was(
        self, novel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = uninterrupted(novel, tmp_path, monkeypatch)
        process = started(novel)
        while not uses():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)

        assert (process.returncode, out) == (1, "")
        assert err.startswith("Stopped at ")
        assert err.endswith(" % of novel.txt; the same command goes on from there.\n")
        on = ieum("history", "train", novel)
        assert on.returncode == 0
        assert on.stderr.startswith("Going on with novel.txt at ")
        assert counts(exported()) == whole

    def test_killed_again_and_again_it_counts_nothing_twice(
        self, novel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = uninterrupted(novel, tmp_path, monkeypatch)
        draw, killed = random.Random(7), 0
        for _ in range(5):
            known, process = uses(), started(novel)
            while uses() == known and process.poll() is None:
                time.sleep(draw.random() / 100)
            process.kill()
            process.communicate(timeout=PATIENCE_S)
            killed += process.returncode == -signal.SIGKILL
        assert killed >= 2
        assert ieum("history", "train", novel).returncode == 0
        assert counts(exported()) == whole

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("nowhere.txt", "cannot be read"),
            (".", "is no plain file"),
            ("program", "is not a text file"),
            ("old.txt", "is not UTF-8"),
        ],
    )
    def test_with_one_file_that_will_not_do_none_is_learned(
        self, name: str, why: str, novel: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "program").write_bytes(b"\x7fELF\0")
        (tmp_path / "old.txt").write_bytes("비밀".encode("cp949"))
        done = ieum("history", "train", novel, tmp_path / name)
        assert (done.returncode, done.stdout) == (1, "")
        assert why in done.stderr
        assert done.stderr.count("\n") == 1
        assert not state_dir().exists()


def started(novel: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "history", "train", str(novel)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def uninterrupted(
    novel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[tuple[str, ...], Any]:
    """What a run of its own learns; a fresh store is there afterwards."""
    another(monkeypatch, tmp_path / "whole")
    assert ieum("history", "train", novel).returncode == 0
    whole = counts(exported())
    another(monkeypatch, tmp_path / "parts")
    return whole


def uses() -> int:
    """How often words were used, as the store knows at this moment."""
    if not state_dir().exists():
        return 0
    history = History.open(state_dir())
    try:
        return sum(row.uses for row in history.rows() if not row.context)
    finally:
        history.close()
