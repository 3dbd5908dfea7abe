# SPDX-License-Identifier: Apache-2.0
"""Where a model runs is chosen by what is there and what opens; what fails is told in one line."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from ime_engine.errors import ModelError
from ime_engine.runtime import card, devices
from ime_engine.runtime.devices import Device, Opener, choose, open_cards, open_cpu
from ime_engine.runtime.fallback import FallbackModel, Place
from ime_engine.runtime.graph_model import GraphModel
from ime_engine.runtime.manifest import Manifest, read_manifest
from ime_engine.runtime.onnx_backend import OnnxOptions, open_session
from ime_engine.runtime.torch_backend import number_type
from ime_engine.runtime.torch_session import windowed
from ime_engine.runtime.tree import HIDDEN
from ime_engine.runtime.turns import ALONE


@pytest.fixture
def folder(tiny_model_dir: Path) -> Path:
    return tiny_model_dir / "tiny"


@pytest.fixture
def manifest(folder: Path) -> Manifest:
    return read_manifest(folder)


@pytest.fixture
def cpu(folder: Path, manifest: Manifest) -> Opener:
    return lambda: open_cpu(folder, manifest, 1, ALONE)


@pytest.fixture
def card_that_works(cpu: Opener) -> Opener:
    return lambda: Place.of("cuda", cpu().model)


def card_that_is_full() -> Place:
    raise ModelError("torch cannot open tiny on cuda (OutOfMemoryError).")


class Nonsense:
    """A session whose numbers are none, as those of float16 where they are too large."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self.session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)

    def run(self, *given: Any) -> Any:
        return [array * np.nan for array in self.session.run(*given)]


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_the_best_card_that_opens_is_taken(
    device: Device, card_that_works: Opener, cpu: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    place = choose(device, [card_that_is_full, card_that_works, card_that_is_full], cpu)

    assert isinstance(place, FallbackModel)
    assert place.device == "cuda"
    assert [record.message for record in caplog.records] == [
        "a GPU is there and cannot be used: torch cannot open tiny on cuda (OutOfMemoryError)."
    ]


def test_auto_takes_the_cpu_when_no_card_opens(
    cpu: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        place = choose("auto", [card_that_is_full], cpu)

    assert isinstance(place, Place)
    assert place.device == "cpu"
    assert place.model.prefill([4, 5]).logits.shape == (1, place.model.vocab_size)
    assert len(caplog.records) == 1


def test_a_card_that_gives_no_numbers_is_not_taken(
    folder: Path, cpu: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    session = open_session(folder / "model.onnx", OnnxOptions(threads=1))
    place = choose("auto", [lambda: Place.of("cuda", GraphModel(Nonsense(session), 256))], cpu)

    assert place.device == "cpu"
    assert "What the model says on cuda is no number." in caplog.text


def test_no_card_is_asked_when_the_cpu_is_wanted(card_that_works: Opener, cpu: Opener) -> None:
    assert choose("cpu", [card_that_works], cpu).device == "cpu"
    assert choose("auto", [], cpu).device == "cpu"


def test_cuda_that_is_not_there_is_one_clear_sentence(cpu: Opener) -> None:
    with pytest.raises(ModelError, match=r"^No GPU can be used here: .* set device to auto or cpu"):
        choose("cuda", [], cpu)
    with pytest.raises(ModelError, match="OutOfMemoryError"):
        choose("cuda", [card_that_is_full], cpu)


def test_a_folder_without_weights_for_torch_is_never_opened_in_it(
    folder: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "torch_sees_card", lambda: pytest.fail("looked for a card"))
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    assert open_cards(folder, manifest, 1, ALONE) == []
    with pytest.raises(ModelError, match="tiny was built without weights for torch"):
        devices.open_in_torch(folder, manifest, 1, ALONE, "cpu")


def test_onnx_runtime_that_offers_cuda_and_has_none_is_told(
    folder: Path, manifest: Manifest, cpu: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: offered)
    real = open_session

    def opened(path: Path, options: OnnxOptions) -> onnxruntime.InferenceSession:
        assert options.providers == tuple(offered)
        return real(path, OnnxOptions(threads=1))

    monkeypatch.setattr("ime_engine.runtime.onnx_backend.open_session", opened)
    (only,) = open_cards(folder, manifest, 1, ALONE)
    with pytest.raises(ModelError, match="ONNX Runtime finds no CUDA here"):
        only()


@pytest.mark.parametrize("driver", ["libnone-such.so.1", "libc.so.6"])
def test_without_the_driver_there_is_no_card(driver: str) -> None:
    assert not card.has_card(driver)


def test_nothing_is_imported_to_give_back_a_card_that_nobody_used() -> None:
    script = (
        "import sys; from ime_engine.runtime.card import give_back_card; give_back_card();"
        "print('torch' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert shown.stdout == "False\n"


@pytest.mark.parametrize(
    ("capability", "model_type", "numbers"),
    [
        ((9, 0), "gemma3_text", "bfloat16"),
        ((8, 0), "gpt2", "bfloat16"),
        ((7, 5), "gpt2", "float16"),
        ((7, 5), "gemma3_text", "float32"),
    ],
)
def test_the_numbers_are_those_that_the_card_multiplies_and_the_model_fits(
    capability: tuple[int, int], model_type: str, numbers: str
) -> None:
    assert number_type(capability, model_type) == numbers


def test_a_window_counts_the_columns_of_a_text_alone() -> None:
    seen = np.array([[1, 0, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1]], dtype=bool)
    left = np.array([[0, 0, 1, 1, 0, 0], [0, 1, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1]], dtype=bool)
    bias = np.where(seen, np.float32(0), HIDDEN)

    np.testing.assert_array_equal(windowed(bias, 2) == 0, left)
    assert windowed(bias, 2).dtype == np.float32
    np.testing.assert_array_equal(windowed(bias, 6), bias)
