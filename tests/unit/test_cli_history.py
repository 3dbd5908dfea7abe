# SPDX-License-Identifier: Apache-2.0
"""`ieum history` without a daemon: what it prints, asks, refuses and leaves alone."""

from __future__ import annotations

import argparse
import io
import json
import re
import stat
import time
from pathlib import Path

import pytest

from ime_engine.cli import main
from ime_engine.cli.history import ACTIONS
from ime_engine.cli.history.listing import print_rows, weights
from ime_engine.history.rows import Row
from tests.unit import house

TEXT = "민준이가 왔다. 민준이가 반가웠다!\n학교에서 민준이는 놀았다.\n"


@pytest.fixture(autouse=True)
def no_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "letter.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture
def taught(letter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", "train", str(letter)]) == 0
    capsys.readouterr()


def state(home: Path) -> list[Path]:
    return list((home / "state").iterdir())


class TestHelp:
    @pytest.mark.parametrize("action", ACTIONS)
    def test_every_action_has_help_with_an_example_and_is_in_the_manual(
        self, action: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as left:
            main(["history", action, "--help"])
        assert left.value.code == 0
        assert re.search(rf"examples?:\n  (\S+ )*ieum history {action}", capsys.readouterr().out)
        assert f"ieum history {action}" in house.read("docs/history.md")
        assert action in house.read("README.md")

    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["dance"],
            ["show", "--limit", "0"],
            ["show", "--limit", "many"],
            ["show", "--by", "colour"],
            ["show", "more"],
            ["search"],
            ["forget"],
            ["import"],
            ["train"],
            ["clear", "all"],
        ],
    )
    def test_a_wrong_call_is_told_with_2(
        self, arguments: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as left:
            main(["history", *arguments])
        assert left.value.code == 2
        assert "usage: ieum" in capsys.readouterr().err


class TestWithNothingKept:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["history", "show"],
            ["history", "search", "민준"],
            ["history", "forget", "민준이가"],
            ["history", "clear", "--yes"],
            ["history", "stats"],
            ["stats"],
        ],
    )
    def test_one_friendly_sentence_and_no_file(
        self, arguments: list[str], private_home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(arguments) == 0
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n")) == ("", 1)
        assert told.err.startswith("Nothing ")
        assert state(private_home) == []

    def test_for_programs_there_is_nothing_too(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["history", "show", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == []
        assert main(["stats", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["days"] == []


@pytest.mark.usefixtures("taught")
class TestLooking:
    def test_words_come_with_the_heaviest_first(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["history", "show"]) == 0
        head, first, *more = capsys.readouterr().out.splitlines()
        assert head.split() == ["eojeol", "weight", "uses", "picked", "last", "used"]
        assert first.split()[:4] == ["민준이가", "2.0", "2", "0"]
        assert len(more) == 5

    def test_what_is_left_out_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["history", "show", "--limit", "2"]) == 0
        told = capsys.readouterr()
        assert len(told.out.splitlines()) == 3
        assert told.err == "… and 4 more; --limit shows more.\n"

    def test_search_shows_what_stands_around(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["history", "search", "민준"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert any(line.split()[:2] == ["|", "민준이가"] for line in lines)
        assert any(line.startswith("학교에서 민준이는  놀았다") for line in lines)
        assert all("민준" in line for line in lines[1:])

    def test_search_reads_stdin(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("학교\n".encode())))
        assert main(["history", "search", "-", "--json"]) == 0
        rows = json.loads(capsys.readouterr().out)
        assert {(*row["context"], row["eojeol"]) for row in rows} >= {("학교에서",)}
        assert all("학교에서" in (*row["context"], row["eojeol"]) for row in rows)

    @pytest.mark.parametrize("text", ["", " ", "\t"])
    def test_a_search_for_nothing_is_refused(
        self, text: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["history", "search", text]) == 1
        assert "nothing to search for" in capsys.readouterr().err

    def test_totals(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["history", "stats", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["words"] == 6
        assert main(["history", "stats"]) == 0
        assert capsys.readouterr().out.startswith("words       6\n")


class TestWeight:
    def row(self, eojeol: str, weight: float, days_ago: float) -> Row:
        return Row(eojeol, (), weight, 1, 0, time.time() - days_ago * 86_400)

    def test_what_was_used_long_ago_weighs_less_now(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [self.row("예전에", 8.0, 240), self.row("요즘", 2.0, 0)]
        options = argparse.Namespace(limit=9, by="weight", json=False)
        assert print_rows(rows, options, contexts=False) == 2
        assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()[1:]] == [
            ["요즘", "2.0"],
            ["예전에", "0.5"],
        ]

    def test_a_clock_that_was_ahead_makes_nothing_heavier(self) -> None:
        assert weights(time.time())(self.row("내일", 2.0, -100)) == pytest.approx(2.0)


@pytest.mark.usefixtures("taught")
class TestForgetting:
    def words(self, capsys: pytest.CaptureFixture[str]) -> set[str]:
        capsys.readouterr()
        assert main(["history", "show", "--json"]) == 0
        return {row["eojeol"] for row in json.loads(capsys.readouterr().out)}

    def test_a_word_goes_and_its_other_endings_stay(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["history", "forget", "민준이가", "없던말"]) == 0
        told = capsys.readouterr()
        assert told.out.startswith("Forgot 1 word (")
        assert told.err == "Nothing is kept of 1 of these words.\n"
        assert not {"민준이가"} & self.words(capsys)
        assert "민준이는" in self.words(capsys)

    @pytest.mark.parametrize("eojeol", ["", "두 말", "가" * 1001])
    def test_what_is_no_eojeol_is_refused(
        self, eojeol: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["history", "forget", eojeol]) == 1
        assert "eojeol must be one word" in capsys.readouterr().err
        assert len(self.words(capsys)) == 6

    def test_words_on_stdin(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("왔다\n놀았다\n".encode())))
        assert main(["history", "forget", "-"]) == 0
        assert capsys.readouterr().out.startswith("Forgot 2 words (")

    @pytest.mark.parametrize(
        ("answer", "status", "left"), [("yes\n", 0, 0), ("y\n", 1, 6), ("", 1, 6), ("YES\n", 0, 0)]
    )
    def test_clear_asks(
        self,
        answer: str,
        status: int,
        left: int,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        terminal = io.StringIO(answer)
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", terminal)
        assert main(["history", "clear"]) == status
        assert "Forget all 6 words that were learned? Type yes: " in capsys.readouterr().err
        assert len(self.words(capsys)) == left

    def test_clear_needs_somebody_to_ask(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
        assert main(["history", "clear"]) == 1
        assert capsys.readouterr().err.count("--yes") == 1
        assert len(self.words(capsys)) == 6
        assert main(["history", "clear", "--yes"]) == 0
        assert not self.words(capsys)

    def test_after_clear_a_document_can_be_learned_again(
        self, letter: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["history", "clear", "--yes"]) == 0
        assert main(["history", "train", str(letter)]) == 0
        assert len(self.words(capsys)) == 6


@pytest.mark.usefixtures("taught")
class TestExport:
    def test_stdout_and_a_file_say_the_same(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "words.jsonl"
        assert main(["history", "export", str(file)]) == 0
        capsys.readouterr()
        assert main(["history", "export"]) == 0
        assert capsys.readouterr().out == file.read_text(encoding="utf-8")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_a_file_that_is_there_stays_unless_forced(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "words.jsonl"
        file.write_text("mine", encoding="utf-8")
        assert main(["history", "export", str(file)]) == 1
        assert "is there already; --force" in capsys.readouterr().err
        assert file.read_text(encoding="utf-8") == "mine"
        assert main(["history", "export", "--force", str(file)]) == 0
        assert file.read_text(encoding="utf-8").startswith('{"format"')

    @pytest.mark.parametrize("where", [".", "nowhere/words.jsonl"])
    def test_a_place_that_will_not_do_is_refused(
        self, where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["history", "export", str(tmp_path / where)]) == 1
        assert capsys.readouterr().err.count("\n") == 1
