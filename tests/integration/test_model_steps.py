# SPDX-License-Identifier: Apache-2.0
"""The single steps, from a source of each kind to candidates of the daemon."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

from ime_engine.engine import Engine, EngineOptions
from ime_engine.hangul.eojeol import is_eojeol
from ime_engine.protocol import Candidate, Query
from ime_engine.runtime.loader import load_model
from ime_engine.runtime.manifest import verify_folder
from ime_engine.service.client import PredictorClient
from model_tools.__main__ import main
from model_tools.hub.source import open_folder
from tests.harness.bus import daemon, owned, private_bus, reached
from tests.harness.workshop import fails
from tests.integration.gguf_models import write_llama_gguf
from tests.integration.hub_models import TEXT, save_model
from tests.integration.models import KOGPT2_SPECIAL, PIECES, write_gpt2_folder

LICENCE = ["--accept-licence", "CC BY-NC-SA 4.0"]
PRECISIONS = ["int8", "int8-weights", "int4", "fp16"]


def result(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    """Run a command that succeeds; return what it says as JSON."""
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    said: dict[str, object] = json.loads(capsys.readouterr().out)
    return said


@pytest.fixture
def kogpt2(tmp_path: Path) -> str:
    """A folder as KoGPT2's: its kind of tokenizer, its control tokens, its number of positions."""
    folder = write_gpt2_folder(
        tmp_path / "kogpt2", PIECES, KOGPT2_SPECIAL, added=True, positions=1024
    )
    return str(folder)


async def asked(models: Path, name: str, scratch: Path, before: str) -> list[Candidate]:
    """Ask a daemon on a bus of its own, with a model that was built."""
    settings = {"model": name, "models_dir": str(models), "deadline_ms": 5000}
    with private_bus() as address, pytest.MonkeyPatch.context() as patched:
        patched.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with daemon(address, scratch, settings) as process:
            await owned(process)
            async with PredictorClient() as client:
                await reached(client, "ready")
                return await client.predict(Query(before))


def candidates(folder: Path, before: str) -> list[str]:
    """Ask the engine of the daemon in this process."""
    engine = Engine(load_model(folder, "cpu", threads=1), EngineOptions(deadline_ms=30_000))
    return [each.text for each in engine.predict(Query(before))]


