# SPDX-License-Identifier: Apache-2.0
"""What was learned is what is built: adapters are merged, a student answers over the bus."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from ime_engine.protocol import Query
from ime_engine.runtime.manifest import verify_folder
from ime_engine.service.client import PredictorClient
from model_tools.__main__ import main
from model_tools.adapter import Adapter, fingerprint, merged, read_adapter, write_adapter
from model_tools.recipe import RECIPE_NAME
from model_tools.training.base import adaptable, causal_model, open_base
from model_tools.training.low_rank import add_low_rank, learned_parts
from tests.harness.bus import daemon, owned, private_bus, reached
from tests.harness.workshop import fails
from tests.integration.models import gemma3_recipe, package_source, write_gemma3_gguf, write_recipe
from tests.integration.training_text import STEPS, WHERE, finetune, write_model

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("family", ["gpt2", "gemma3"])
def test_merging_gives_what_was_learned(family: str, untrained: Path, tmp_path: Path) -> None:
    if family == "gpt2":
        base = open_base(str(untrained))
    else:
        write_gemma3_gguf(tmp_path / "tiny.gguf")
        recipe = gemma3_recipe(package_source(tmp_path, (tmp_path / "tiny.gguf").read_bytes()))
        base = open_base(write_recipe(tmp_path, recipe), tmp_path)
    ids = torch.arange(3, 20).reshape(1, -1)
    learned = causal_model(base.source, 32).eval()
    modules = adaptable(base.source, learned)
    add_low_rank(learned, modules, 4, 8.0)
    for module, _ in modules.values():
        torch.nn.init.normal_(module.lora_b, std=0.1)
    parts = learned_parts(modules)
    digest = fingerprint(base.source.tensors, parts)
    write_adapter(tmp_path / "a.safetensors", Adapter(digest, 8.0, parts))
    both = merged(base.source, str(tmp_path / "a.safetensors"))
    with torch.inference_mode():
        expected = learned(ids).logits.numpy()
        got = causal_model(both, 32).eval()(ids).logits.numpy()
        plain = causal_model(base.source, 32).eval()(ids).logits.numpy()
    assert got == pytest.approx(expected, abs=1e-3)
    assert np.abs(got - plain).max() > 0.1


def test_an_adapter_is_merged_by_build_and_is_part_of_what_is_built(
    untrained: Path,
    teacher: Path,
    text: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    adapter = tmp_path / "a.safetensors"
    assert main(finetune(teacher, text, adapter, "--steps", "2")) == 0
    assert read_adapter(adapter).rank == 8
    models = tmp_path / "models"
    build = ["build", str(teacher / RECIPE_NAME), "--source", str(teacher)]
    build += ["--models-dir", str(models)]
    assert main(build) == 0
    plain = verify_folder(models / "teacher")
    capsys.readouterr()
    assert main([*build, "--adapter", str(adapter), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["built"]
    with_it = verify_folder(models / "teacher")
    assert with_it.digest != plain.digest
    assert set(with_it.source) - set(plain.source) == {"adapter"}
    assert "Adapter: Learned from: one, two." in (models / "teacher" / "NOTICE.md").read_text()
    assert main([*build, "--adapter", str(adapter), "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["built"]

    # Each step takes it as well, and what was trimmed with it does not take it again.
    trimmed, exported = tmp_path / "trimmed", tmp_path / "exported"
    source = [str(teacher), "--adapter", str(adapter), "--to"]
    assert main(["trim", *source, str(trimmed)]) == 0
    beside = msgspec.yaml.decode((trimmed / RECIPE_NAME).read_bytes())
    assert "Adapter: Learned from: one, two." in beside["notice"]
    assert main(["export", *source, str(exported)]) == 0
    assert main(["export", str(trimmed), "--to", str(tmp_path / "exported again")]) == 0
    again = verify_folder(tmp_path / "exported again")
    assert again.digest == verify_folder(exported).digest
    capsys.readouterr()

    # The recipe may name it as well, by its place beside the recipe.
    recipe = msgspec.yaml.decode((teacher / RECIPE_NAME).read_bytes())
    named = tmp_path / "named.yaml"
    recipe |= {"adapter": "a.safetensors", "source": {"kind": "folder", "path": str(teacher)}}
    named.write_bytes(msgspec.yaml.encode(recipe))
    by_name = ["build", str(named), "--source", str(teacher), "--models-dir", str(models)]
    assert main([*by_name, "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["built"]

    other = finetune(untrained, text, tmp_path / "b.safetensors", "--steps", "1")
    assert main(other) == 0
    capsys.readouterr()
    wrong = [*build, "--adapter", str(tmp_path / "b.safetensors")]
    assert "was learned on other weights than this model's" in fails(capsys, *wrong)
    assert verify_folder(models / "teacher") == with_it


def test_an_adapter_goes_on_where_it_was_left(
    teacher: Path,
    untrained: Path,
    text: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    how = ("--steps", "40", "--rate", "0.01", "--rank", "4", "--targets", "*.attn_*")
    gained = tmp_path / "gained.json"
    exact = ("--precision", "float32")  # So little is left to learn that bfloat16 would not see it.
    assert main(finetune(teacher, text, first, *how, *exact, "--json", str(gained))) == 0
    after = json.loads(gained.read_text())["perplexity"]["after"]

    # The recipe names it: what is learned next is told by the options and the recipe alone.
    recipe = msgspec.yaml.decode((teacher / RECIPE_NAME).read_bytes())
    recipe |= {"adapter": first.name, "source": {"kind": "folder", "path": str(teacher)}}
    named = tmp_path / "named.yaml"
    named.write_bytes(msgspec.yaml.encode(recipe))
    again = finetune(named, text, second, "--steps", "10", *exact, "--json", str(gained))
    assert main(again) == 0
    perplexity = json.loads(gained.read_text())["perplexity"]
    assert perplexity["before"] == pytest.approx(after, rel=0.01)
    assert perplexity["after"] < perplexity["before"]
    one, two = read_adapter(first), read_adapter(second)
    assert two.parts.keys() == one.parts.keys()
    assert (two.rank, two.alpha, two.base, two.notice) == (4, one.alpha, one.base, one.notice)

    fresh = finetune(named, text, tmp_path / "fresh.safetensors", "--fresh", "--steps", "1")
    assert main([*fresh, "--strength", "0.5"]) == 0
    without = read_adapter(tmp_path / "fresh.safetensors")
    assert (without.rank, without.alpha) == (8, 8.0)

    # It is for the model without the first one, and takes its place when that is built.
    build = ["build", str(named), "--source", str(teacher), "--models-dir", str(tmp_path / "m")]
    assert main([*build, "--adapter", str(second)]) == 0
    capsys.readouterr()
    other = finetune(untrained, text, tmp_path / "no.safetensors", "--adapter", str(first))
    assert "first.safetensors was learned on other weights" in fails(capsys, *other)
    whole = finetune(named, text, tmp_path / "whole", "--method", "full", "--adapter", str(first))
    assert "--adapter goes with --method lora" in fails(capsys, *whole)

    # Merged for good, what it was learned from goes on being told.
    assert main(finetune(named, text, tmp_path / "whole", "--method", "full", "--steps", "1")) == 0
    told = msgspec.yaml.decode((tmp_path / "whole" / RECIPE_NAME).read_bytes())["notice"]
    assert one.notice.strip() in told


async def knows_what_comes_next(
    models: Path, name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ask a daemon with this model how a sentence of the text goes on."""
    settings = {"model": name, "models_dir": str(models), "deadline_ms": 5000}
    with private_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with daemon(address, home, settings) as process:
            await owned(process)
            async with PredictorClient() as client:
                await reached(client, "ready")
                candidates = await client.predict(Query("오늘 친구가 "))
    assert {each.text for each in candidates[:2]} & set(WHERE)


