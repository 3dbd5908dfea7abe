# SPDX-License-Identifier: Apache-2.0
"""How far a long piece of work is, and files that are there whole or not at all."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ime_engine.cli.files import check_destination, written_whole
from ime_engine.cli.output import width
from ime_engine.cli.progress import Progress, clipped, line, span
from ime_engine.errors import InputError


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def broken() -> Iterator[str]:
    """Lines that cannot be read to their end."""
    yield "new"
    raise RuntimeError


@pytest.fixture
def clock() -> Clock:
    return Clock()


class TestProgress:
    def work(self, clock: Clock, *, quiet: bool = False) -> None:
        """Half a minute of it: 10 MB, of which 1 MB was done before."""
        with Progress("글.txt", 10_000_000, 1_000_000, quiet=quiet, clock=clock) as progress:
            for second in range(1, 31):
                clock.now += 1
                progress.at(1_000_000 + second * 300_000)

    def test_a_terminal_gets_a_bar_that_is_taken_away_at_the_end(
        self, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        terminal = Terminal()
        monkeypatch.setattr("sys.stderr", terminal)
        self.work(clock)
        drawn = terminal.getvalue().split("\r\x1b[K")

        assert drawn[1] == "글.txt  ███▏                      13 %  1.3 of 10.0 MB  0:29 left"
        assert drawn[-2].startswith("글.txt  ████████████████████████  100 %")
        assert drawn[-1] == ""
        assert "\n" not in terminal.getvalue()

    def test_a_narrow_terminal_gets_what_fits(
        self, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        terminal = Terminal()
        monkeypatch.setattr("sys.stderr", terminal)
        monkeypatch.setenv("COLUMNS", "30")
        self.work(clock)
        assert max(map(width, terminal.getvalue().split("\r\x1b[K"))) < 30

    def test_elsewhere_a_line_comes_every_ten_seconds(
        self, clock: Clock, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.work(clock)
        assert capsys.readouterr().err.splitlines() == [
            "글.txt  40 %  4.0 of 10.0 MB  0:20 left",
            "글.txt  70 %  7.0 of 10.0 MB  0:10 left",
            "글.txt  100 %  10.0 of 10.0 MB  0:00 left",
        ]

    def test_quiet_is_quiet(
        self, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.work(clock, quiet=True)
        assert capsys.readouterr().err == ""
        terminal = Terminal()
        monkeypatch.setattr("sys.stderr", terminal)
        self.work(clock, quiet=True)
        assert terminal.getvalue() == ""

    def test_nothing_to_do_is_done(self) -> None:
        assert line("a", 0, 0, None, bar=False) == "a  100 %  0.0 of 0.0 MB"

    def test_spans_and_names(self) -> None:
        assert [span(0), span(59.6), span(3600)] == ["0:00", "1:00", "1:00:00"]
        assert clipped("a\x1b[2Jb", 20) == "a?[2Jb"
        assert clipped("가나다", 1) == "…"


class TestWhole:
    def test_only_its_owner_may_read_it(self, tmp_path: Path) -> None:
        file = tmp_path / "words.jsonl"
        with written_whole(file) as stream:
            stream.write("가\n")
        assert file.read_text(encoding="utf-8") == "가\n"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_what_fails_leaves_what_was_there_and_nothing_beside_it(self, tmp_path: Path) -> None:
        file = tmp_path / "mine" / "words.jsonl"
        file.parent.mkdir()
        file.write_text("old", encoding="utf-8")
        with pytest.raises(RuntimeError), written_whole(file) as stream:
            stream.writelines(["new", *broken()])
        assert file.read_text(encoding="utf-8") == "old"
        assert list(file.parent.iterdir()) == [file]

    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        link = tmp_path / "link"
        link.symlink_to(tmp_path / "goal")
        with written_whole(link) as stream:
            stream.write("new")
        assert link.is_symlink()
        assert (tmp_path / "goal").read_text(encoding="utf-8") == "new"

    def test_a_full_disk_is_one_sentence(self) -> None:
        with (
            pytest.raises(InputError, match="could not be written"),
            written_whole(Path("/proc/words.jsonl")),
        ):
            pass

    def test_a_place_that_cannot_be_written_to_is_refused_before(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        there = tmp_path / "there"
        there.touch()
        for path, why in [
            (tmp_path, "is a folder"),
            (tmp_path / "no" / "file", "no folder"),
            (there, "--force"),
        ]:
            with pytest.raises(InputError, match=why):
                check_destination(path, force=False)
        check_destination(there, force=True)
        monkeypatch.setattr("os.access", lambda *_: False)
        with pytest.raises(InputError, match="may not be written to"):
            check_destination(tmp_path / "file", force=False)
