# SPDX-License-Identifier: Apache-2.0
"""What is opened in torch is freed, a card that fails is left, and without one torch stays out."""

from __future__ import annotations

import gc
import json
import logging
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
import torch

from ime_engine.engine import Engine
from ime_engine.errors import ModelMismatchError
from ime_engine.protocol import Query
from ime_engine.runtime import devices
from ime_engine.runtime.fallback import FallbackModel, Place
from ime_engine.runtime.loader import LoadedModel, load_model
from ime_engine.runtime.manifest import read_manifest, verify_folder
from ime_engine.runtime.torch_backend import TORCH_FILES, holds_torch
from ime_engine.runtime.turns import ALONE
from model_tools.__main__ import main
from tests.integration.models import gpt2_recipe, write_gpt2_folder, write_recipe
from tests.integration.torch_models import OPTIONS, build_families, in_torch


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build_families(tmp_path_factory.mktemp("models"))


def models_alive() -> int:
    return sum(issubclass(type(each), torch.nn.Embedding) for each in gc.get_objects())


def test_what_is_unloaded_is_freed(folders: dict[str, Path]) -> None:
    gc.collect()
    before = models_alive()
    engine = Engine(in_torch(folders["gemma3"]), OPTIONS)
    engine.predict(Query("가나 "))
    assert models_alive() > before
    watched = weakref.ref(engine._loaded.model)
    del engine
    gc.collect()

    assert watched() is None
    assert models_alive() == before


def failing(folder: Path, passes: int) -> Place:
    """The model in torch, as on a card that has no memory left after some passes."""
    manifest = read_manifest(folder)
    place = devices.open_in_torch(folder, manifest, 1, ALONE, "cpu")
    session = place.model._session
    run, left = session.run, iter(range(passes))

    def short(*given: object) -> object:
        if next(left, None) is None:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return run(*given)  # type: ignore[arg-type]

    session.run = short  # type: ignore[method-assign, assignment]
    return Place.of("cuda", place.model, place.close)


@pytest.mark.parametrize("passes", [1, 2, 3, 4])
def test_when_the_card_fails_the_question_is_answered_and_the_card_left(
    folders: dict[str, Path], passes: int, caplog: pytest.LogCaptureFixture
) -> None:
    folder = folders["gemma3"]
    manifest = read_manifest(folder)
    exact = Engine(load_model(folder, "cpu", threads=1), OPTIONS).predict(Query("가나 "))
    before = models_alive()
    loaded = load_model(folder, "cpu", threads=1)
    place = devices.choose(
        "auto",
        [lambda: failing(folder, passes)],
        lambda: devices.open_cpu(folder, manifest, 1, ALONE),
    )
    assert isinstance(place, FallbackModel)
    assert place.device == "cuda"
    loaded = LoadedModel(
        place,
        *(loaded.manifest, loaded.pieces, loaded.special, loaded.encode),
        where=lambda: place.device,
        alone=place.by_itself(),
        searching=place.searching,
    )
    engine = Engine(loaded, OPTIONS)
    with caplog.at_level(logging.WARNING):
        found = [engine.predict(Query(before)) for before in ("가나 ", "가나 다라 ")]

    assert [each.text for each in found[0]] == [each.text for each in exact]
    assert loaded.device == "cpu"
    assert [record.message for record in caplog.records] == [
        "the model failed on cuda (OutOfMemoryError) and runs on cpu from now on"
    ]
    gc.collect()
    assert models_alive() == before


def test_the_workshop_builds_weights_for_torch_when_asked_and_keeps_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_gpt2_folder(tmp_path / "source")
    recipe = write_recipe(tmp_path, gpt2_recipe())
    build = ["build", recipe, "--source", str(source), "--models-dir", str(tmp_path), "--json"]

    def result(*more: str) -> tuple[bool, bool]:
        assert main([*build, *more]) == 0
        told = json.loads(capsys.readouterr().out.splitlines()[-1])
        return told["built"], holds_torch(verify_folder(tmp_path / "tiny-gpt2"))

    assert result() == (True, False)
    assert result("--torch") == (True, True)
    assert result() == (False, True)
    assert result("--force") == (True, True)
    assert result("--no-torch") == (True, False)


def test_altered_weights_are_found_when_torch_opens_them(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    for each in folders["gpt2"].iterdir():
        (folder / each.name).write_bytes(each.read_bytes())
    content = bytearray((folder / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "model.safetensors").write_bytes(content)

    load_model(folder, "cpu", threads=1)
    with pytest.raises(ModelMismatchError, match=r"model\.safetensors is damaged"):
        load_model(folder, "cpu", threads=1, runtime="torch")


IMPORTED = """
import sys
from pathlib import Path
from ime_engine.runtime.loader import load_model
loaded = load_model(Path(sys.argv[1]), "auto", 1)
loaded.model.prefill([4, 5])
print(loaded.device, *sorted({"torch", "transformers", "safetensors"} & sys.modules.keys()))
"""


@pytest.mark.skipif(torch.cuda.is_available(), reason="torch is wanted where there is a card")
def test_without_a_card_nothing_of_torch_is_imported(folders: dict[str, Path]) -> None:
    assert {*TORCH_FILES} <= {each.name for each in folders["gpt2"].iterdir()}
    shown = subprocess.run(
        [sys.executable, "-c", IMPORTED, str(folders["gpt2"])],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.split() == ["cpu"]
