# SPDX-License-Identifier: Apache-2.0
"""Learning for real, on tiny models: the loss falls, a run goes on exactly, a student answers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from model_tools.__main__ import main
from model_tools.training import session
from model_tools.training.curve import Point
from tests.harness.workshop import fails
from tests.integration.training_text import finetune

pytestmark = pytest.mark.usefixtures("one_thread")

LEARNT_NATS = {"lora": 0.5, "full": 2.0}
"""By how much the loss a token must fall at least, of 4.8 at first."""


def stopping_at(step: int) -> Callable[[int], contextlib.AbstractContextManager[object]]:
    """What shows points until somebody presses Ctrl-C."""

    @contextlib.contextmanager
    def shown(steps: int) -> Iterator[Callable[[Point], None]]:
        def show(point: Point) -> None:
            if point.step == step:
                raise KeyboardInterrupt

        yield show

    return shown


def content(result: Path) -> bytes:
    return (result / "model.safetensors" if result.is_dir() else result).read_bytes()


@pytest.mark.parametrize("method", ["lora", "full"])
def test_the_loss_falls(
    method: str, untrained: Path, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, curve = tmp_path / "out.safetensors", tmp_path / "curve.json"
    rate = "0.01" if method == "lora" else "0.003"
    how = ("--method", method, "--steps", "60", "--rate", rate, "--json", str(curve))
    assert main(finetune(untrained, text, out, *how)) == 0
    said = capsys.readouterr()
    assert said.out.startswith("perplexity ")
    assert said.out.count("\n") == 1
    document = json.loads(curve.read_text())
    points = document["curve"]
    assert [point["step"] for point in points] == list(range(61))
    losses = [point["held_out_loss"] for point in points if point["held_out_loss"] is not None]
    assert losses[0] - losses[-1] > LEARNT_NATS[method]
    assert document["perplexity"]["after"] == pytest.approx(np.exp(min(losses)))
    assert all(point["tokens_per_s"] > 0 for point in points[1:])
    assert not out.with_name("out.safetensors.run").exists()


@pytest.mark.parametrize("method", ["lora", "full"])
def test_a_run_that_goes_on_ends_with_the_same_bits(
    method: str,
    untrained: Path,
    text: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    how = ["--method", method, "--steps", "10", "--eval-every", "3", "--save-every", "4"]
    how += ["--accumulate", "2"]
    outs = [tmp_path / f"{name}.safetensors" for name in ("whole", "halved")]
    assert main(finetune(untrained, text, outs[0], *how)) == 0
    with monkeypatch.context() as patched:
        patched.setattr(session, "shown", stopping_at(7))
        capsys.readouterr()
        sentence = fails(capsys, *finetune(untrained, text, outs[1], *how))
    assert "stopped at step 7; the state after step 4 is kept" in sentence
    assert not outs[1].exists()
    assert "--resume goes on" in fails(capsys, *finetune(untrained, text, outs[1], *how))
    assert main(finetune(untrained, text, outs[1], *how, "--resume")) == 0
    assert content(outs[0]) == content(outs[1])


def test_ctrl_c_leaves_the_last_state_and_says_how_to_go_on(
    untrained: Path, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.safetensors"
    command = finetune(
        untrained, text, out, "--steps", "100000", "--save-every", "5", "--eval-every=5"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "model_tools", *command],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while "step 10/" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 1
    assert "the same command with --resume goes on" in rest
    assert "Traceback" not in rest
    assert not out.exists()
    left = {each.name for each in (tmp_path / "out.safetensors.run").iterdir()}
    assert len([name for name in left if name.startswith("step-")]) in (1, 2)
    assert not [name for name in left if name.endswith(".half")]

    other = finetune(
        untrained, text, out, "--steps", "100000", "--save-every", "5", "--eval-every=6"
    )
    assert "eval_every was 5, now it is 6" in fails(capsys, *[*other, "--resume"])
    again = finetune(untrained, text, out, "--steps", "2", "--restart")
    assert main(again) == 0
    assert out.exists()


def test_a_run_that_kept_no_state_is_begun_anew(
    untrained: Path,
    text: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = finetune(untrained, text, tmp_path / "a.safetensors", "--steps", "3")
    with monkeypatch.context() as patched:
        patched.setattr(session, "shown", stopping_at(0))
        sentence = fails(capsys, *command)
    assert "stopped at step 0, before there was a state to go on from" in sentence
    assert "there is no run in" in fails(capsys, *[*command, "--resume"])
    assert main(command) == 0


def test_it_stops_early_where_nothing_gets_better(
    teacher: Path, text: Path, tmp_path: Path
) -> None:
    out, curve = tmp_path / "out", tmp_path / "curve.json"
    how = ("--method", "full", "--steps", "50", "--rate", "0.5", "--eval-every", "1")
    assert main(finetune(teacher, text, out, *how, "--patience", "2", "--json", str(curve))) == 0
    document = json.loads(curve.read_text())
    assert (document["steps"], document["best_step"]) == (2, 0)
    before = AutoModelForCausalLM.from_pretrained(teacher).state_dict()
    after = AutoModelForCausalLM.from_pretrained(out).state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (["--length", "100"], "the model reads 64 tokens at most; --length 100 is more"),
        (["--length", "8000"], "fills no row of 8000 tokens"),
        (["--method", "lora", "--targets", "q_proj"], "nothing is called q_proj"),
        (["--resume"], "there is no run in"),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(
    more: list[str],
    complaint: str,
    untrained: Path,
    text: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out.safetensors"
    assert complaint in fails(capsys, *finetune(untrained, text, out, *more))
    assert not out.exists()


def test_a_loss_that_is_no_number_is_told(
    untrained: Path,
    text: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def no_number(logits: torch.Tensor, ids: torch.Tensor, given: int) -> torch.Tensor:
        return logits.sum() * torch.nan

    monkeypatch.setattr("model_tools.training.learners.hard_loss", no_number)
    sentence = fails(capsys, *finetune(untrained, text, tmp_path / "a.safetensors"))
    assert "at step 1 the loss is no number any more; try a lower --rate" in sentence


def test_places_that_will_not_do_are_refused_first(
    untrained: Path, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "there.safetensors"
    there.touch()
    assert "is there already" in fails(capsys, *finetune(untrained, text, there))
    assert "name it --out" in fails(capsys, *finetune(untrained, text, tmp_path / "adapter"))
    nowhere = tmp_path / "none" / "a.safetensors"
    assert "There is no folder" in fails(capsys, *finetune(untrained, text, nowhere))
    empty = tmp_path / "empty"
    empty.mkdir()
    out = tmp_path / "a.safetensors"
    assert "holds too little text" in fails(capsys, *finetune(untrained, empty, out))
    assert "there is no corpus" in fails(capsys, *finetune(untrained, tmp_path / "gone", out))
    assert "there is no recipe" in fails(capsys, *finetune(Path("nothing"), text, out))
