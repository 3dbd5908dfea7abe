# SPDX-License-Identifier: Apache-2.0
"""How much of which register is drawn, and what is never learned from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ime_engine.ranking.left_out import read_left_out
from model_tools.errors import WorkshopError
from model_tools.training.mixture import Mixture, Share, draw, parted, read_mixture, tidied
from model_tools.training.texts import read_texts

TYPING = Path(__file__).parents[2] / "data" / "training" / "typing.yaml"
ALLOWED = read_left_out("꺼져")


def numbered(name: str, count: int) -> list[str]:
    return [f"{name}{at}" for at in range(count)]


def kinds(documents: list[str]) -> Counter[str]:
    """How many lines of each source stand in the documents."""
    return Counter(line[0] for document in documents for line in document.split())


class TestParted:
    def test_all_is_parted_by_wishes(self) -> None:
        assert parted(10, {"a": 3, "b": 2}, {"a": 100, "b": 100}) == {"a": 6, "b": 4}

    def test_what_one_lacks_the_others_get(self) -> None:
        assert parted(12, {"a": 1, "b": 1, "c": 2}, {"a": 1, "b": 9, "c": 99}) == {
            "a": 1,
            "b": 4,
            "c": 7,
        }

    def test_no_one_gets_more_than_there_is(self) -> None:
        assert parted(100, {"a": 1, "b": 5}, {"a": 2, "b": 3}) == {"a": 2, "b": 3}
        assert parted(5, {}, {}) == {}


SOURCES = {
    "x": ("chat", numbered("x", 400)),
    "y": ("chat", numbered("y", 100)),
    "n": ("news", numbered("n", 500)),
    "t": ("tech", numbered("t", 500)),
}
MIXTURE = Mixture({"chat": Share(3), "news": Share(1, joined=0.5)}, evenness=0.5)


class TestDraw:
    def test_registers_have_their_shares_and_sources_theirs(self) -> None:
        found = kinds(draw(SOURCES, MIXTURE, 120, seed=1))
        assert found["x"] == 60
        assert found["y"] == 30
        assert 30 <= found["n"] <= 35
        assert "t" not in found

    def test_a_factor_makes_a_source_rarer(self) -> None:
        mixture = Mixture({"chat": Share(1)}, evenness=0.5, sources={"x": 0.5})
        assert kinds(draw(SOURCES, mixture, 80, seed=1)) == {"x": 40, "y": 40}

    def test_neighbours_are_joined_and_nothing_is_drawn_twice(self) -> None:
        drawn = draw(SOURCES, MIXTURE, 200, seed=1)
        lines = [line for document in drawn for line in document.split()]
        assert len(set(lines)) == len(lines)
        joined = [document.split() for document in drawn if " " in document]
        assert joined
        for run in joined:
            first = int(run[0][1:])
            assert run == [f"n{at}" for at in range(first, first + len(run))]

    def test_a_draw_depends_on_the_seed_alone(self) -> None:
        drawn = [draw(SOURCES, MIXTURE, 50, seed) for seed in (1, 1, 2)]
        assert drawn[0] == drawn[1] != drawn[2]
        fewer = {name: SOURCES[name] for name in ("n", "x", "y")}
        assert draw(fewer, MIXTURE, 50, 1) == drawn[0]

    def test_a_register_that_has_little_gives_all_of_it(self) -> None:
        assert kinds(draw(SOURCES, MIXTURE, 10_000, seed=1)) == {
            "x": 400,
            "y": 100,
            "n": 500,
        }


class TestTidied:
    def test_spaces_are_put_right(self) -> None:
        assert tidied([" 가  나\u00a0다\t라 ", "", "  "], ALLOWED) == ["가 나 다 라"]

    @pytest.mark.parametrize(
        "line",
        [
            "메일은 kim@example.com 입니다",
            "https://example.com 참고",
            "전화 010-1234-5678 주세요",
            "주민번호 900101-1234567",
            "카드 1234 5678 9012 3456",
            "너 이제 꺼져라",
        ],
    )
    def test_private_data_and_coarse_words_are_left_out(self, line: str) -> None:
        assert tidied([line], ALLOWED) == []

    @pytest.mark.parametrize("line", ["2024년 11월 29일", "1,250,000원 입금", "3.14 정도", "@나눔"])
    def test_what_everybody_writes_stays(self, line: str) -> None:
        assert tidied([line], ALLOWED) == [line]


class TestFile:
    def test_what_comes_along_can_be_read(self) -> None:
        mixture = read_mixture(TYPING)
        most = sorted(mixture.registers, key=lambda name: -mixture.registers[name].lines)[:4]
        assert set(most) == {"chat", "everyday", "comment", "review"}

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("registers: {}", r"length >= 1 - at `\$.registers`"),
            ("registers: {chat: {lines: 0}}", r"> 0.* - at `\$.registers\[...\].lines`"),
            ("registers: {chat: {lines: 1, joined: 1}}", r"< 1.*joined"),
            ("registers: {chat: {rows: 1}}", "unknown field `rows`"),
            ("registers: [", "cannot be read"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path: Path, text: str, complaint: str) -> None:
        (tmp_path / "m.yaml").write_text(text)
        with pytest.raises(WorkshopError, match=complaint):
            read_mixture(tmp_path / "m.yaml")
        with pytest.raises(WorkshopError, match="cannot be read"):
            read_mixture(tmp_path / "none.yaml")


def test_a_corpus_is_read_by_its_registers(tmp_path: Path) -> None:
    head = "name repository_or_package licence register train_file permissive_for_training"
    rows = ("talk r CC0 chat talk.txt yes", "docs r MIT tech docs.txt yes")
    table = "\n".join(row.replace(" ", "\t") for row in (head, *rows))
    (tmp_path / "SOURCES.tsv").write_text(table)
    for name in ("talk", "docs"):
        lines = [f"{name}  {at}" for at in range(400)]
        (tmp_path / f"{name}.txt").write_text("\n".join([*lines, "a@b"]))
    texts = read_texts(tmp_path, 5, 30, 1, Mixture({"chat": Share(1)}))
    assert len(texts.train) == 30
    assert all(line.startswith("talk ") for line in texts.train + texts.held_out)
    assert "a@b" not in texts.held_out
    assert texts.sources == ("talk (CC0)",)
