# SPDX-License-Identifier: Apache-2.0
"""Whatever goes wrong, at whatever moment, the model that was there before is whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from ime_engine.runtime.manifest import Manifest, verify_folder
from model_tools.__main__ import main
from tests.integration.models import PIECES, write_gemma3_gguf, write_gpt2_folder
from tests.integration.small_disks import tmpfs

LIMITED = [sys.executable, "-m", "tests.integration.limited"]


@pytest.fixture
def recipe(tmp_path: Path) -> str:
    """A recipe that measures, smooths and quantises a tiny Gemma 3."""
    write_gemma3_gguf(tmp_path / "tiny.gguf")
    path = tmp_path / "tiny.yaml"
    path.write_text(
        "name: tiny\nlicence: CC0\nnotice: None.\nvocabulary: korean\ncontext_length: 64\n"
        "source: {kind: gguf, path: tiny.gguf}\n"
        'quantisation: {rotated: ["*.ffn_down"], smoothing: 0.6, calibration: ["가나 다라."]}\n'
    )
    return str(path)


@pytest.fixture
def large(tmp_path: Path) -> str:
    """A model of which a float32 graph does not fit into 100 MiB beside the code."""
    pieces = [*PIECES, *(f"p{number}" for number in range(40_000))]
    folder = write_gpt2_folder(tmp_path / "large", pieces)
    config = msgspec.json.decode((folder / "config.json").read_bytes())
    (folder / "config.json").write_bytes(msgspec.json.encode(config | {"eos_token_id": 1}))
    return str(folder)


def litter(folder: Path) -> list[str]:
    """What lies in a folder beside the model itself and its lock."""
    names = {each.name for each in folder.iterdir()}
    return sorted(names - {"model", ".model.lock"})


def said(*command: str) -> tuple[int, str]:
    """Run a command in bounds; return its status and the last thing it says."""
    done = subprocess.run(
        [*LIMITED, *command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()[-1]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("precision", "times"), [("int8", "30"), ("int4", "20")])
def test_killed_at_any_moment_the_model_is_whole(
    recipe: str, tmp_path: Path, precision: str, times: str
) -> None:
    models = tmp_path / "models"
    command = ["quantize", recipe, "--precision", precision, "--to", str(models / "model")]
    killing = [*LIMITED, "killed", times, *command]
    seen: list[Manifest] = []
    left_something = 0
    with subprocess.Popen(
        killing,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("0."):
                seen.append(verify_folder(models / "model"))
                left_something += bool(litter(models))
                process.stdin.write("\n")
                process.stdin.flush()
    assert process.returncode == 0
    assert len(seen) == int(times)
    assert left_something > int(times) // 10
    assert main(command) == 0
    assert verify_folder(models / "model").files == seen[0].files
    assert litter(models) == []


@pytest.mark.parametrize("command", ["export", "quantize", "trim"])
def test_a_full_disk_is_told(recipe: str, tmp_path: Path, command: str) -> None:
    models = tmp_path / "models"
    call = [command, recipe, "--to", str(models / "model")]
    status, sentence = said("files", "100000", *call)
    assert (status, sentence[:39]) == (1, "error: there is no room left on the dis")
    assert litter(models) == []
    assert not (models / "model").exists()


def test_a_disk_in_memory_that_is_full_is_told(
    recipe: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with tmpfs(tmp_path / "disk") as disk:
        call = ["quantize", recipe, "--to", str(disk.folder / "model")]
        assert main(call) == 0
        before = verify_folder(disk.folder / "model")
        disk.fill()
        assert main(call) == 1
        assert "no room left on the disk" in capsys.readouterr().err
        assert verify_folder(disk.folder / "model") == before
        disk.free()
        assert litter(disk.folder) == []


@pytest.mark.parametrize("mebibytes", ["60", "100"])
def test_too_little_memory_is_told(large: str, tmp_path: Path, mebibytes: str) -> None:
    models = tmp_path / "models"
    status, sentence = said("memory", mebibytes, "export", large, "--to", str(models / "model"))
    assert (status, sentence) == (1, "error: there is not enough memory.")
    assert litter(models) == []
