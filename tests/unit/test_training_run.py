# SPDX-License-Identifier: Apache-2.0
"""What a run is started with, where it is, what it keeps and what it tells."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import pytest
import torch

from model_tools.errors import WorkshopError
from model_tools.training.arguments import add_shared, number, schedule_of
from model_tools.training.curve import Point, line, perplexity
from model_tools.training.place import enough_memory, find_place, has_fast_bfloat16
from model_tools.training.run_folder import RunFolder, difference
from tests.integration.small_disks import bounded_files


class TestOptions:
    @staticmethod
    def parsed(*given: str) -> argparse.Namespace:
        parser = argparse.ArgumentParser()
        add_shared(parser, 0.1)
        return parser.parse_args(["--text", "x", *given])

    def test_without_steps_each_row_is_read_once(self) -> None:
        schedule = schedule_of(self.parsed("--batch", "4", "--accumulate", "5"), 4000)
        assert (schedule.steps, schedule.warm_up, schedule.eval_every) == (200, 10, 10)
        assert schedule.save_every == schedule.eval_every
        assert schedule_of(self.parsed(), 3).steps == 1

    def test_a_warm_up_without_end_is_refused(self) -> None:
        with pytest.raises(WorkshopError, match="less than the steps, which are 5"):
            schedule_of(self.parsed("--steps", "5", "--warm-up", "5"), 100)

    @pytest.mark.parametrize("text", ["x", "-1", "2", "nan", "inf"])
    def test_numbers_out_of_range_are_refused(self, text: str) -> None:
        with pytest.raises(argparse.ArgumentTypeError, match="from 0 to 1"):
            number(0, 1)(text)
        assert number(0, 1)("0.5") == 0.5


class TestTold:
    def test_a_point_is_one_line(self) -> None:
        assert line(Point(3, 2.5, 2.25, 1234.4, 0.1), 9) == (
            "step 3/9, loss 2.500, held out 2.250, 1,234 tokens/s"
        )
        assert line(Point(0, None, 3.0, None, 0.0), 9) == "step 0/9, held out 3.000"

    def test_perplexity_is_e_to_the_loss(self) -> None:
        assert perplexity(math.log(50)) == pytest.approx(50)
        assert perplexity(1e6) == math.inf

    def test_another_run_is_told_by_what_is_other(self) -> None:
        facts: dict[str, object] = {"rate": 0.1, "text": "a" * 64}
        assert difference(facts, dict(facts)) == ""
        assert difference(facts, facts | {"rate": 0.2}) == "rate was 0.1, now it is 0.2"
        assert difference(facts, facts | {"text": "b" * 64}) == "another text"
        assert difference(facts, facts | {"rank": 8}) == "rank was None, now it is 8"


class TestRunFolder:
    def test_the_last_states_are_kept(self, tmp_path: Path) -> None:
        folder = RunFolder(tmp_path / "run", keep=2)
        with folder.held():
            assert folder.last() is None
            for step in (5, 10, 15):
                folder.save(step, {"step": step, "weights": {"w": torch.ones(2)}})
            assert folder.steps() == [10, 15]
            last = folder.last()
            assert last is not None
            assert last["step"] == 15
        folder.remove()
        assert not folder.path.exists()

    def test_one_process_holds_it_at_a_time(self, tmp_path: Path) -> None:
        with (
            RunFolder(tmp_path / "run", 1).held(),
            pytest.raises(WorkshopError, match="under way already"),
            RunFolder(tmp_path / "run", 1).held(),
        ):
            pass

    def test_a_full_disk_leaves_what_was_there(self, tmp_path: Path) -> None:
        with bounded_files(tmp_path / "disk") as disk:
            folder = RunFolder(disk.folder, 1)
            folder.save(1, {"weights": torch.ones(100)})
            disk.fill()
            with pytest.raises(WorkshopError, match=r"step-000002.pt could not be written to"):
                folder.save(2, {"weights": torch.ones(100_000)})
            disk.free()
            assert [each.name for each in disk.folder.iterdir()] == ["step-000001.pt"]

    def test_damage_is_told(self, tmp_path: Path) -> None:
        folder = RunFolder(tmp_path, 1)
        assert folder.facts() is None
        for content in ("{", "[]"):
            (tmp_path / "run.json").write_text(content)
            with pytest.raises(WorkshopError, match=r"run.json is damaged"):
                folder.facts()
        (tmp_path / "step-000003.pt").write_bytes(b"no state")
        with pytest.raises(WorkshopError, match="missing or damaged"):
            folder.last()
        with pytest.raises(WorkshopError, match="missing or damaged"):
            folder.best()

    def test_what_a_killed_process_left_half_done_is_cleared_away(self, tmp_path: Path) -> None:
        folder = RunFolder(tmp_path / "run", 1)
        folder.path.mkdir()
        (folder.path / "step-000003.pt.half").touch()
        with folder.held():
            assert folder.steps() == []
        assert [each.name for each in folder.path.iterdir()] == ["lock"]
        folder.begin({"rate": 0.1})
        assert folder.facts() == json.loads('{"rate": 0.1}')


class TestPlace:
    @pytest.mark.parametrize(
        "error",
        [
            MemoryError(),
            torch.OutOfMemoryError("CUDA out of memory"),
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"),
        ],
    )
    def test_a_lack_of_memory_is_told_with_a_remedy(self, error: Exception) -> None:
        with (
            pytest.raises(WorkshopError, match=r"not enough memory for 8 rows .* smaller --batch"),
            enough_memory(8, 256),
        ):
            raise error

    def test_other_failures_pass(self) -> None:
        with pytest.raises(RuntimeError, match="shapes"), enough_memory(8, 256):
            raise RuntimeError("shapes differ")

    def test_bfloat16_is_taken_where_it_is_fast(self) -> None:
        assert has_fast_bfloat16({"avx512f", "amx_bf16"})
        assert has_fast_bfloat16({"avx512f", "avx512_bf16"})
        assert not has_fast_bfloat16({"avx512f", "avx512_vnni"})
        assert not find_place("cpu", "float32").bfloat16
        assert find_place("cpu", "bfloat16").bfloat16

    def test_without_torch_it_is_told_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(WorkshopError, match=r"needs torch .* pip install ieum\[torch\]"):
            find_place("auto", "auto")

    def test_a_gpu_that_is_not_there_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("torch.cuda.is_available", lambda: False)
        with pytest.raises(WorkshopError, match="finds no CUDA"):
            find_place("cuda", "auto")
        assert find_place("auto", "float32").device == "cpu"