async def test_kogpt2_goes_the_whole_way(
    kogpt2: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = tmp_path / "models"
    recipe = ["kogpt2-base-v2", "--source", kogpt2, *LICENCE]
    fetched = result(capsys, "fetch", *recipe)
    assert fetched["path"] == kogpt2
    assert set(fetched["sha256"]) == {"config.json", "model.safetensors", "tokenizer.json"}  # type: ignore[call-overload]
    result(capsys, "export", *recipe, "--to", str(models / "whole"))
    for precision in PRECISIONS:
        result(
            capsys, "quantize", *recipe, "--precision", precision, "--to", str(models / precision)
        )

    exact = verify_folder(models / "whole")
    assert (exact.name, exact.precision, exact.family) == ("whole", "fp32", "gpt2")
    assert "NonCommercial" in (models / "whole" / "NOTICE.md").read_text()
    found = await asked(models, "int8", tmp_path, "가나 다라 ")
    assert found
    assert all(each.source == "model" and is_eojeol(each.text) for each in found)
    best = candidates(models / "whole", "가나 다라 ")
    for precision in PRECISIONS:
        assert verify_folder(models / precision).precision == precision
        assert set(candidates(models / precision, "가나 다라 ")[:3]) & set(best)


def test_a_licence_that_has_to_be_accepted_is_asked_for(
    kogpt2: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = ["build", "kogpt2-base-v2", "--source", kogpt2]
    assert 'add --accept-licence "CC BY-NC-SA 4.0"' in fails(capsys, *build)
    assert "another one" in fails(capsys, *build, "--accept-licence", "MIT")
    assert "another one" in fails(capsys, "fetch", "--accept-licence", "MIT")
    models = tmp_path / "home" / "data" / "ieum" / "models"
    assert not models.exists()
    built = result(capsys, *build, "--accept-licence", "cc by-nc-sa  4.0")
    assert built["built"]
    assert not result(capsys, *build)["built"]


@pytest.mark.parametrize("name", ["qwen2", "llama"])
def test_a_folder_with_a_tokenizer_of_bytes_answers_with_eojeols(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_model(name, tmp_path / "folder")
    result(capsys, "export", str(tmp_path / "folder"), "--to", str(tmp_path / "plain"))
    result(capsys, "quantize", str(tmp_path / "folder"), "--to", str(tmp_path / "int8"))

    for folder in ("plain", "int8"):
        manifest = verify_folder(tmp_path / folder)
        assert (manifest.family, manifest.eos_ids) == ("llama", [1])
        assert manifest.bos_id == (0 if name == "llama" else None)
        found = candidates(tmp_path / folder, f"{TEXT[0]} ")
        assert found
        assert all(map(is_eojeol, found))


def test_trim_writes_a_checkpoint_that_every_command_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_model("qwen2", tmp_path / "folder")
    (tmp_path / "small.yaml").write_text(
        "name: small\nlicence: CC0\nnotice: None.\nacknowledge: true\n"
        "source: {kind: folder, path: folder}\nvocabulary: korean\ncontext_length: 64\n"
        'quantisation: {rotated: ["*"]}\n'
    )
    recipe = [str(tmp_path / "small.yaml"), "--accept-licence", "CC0"]
    trimmed = tmp_path / "trimmed"
    kept = result(capsys, "trim", *recipe, "--to", str(trimmed))["tokens"]
    model = AutoModelForCausalLM.from_pretrained(trimmed)
    assert model.config.vocab_size == kept
    assert isinstance(kept, int)
    assert 256 < kept < 420
    tokenizer = AutoTokenizer.from_pretrained(trimmed)
    whole = AutoTokenizer.from_pretrained(tmp_path / "folder")
    for text in TEXT:
        ids = tokenizer(text).input_ids
        assert tokenizer.convert_ids_to_tokens(ids) == whole.tokenize(text)

    assert "has to be accepted" in fails(
        capsys, "export", str(trimmed), "--to", str(tmp_path / "a")
    )
    again = ["--accept-licence", "CC0", "--to"]
    result(capsys, "export", *recipe, "--to", str(tmp_path / "direct"))
    result(capsys, "export", str(trimmed), *again, str(tmp_path / "through"))
    one, other = (verify_folder(tmp_path / name) for name in ("direct", "through"))
    assert one.files["model.onnx"] == other.files["model.onnx"]
    result(capsys, "trim", str(trimmed), *again, str(tmp_path / "twice"))
    assert (tmp_path / "twice" / "model.safetensors").read_bytes() == (
        trimmed / "model.safetensors"
    ).read_bytes()


def test_a_gguf_file_of_the_user_is_a_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_model("llama", tmp_path / "folder")
    path = tmp_path / "Tiny Llama.gguf"
    write_llama_gguf(path, "llama", open_folder(tmp_path / "folder", None, []))
    (tmp_path / "own.yaml").write_text(
        "name: own\nlicence: CC0\nnotice: None.\nvocabulary: korean\ncontext_length: 64\n"
        f"source: {{kind: gguf, path: {path.name}, sha256: {'a' * 64}}}\n"
        'quantisation: {rotated: ["*"]}\n'
    )
    refused = fails(capsys, "build", str(tmp_path / "own.yaml"))
    assert "its digest is not the recipe's" in refused
    plain = result(capsys, "export", str(path), "--to", str(tmp_path / "plain"))
    assert plain["manifest"]["context_length"] == 64  # type: ignore[index]
    recipe = (tmp_path / "own.yaml").read_text().replace(f", sha256: {'a' * 64}", "")
    (tmp_path / "own.yaml").write_text(recipe)
    built = result(capsys, "build", str(tmp_path / "own.yaml"))
    assert built["built"]
    folder = Path(str(built["folder"]))
    assert candidates(folder, f"{TEXT[1]} ")
    assert not result(capsys, "build", str(tmp_path / "own.yaml"))["built"]


def test_a_folder_that_is_something_else_is_left_alone(
    kogpt2: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    for command in ("export", "quantize", "trim"):
        assert "something else" in fails(capsys, command, kogpt2, "--to", str(mine))
    assert (mine / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["fetch", "no-such-recipe"], "there is no recipe no-such-recipe"),
        (["export", "no-such.gguf", "--to", "x"], "there is no file no-such.gguf"),
        (["export", ".", "--to", "x"], "holds no recipe.yaml and no config.json"),
    ],
)
def test_what_is_not_there_is_told(
    arguments: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert complaint in fails(capsys, *arguments)
    assert not (tmp_path / "x").exists()
