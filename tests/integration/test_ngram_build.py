# SPDX-License-Identifier: Apache-2.0
"""From a corpus to the n-gram file by the command, and every way it can fail."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ime_engine.ngram.model import NGram
from model_tools.__main__ import main
from model_tools.evaluation.registers import read_folder
from tests.harness.workshop import fails
from tests.tiny_ngram import write_corpus

GREETINGS = ["안녕하세요. 오늘 날씨가 좋네요."] * 6
TEXTS = {
    "1_chat_hello.txt": GREETINGS,
    "2_review_films.txt": ["정말 재미있게 봤습니다."] * 5,
    "3_news_closed.txt": ["비공개 기사 내용"] * 9,
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", TEXTS, forbidden="closed")


@pytest.fixture
def build(corpus: Path, tmp_path: Path) -> Callable[..., Path]:
    """Builds what the corpus makes; returns the file."""

    def run(*options: str, corpus: Path = corpus, name: str = "out.ngram") -> Path:
        out = tmp_path / name
        assert main(["ngram", "--corpus", str(corpus), "--out", str(out), *options]) == 0
        return out

    return run


def archived(corpus: Path, *names: str) -> Path:
    path = corpus.parent / "corpus.tar.xz"
    with tarfile.open(path, "w:xz") as archive:
        for name in names:
            archive.add(corpus / name, name)
    return path


class TestBuild:
    def test_predicts_what_was_counted(self, build: Callable[..., Path]) -> None:
        ngram = NGram.open(build())
        assert ngram.predict(("오늘", "날씨가")).words[0].text == "좋네요"
        assert ngram.header.sources == ["films", "hello"]
        assert ngram.header.tokens == 6 * 4 + 5 * 3

    def test_what_may_not_be_used_is_not_read(self, build: Callable[..., Path]) -> None:
        assert NGram.open(build()).probability((), "기사") == 0

    def test_what_nobody_speaks_for_is_not_read(
        self, build: Callable[..., Path], corpus: Path
    ) -> None:
        (corpus / "9_stray.txt").write_text("떠돌이 글\n" * 9, encoding="utf-8")
        assert NGram.open(build()).probability((), "떠돌이") == 0

    def test_nobody_is_offered_a_swear_word_or_a_number(
        self, build: Callable[..., Path], corpus: Path
    ) -> None:
        lines = ["이런 씨발 01012345678 kim@example.org 하하"] * 5
        (corpus / "1_chat_hello.txt").write_text("\n".join(lines), encoding="utf-8")
        ngram = NGram.open(build())
        offered = {each.text for each in ngram.predict((), limit=100).words}
        assert offered == {"이런", "하하", "정말", "재미있게", "봤습니다"}

    def test_same_corpus_same_bytes(self, build: Callable[..., Path]) -> None:
        assert build().read_bytes() == build(name="again.ngram").read_bytes()

    def test_an_archive_makes_the_same(self, build: Callable[..., Path], corpus: Path) -> None:
        beside = archived(corpus, *TEXTS)
        (corpus.parent / "SOURCES.tsv").write_bytes((corpus / "SOURCES.tsv").read_bytes())
        assert build(corpus=beside, name="beside.ngram").read_bytes() == build().read_bytes()
        (corpus.parent / "SOURCES.tsv").unlink()
        inside = archived(corpus, *TEXTS, "SOURCES.tsv")
        assert build(corpus=inside, name="inside.ngram").read_bytes() == build().read_bytes()

    def test_says_what_it_made(
        self, build: Callable[..., Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = build("--json")
        figures = json.loads(capsys.readouterr().out)
        assert figures["sources"] == 2
        assert figures["words"] == 7
        assert figures["bytes"] == out.stat().st_size
        build()
        assert "words" in capsys.readouterr().out

    def test_a_file_that_is_there_is_replaced(self, build: Callable[..., Path]) -> None:
        first = build()
        first.write_bytes(b"old")
        assert NGram.open(build())


class TestHeldOut:
    def test_a_whole_source(self, build: Callable[..., Path], tmp_path: Path) -> None:
        out = build("--hold-out", "hel*", "--held-out", str(tmp_path / "text"))
        assert NGram.open(out).probability((), "날씨가") == 0
        (register,) = read_folder(tmp_path / "text")
        assert register.name == "ood_chat_hello"
        assert list(register.sentences) == GREETINGS

    def test_blocks_of_every_source(self, tmp_path: Path) -> None:
        lines = [f"{chr(0xAC00 + n % 11000)}는 {n // 50}번째" for n in range(5000)]
        corpus = write_corpus(tmp_path / "blocks", {"1_chat_many.txt": lines})
        arguments = ["--corpus", str(corpus), "--out", str(tmp_path / "b.ngram")]
        held = ["--hold-out-percent", "20", "--held-out", str(tmp_path / "text")]
        assert main(["ngram", *arguments, *held]) == 0
        (register,) = read_folder(tmp_path / "text")
        assert register.name == "chat"
        assert 0.05 < len(register.sentences) / len(lines) < 0.4
        assert len({line.split()[1] for line in register.sentences}) * 50 == len(register.sentences)
        ngram = NGram.open(tmp_path / "b.ngram")
        assert not [s for s in register.sentences if ngram.probability((), s.split()[1])]


class TestFailures:
    def test_no_corpus(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        arguments = ("--corpus", str(tmp_path / "none"), "--out", str(tmp_path / "o"))
        assert "there is no corpus" in fails(capsys, "ngram", *arguments)

    def test_no_table(self, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (corpus / "SOURCES.tsv").unlink()
        arguments = ("--corpus", str(corpus), "--out", str(corpus / "o"))
        assert "there is no SOURCES.tsv" in fails(capsys, "ngram", *arguments)

    def test_a_table_without_permissions(
        self, corpus: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (corpus / "SOURCES.tsv").write_text("name\tlicence\n", encoding="utf-8")
        arguments = ("--corpus", str(corpus), "--out", str(corpus / "o"))
        assert "has no column" in fails(capsys, "ngram", *arguments)

    def test_nothing_in_it(self, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
        for path in corpus.glob("*.txt"):
            path.write_text("")
        arguments = ("--corpus", str(corpus), "--out", str(corpus / "o"))
        assert "holds no word that occurs 3 times" in fails(capsys, "ngram", *arguments)

    def test_not_utf_8(self, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (corpus / "1_chat_hello.txt").write_bytes("안녕".encode("cp949"))
        arguments = ("--corpus", str(corpus), "--out", str(corpus / "o"))
        assert "1_chat_hello.txt is not UTF-8 (byte 0)" in fails(capsys, "ngram", *arguments)

    @pytest.mark.parametrize("size", [10, 200])
    def test_a_damaged_archive(
        self, corpus: Path, size: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = archived(corpus, "SOURCES.tsv", *TEXTS)
        path.write_bytes(path.read_bytes()[:size])
        arguments = ("--corpus", str(path), "--out", str(corpus / "o"))
        assert "is no archive, or damaged" in fails(capsys, "ngram", *arguments)

    def test_too_small_a_limit(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        words = [chr(0xAC00 + n) + chr(0xAC00 + m) for n in range(400) for m in range(200)]
        corpus = write_corpus(tmp_path / "large", {"1_chat_x.txt": [" ".join(words)] * 3})
        arguments = ("--corpus", str(corpus), "--out", str(tmp_path / "o"), "--max-mb", "1")
        assert "need more room" in fails(capsys, "ngram", *arguments)
        assert not (tmp_path / "o").exists()

    def test_no_such_folder_to_write_to(
        self, corpus: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        arguments = ("--corpus", str(corpus), "--out", str(corpus / "none" / "o"))
        assert "There is no folder" in fails(capsys, "ngram", *arguments)


def in_the_background(corpus: Path, out: Path, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "model_tools", "ngram", "--corpus", str(corpus)]
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [*command, "--out", str(out)], stderr=subprocess.PIPE, text=True, **options
    )


class TestInterruption:
    def test_leaves_what_was_there(self, corpus: Path, tmp_path: Path) -> None:
        # A pipe that nobody writes to: the command is surely still reading.
        (corpus / "2_review_films.txt").unlink()
        os.mkfifo(corpus / "2_review_films.txt")
        folder = tmp_path / "place"
        folder.mkdir()
        (folder / "out.ngram").write_bytes(b"old")
        with in_the_background(corpus, folder / "out.ngram") as process:
            assert process.stderr is not None
            assert process.stderr.readline() == "reading …\n"
            process.send_signal(signal.SIGINT)
            said = process.stderr.read()
            assert process.wait(20) == 1
        assert said == "error: stopped; what was there before is as it was.\n"
        assert [each.name for each in folder.iterdir()] == ["out.ngram"]
        assert (folder / "out.ngram").read_bytes() == b"old"

    def test_no_room(self, corpus: Path, tmp_path: Path) -> None:
        def small() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

        folder = tmp_path / "place"
        folder.mkdir()
        with in_the_background(corpus, folder / "out.ngram", preexec_fn=small) as process:
            said = process.communicate(timeout=30)[1].splitlines()[-1]
        assert process.returncode == 1
        assert said == f"error: {folder / 'out.ngram'} could not be written: File too large."
        assert not list(folder.iterdir())
