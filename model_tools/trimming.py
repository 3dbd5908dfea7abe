# SPDX-License-Identifier: Apache-2.0
"""`trim`: write a model as a checkpoint of the tokens that its recipe keeps.

    recipe ─► fetch ─► open ─► config.json, model.safetensors, tokenizer.json, recipe.yaml

The folder is one of the hub's layout, which transformers opens. With the recipe in it every
other command takes it for a source.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Final, get_args

import msgspec
from tokenizers import Tokenizer

from ime_engine.paths import cache_dir
from model_tools.adapter import adapter_notice
from model_tools.build import open_source
from model_tools.checkpoint import write_checkpoint
from model_tools.fetch import fetch
from model_tools.given import add_adapter_argument, recipe_of, with_adapter
from model_tools.licence import accept, add_accept_argument
from model_tools.recipe import RECIPE_NAME, Recipe
from model_tools.recipe_source import FolderSource
from model_tools.safetensors_file import Dtype
from model_tools.source import Tokens
from model_tools.stages import stage
from model_tools.staging import check_replaceable, staged

__all__ = ["SUMMARY", "add_arguments", "recipe_beside", "run"]

SUMMARY: Final = "write a model as a checkpoint folder, cut down to the tokens kept"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `run` reads."""
    parser.add_argument("recipe", metavar="SOURCE", help="recipe, checkpoint folder or GGUF file")
    parser.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="folder to write, or to replace"
    )
    parser.add_argument(
        "--source", type=Path, metavar="FOLDER", help="take the source from here, fetch nothing"
    )
    parser.add_argument(
        "--dtype",
        choices=get_args(Dtype),
        default="float32",
        help="how weights are stored (default: %(default)s)",
    )
    add_adapter_argument(parser)
    add_accept_argument(parser)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    """Write a checkpoint and say what it holds; return the exit status."""
    begun = time.monotonic()
    recipe = with_adapter(recipe_of(args.recipe), args.adapter)
    accept(recipe, args.accept_licence)
    check_replaceable(args.to, RECIPE_NAME)
    with staged(args.to) as aside:
        fetched = fetch(recipe.source, args.source, cache_dir() / "downloads")
        source = open_source(recipe, fetched)
        with stage("Writing"):
            write_checkpoint(source, aside, args.dtype, recipe.context_length)
            beside = recipe_beside(recipe, source.tokens, fetched.notice)
            (aside / RECIPE_NAME).write_bytes(msgspec.yaml.encode(beside))
    seconds, kept = round(time.monotonic() - begun, 1), len(source.tokens.kept_ids)
    if args.json:
        result = {"folder": str(args.to), "tokens": kept, "seconds": seconds}
        sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
    else:
        sys.stdout.write(f"{recipe.name}: {kept} tokens kept in {seconds:.0f} s; {args.to}\n")
    return 0


def recipe_beside(recipe: Recipe, tokens: Tokens, notice: str) -> Recipe:
    """Return the recipe for the folder itself, whose terms are those of the recipe given.

    Args:
        recipe: What the folder was made by.
        tokens: Of the model in it.
        notice: Licence notice that came with the source.
    """
    tokenizer = Tokenizer.from_str(tokens.json)
    return msgspec.structs.replace(
        recipe,
        source=FolderSource("."),
        vocabulary="whole",
        notice="\n".join(filter(None, (recipe.notice, notice, adapter_notice(recipe.adapter)))),
        bos_token=None if tokens.bos_id is None else tokenizer.id_to_token(tokens.bos_id),
        eos_tokens=[tokenizer.id_to_token(token) for token in tokens.eos_ids],
        # What it changes is in the folder's weights already.
        adapter=None,
    )