async def test_a_student_answers_over_the_bus(
    teacher: Path, text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = tmp_path / "student.yaml"
    shape.write_text("layers: 1\nhidden: 32\nheads: 2\npositions: 64\n")
    curve, out = tmp_path / "curve.json", tmp_path / "student"
    distill = ["distill", str(teacher), "--student", str(shape), "--text", str(text)]
    distill += ["--out", str(out), *STEPS, "--steps", "60", "--rate", "0.01", "--json", str(curve)]
    assert main(distill) == 0
    gained = json.loads(curve.read_text())["perplexity"]
    assert gained["before"] > 80
    assert gained["after"] < 6
    models = tmp_path / "models"
    build = ["build", str(out / RECIPE_NAME), "--source", str(out), "--models-dir", str(models)]
    assert main(build) == 0
    await knows_what_comes_next(models, "student", tmp_path, monkeypatch)


LLAMA = "family: llama\nconfig: {intermediate_size: 64, num_key_value_heads: 1}\n"


@pytest.mark.parametrize("family", ["", LLAMA], ids=["gpt2", "llama"])
def test_without_a_teacher_the_text_alone_is_learned_by_any_family(
    family: str, untrained: Path, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shape = tmp_path / "student.yaml"
    shape.write_text(f"layers: 1\nhidden: 32\nheads: 2\npositions: 64\n{family}")
    out = tmp_path / "one"
    distill = ["distill", str(untrained), "--student", str(shape), "--text", str(text)]
    distill += [*STEPS, "--alpha", "0", "--init", "random", "--steps", "20", "--rate", "0.01"]
    assert main([*distill, "--out", str(out)]) == 0
    before, after = (float(word) for word in capsys.readouterr().out.split()[1:4:2])
    assert before > 2 * after
    assert main(["build", str(out / RECIPE_NAME), "--models-dir", str(tmp_path / "models")]) == 0
    assert verify_folder(tmp_path / "models" / "one").layers == 1


def test_a_narrower_student_begins_with_what_a_wider_one_has_learned(
    untrained: Path, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def learn(name: str, channels: int, *options: str) -> dict[str, float]:
        shape, curve = tmp_path / f"{name}.yaml", tmp_path / f"{name}.json"
        shape.write_text(
            "family: llama\nlayers: 1\nhidden: 32\nheads: 2\npositions: 64\n"
            f"config: {{intermediate_size: {channels}}}\n"
        )
        distill = ["distill", str(untrained), "--student", str(shape), "--text", str(text)]
        distill += [*STEPS, "--alpha", "0", "--out", str(tmp_path / name), *options]
        assert main([*distill, "--json", str(curve)]) == 0
        gained: dict[str, float] = json.loads(curve.read_text())["perplexity"]
        return gained

    wide = learn("wide", 64, "--init", "random", "--steps", "40", "--rate", "0.01")
    begins = learn("narrow", 40, "--init", str(tmp_path / "wide"), "--steps", "1")["before"]
    assert begins < 0.5 * wide["before"]
    assert open_base(str(tmp_path / "narrow")).source.tensors.tensor(
        "blk.0.ffn_down.weight"
    ).shape == (32, 40)

    capsys.readouterr()
    distill = ["distill", str(untrained), "--text", "unread", "--out", str(tmp_path / "none")]
    mistaken = [*distill, "--student", str(tmp_path / "narrow.yaml"), "--init", "techer"]
    assert "there is no recipe techer" in fails(capsys, *mistaken)
    again = [*distill, "--student", str(tmp_path / "narrow"), "--init", "random"]
    assert "has learned already; leave out --init" in fails(capsys, *again)


def test_a_teacher_with_another_vocabulary_is_refused(
    untrained: Path, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_model(tmp_path / "other", vocabulary=100)
    distill = ["distill", str(untrained), "--student", str(other), "--text", str(text), *STEPS]
    sentence = fails(capsys, *[*distill, "--out", str(tmp_path / "out")])
    assert "has another vocabulary than the teacher" in sentence


async def test_a_model_is_made_from_nothing_but_text_and_goes_on(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shape, first, second = tmp_path / "shape.yaml", tmp_path / "first", tmp_path / "second"
    shape.write_text(f"layers: 1\nhidden: 32\nheads: 2\npositions: 64\n{LLAMA}")
    curve = tmp_path / "curve.json"
    how = ["--text", str(text), *STEPS, "--rate", "0.01", "--json", str(curve)]
    begin = ["pretrain", "--student", str(shape), "--pieces", "160", "--licence", "CC0-1.0"]
    assert main([*begin, "--out", str(first), *how, "--steps", "40"]) == 0
    after = json.loads(curve.read_text())["perplexity"]["after"]
    recipe = msgspec.yaml.decode((first / RECIPE_NAME).read_bytes())
    assert (recipe["name"], recipe["licence"], recipe["context_length"]) == ("first", "CC0-1.0", 64)
    assert recipe["notice"] == "Licence: CC0-1.0.\n\nLearned from: one, two.\n"

    on = ["pretrain", "--student", str(first), "--out", str(second), *how, "--steps", "20"]
    assert main([*on, "--stored", "float16"]) == 0
    sizes = [(folder / "model.safetensors").stat().st_size for folder in (first, second)]
    assert sizes[1] < 0.6 * sizes[0]
    gained = json.loads(curve.read_text())["perplexity"]
    assert gained["before"] == pytest.approx(after, rel=1e-4)
    assert gained["after"] < gained["before"]
    assert msgspec.yaml.decode((second / RECIPE_NAME).read_bytes())["context_length"] == 64

    models = tmp_path / "models"
    build = ["build", str(second / RECIPE_NAME), "--source", str(second)]
    assert main([*build, "--models-dir", str(models)]) == 0
    await knows_what_comes_next(models, "second", tmp_path, monkeypatch)

    capsys.readouterr()
    far = [*begin, "--out", str(tmp_path / "far"), "--text", str(text), "--length", "65"]
    assert "--length 65 is more than the model's positions" in fails(capsys, *far)
