# SPDX-License-Identifier: Apache-2.0
"""The pure parts of training: rows, rates, when to stop, losses, what is held out, what is told."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from model_tools.errors import RecipeError, WorkshopError
from model_tools.source import Tokens
from model_tools.training.losses import NONE_GIVEN, distillation_loss, hard_loss, soft_loss
from model_tools.training.low_rank import targets_of
from model_tools.training.packing import pack, rows_of_batch
from model_tools.training.schedule import LOWEST, Best, rate_factor
from model_tools.training.student import read_student, take_weights
from model_tools.training.texts import hold_out, never_guessed, read_texts

BOS, EOS = 1, 2


class TestRows:
    def test_documents_are_joined_and_cut_without_a_gap(self) -> None:
        packed = pack([[5, 6, 7], [8], [9, 10, 11, 12]], 4, [BOS], [EOS])
        assert packed.tolist() == [
            [BOS, 5, 6, 7],
            [BOS, EOS, BOS, 8],
            [BOS, EOS, BOS, 9],
            [BOS, 10, 11, 12],
        ]

    def test_a_token_that_begins_and_ends_stands_once_between_two(self) -> None:
        assert pack([[5, 6], [7, 8, 9]], 4, [BOS], []).tolist() == [
            [BOS, 5, 6, BOS],
            [BOS, 7, 8, 9],
        ]

    def test_what_fills_no_row_is_left_out(self) -> None:
        assert pack([[5, 6, 7]], 2, [], []).tolist() == [[5, 6]]
        assert pack([[5, 6]], 3, [BOS], []).tolist() == [[BOS, 5, 6]]
        assert pack([[5]], 2, [], []).shape == (0, 2)
        assert pack([], 2, [BOS], []).shape == (0, 2)

    def test_each_row_comes_once_before_any_comes_again(self) -> None:
        batches = [rows_of_batch(at, 3, 7, seed=4) for at in range(7)]
        read = np.concatenate(batches).tolist()
        assert [sorted(read[at : at + 7]) for at in (0, 7, 14)] == [list(range(7))] * 3
        assert read[:7] != read[7:14]

    def test_what_a_batch_reads_depends_on_its_number_and_the_seed_alone(self) -> None:
        late = rows_of_batch(5, 3, 7, seed=4).tolist()
        assert rows_of_batch(5, 3, 7, seed=4).tolist() == late
        assert rows_of_batch(5, 3, 7, seed=5).tolist() != late

    def test_a_batch_may_be_larger_than_all_rows(self) -> None:
        assert sorted(rows_of_batch(0, 5, 2, seed=1).tolist()) in ([0, 0, 0, 1, 1], [0, 0, 1, 1, 1])


class TestRate:
    def test_it_rises_in_a_line_and_falls_as_half_a_cosine(self) -> None:
        factors = [rate_factor(step, 4, 24) for step in range(25)]
        assert factors[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
        assert factors[14] == pytest.approx((1 + LOWEST) / 2)
        assert factors[24] == pytest.approx(LOWEST)
        assert all(one > other for one, other in itertools.pairwise(factors[4:]))

    def test_without_warm_up_it_begins_at_the_highest(self) -> None:
        assert rate_factor(0, 0, 10) == 1.0
        assert rate_factor(0, 0, 1) == 1.0
        assert rate_factor(99, 0, 10) == pytest.approx(LOWEST)


class TestBest:
    def test_it_counts_how_often_nothing_was_better(self) -> None:
        best = Best()
        for step, loss in enumerate((3.0, 2.0, 2.5, 2.0)):
            best = best.after(step, loss)
        assert best == Best(step=1, loss=2.0, worse=2)
        assert best.is_final(2)
        assert not best.is_final(3)
        assert best.after(4, 1.9) == Best(4, 1.9, 0)

    def test_without_patience_it_never_ends(self) -> None:
        assert not Best(0, 1.0, 1000).is_final(0)

    def test_no_number_is_never_better(self) -> None:
        assert Best(1, 9.0).after(2, math.nan) == Best(1, 9.0, 1)


class TestLosses:
    ids = torch.tensor([[0, 1, 2]])

    def test_surprise_is_at_the_next_token(self) -> None:
        logits = torch.full((1, 3, 4), -100.0)
        logits[0, 0, 1] = logits[0, 1, 2] = 100.0
        assert hard_loss(logits, self.ids).item() == pytest.approx(0.0)
        assert hard_loss(torch.zeros(1, 3, 4), self.ids).item() == pytest.approx(math.log(4))

    def test_a_student_that_says_the_same_has_no_distance(self) -> None:
        logits = torch.randn(2, 5, 7)
        assert soft_loss(logits, logits, torch.zeros(2, 5), 2.0).item() == pytest.approx(
            0.0, abs=1e-6
        )

    def test_distance_is_the_divergence_times_the_squared_temperature(self) -> None:
        teacher, student = torch.tensor([[0.0, 2.0]]), torch.tensor([[0.0, 0.0]])
        said = [torch.stack([each, each], 1) for each in (student, teacher)]
        p = 1 / (1 + math.exp(-1))
        divergence = p * math.log(p / 0.5) + (1 - p) * math.log((1 - p) / 0.5)
        assert soft_loss(said[0], said[1], torch.zeros(1, 2), 2.0).item() == pytest.approx(
            4 * divergence
        )

    def test_what_is_given_is_not_guessed(self) -> None:
        student, teacher = torch.randn(1, 3, 4), torch.randn(1, 3, 4)
        assert hard_loss(student, self.ids, given=2) == hard_loss(student[:, :2], self.ids[:, :2])
        whole = soft_loss(student, teacher, self.ids, 2.0, given=1)
        assert whole == soft_loss(student[:, 1:], teacher[:, 1:], self.ids[:, 1:], 2.0)

    def test_alpha_weighs_the_two(self) -> None:
        student, teacher = torch.randn(1, 3, 4), torch.randn(1, 3, 4)
        hard, soft = hard_loss(student, self.ids), soft_loss(student, teacher, self.ids, 3.0)
        mixed = distillation_loss(student, teacher, self.ids, 0.25, 3.0)
        assert mixed.item() == pytest.approx(0.75 * hard.item() + 0.25 * soft.item())


class TestTexts:
    @pytest.mark.parametrize(
        ("bos", "eos", "given"), [(1, (2,), 1), (1, (1,), NONE_GIVEN), (None, (2,), NONE_GIVEN)]
    )
    def test_what_begins_a_text_is_given_unless_it_ends_one(
        self, bos: int | None, eos: tuple[int, ...], given: int
    ) -> None:
        assert never_guessed(Tokens("", (0,), bos, eos)) == given

    def test_neighbours_are_held_out_together(self) -> None:
        lines = [str(at) for at in range(2000)]
        kept, out = hold_out(lines, 5)
        assert len(out) == 100
        assert sorted(kept + out, key=int) == lines
        assert out[:50] == [str(at) for at in range(int(out[0]), int(out[0]) + 50)]

    @pytest.mark.parametrize("count", [20, 100, 479])
    def test_of_a_short_source_some_is_held_out_too(self, count: int) -> None:
        kept, out = hold_out(["x"] * count, 5)
        assert 0 < len(out) <= count // 5
        assert len(kept) + len(out) == count

    def test_a_folder_of_ones_own_needs_no_table(self, tmp_path: Path) -> None:
        text = "\ufeff" + "\n".join(f" 문장 {at}\u1112\u1161\u11ab \n" for at in range(40))
        (tmp_path / "mine.txt").write_text(text, encoding="utf-8")
        texts = read_texts(tmp_path, 10)
        assert "문장 0한" in texts.train
        assert len(texts.train) == 36
        assert texts.sources == ("mine",)

    def test_with_a_table_only_permitted_files_are_read(self, tmp_path: Path) -> None:
        head = "name repository_or_package licence register train_file permissive_for_training"
        rows = ("good r CC0 chat good.txt yes", "bad r NC chat bad.txt no")
        table = "\n".join(row.replace(" ", "\t") for row in (head, *rows))
        (tmp_path / "SOURCES.tsv").write_text(table)
        for name in ("good", "bad"):
            (tmp_path / f"{name}.txt").write_text(f"{name}\n" * 40)
        texts = read_texts(tmp_path, 10)
        assert set(texts.train + texts.held_out) == {"good"}
        assert texts.sources == ("good (CC0)",)

    def test_lines_are_drawn_by_the_seed(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("\n".join(map(str, range(400))))
        drawn = [read_texts(tmp_path, 5, 10, seed).train for seed in (1, 1, 2)]
        assert len(drawn[0]) == 10
        assert drawn[0] == drawn[1] != drawn[2]

    @pytest.mark.parametrize("content", [None, "", "\n \n", "one line"])
    def test_too_little_text_is_refused(self, tmp_path: Path, content: str | None) -> None:
        if content is not None:
            (tmp_path / "a.txt").write_text(content)
        with pytest.raises(WorkshopError, match="holds too little text"):
            read_texts(tmp_path, 5)


MATRICES = {f"blk.{at}.{part}": (2, 2) for at in range(3) for part in ("attn_q", "ffn_up")}


class TestTargets:
    def test_patterns_choose(self) -> None:
        assert targets_of(MATRICES, ["*.attn_q"]) == [f"blk.{at}.attn_q" for at in range(3)]
        assert targets_of(MATRICES, ["blk.0.*", "blk.2.ffn_up"])[-1] == "blk.2.ffn_up"
        assert targets_of(MATRICES, ["*"]) == list(MATRICES)

    def test_a_pattern_for_nothing_is_refused(self) -> None:
        with pytest.raises(WorkshopError, match=r"nothing is called q_proj; there are attn_q, ffn"):
            targets_of(MATRICES, ["*.attn_q", "q_proj"])


class TestStudent:
    def test_it_begins_as_the_first_layers_of_its_teacher(self) -> None:
        def model(layers: int, hidden: int) -> torch.nn.Module:
            config = AutoConfig.for_model(
                "gpt2", n_layer=layers, n_embd=hidden, n_head=2, n_positions=8, vocab_size=9
            )
            return AutoModelForCausalLM.from_config(config)

        student, teacher, other = model(1, 8), model(3, 8), model(1, 4)
        assert take_weights(student, teacher.state_dict()) == len(student.state_dict())
        theirs = teacher.state_dict()
        assert all(torch.equal(value, theirs[name]) for name, value in student.state_dict().items())
        assert take_weights(other, teacher.state_dict()) == 0

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("layers: 0\nhidden: 8\nheads: 2", r"`int` >= 1 - at `\$.layers`"),
            ("layers: 2\nhidden: 9\nheads: 2", r"9 is no multiple of 2 - at `\$.hidden`"),
            ("layers: 2\nheads: 2", "missing required field `hidden`"),
            ("layers: 2\nhidden: 8\nheads: 2\nwidth: 3", "unknown field `width`"),
            ("layers: [", "cannot be read"),
        ],
    )
    def test_what_is_wrong_with_a_shape_is_named(
        self, tmp_path: Path, text: str, complaint: str
    ) -> None:
        (tmp_path / "student.yaml").write_text(text)
        with pytest.raises(RecipeError, match=complaint):
            read_student(tmp_path / "student.yaml")
        with pytest.raises(RecipeError, match="cannot be read"):
            read_student(tmp_path / "none.yaml")
