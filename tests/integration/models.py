# SPDX-License-Identifier: Apache-2.0
"""Tiny models with random weights, in the forms that sources have."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import gguf
import msgspec
import numpy as np

from model_tools.recipe import HubSource, Package, PackageSource, Quantisation, Recipe
from model_tools.safetensors_file import write_safetensors

PIECES = [
    *"▁가나다라마바사아자차카타파하.,!?0123456789abcde",
    "가나",
    "▁가",
    "다라",
    "▁다라",
    "the",
]


def write_gemma3_gguf(path: Path, architecture: str = "gemma3") -> None:
    """Write a Gemma 3 of six layers whose weights are random."""
    random = np.random.default_rng(5)
    special = ["<pad>", "<eos>", "<bos>", "<unk>"]
    octets = [f"<0x{byte:02X}>" for byte in range(256)]
    pieces = [*special, *octets, *PIECES]
    writer = gguf.GGUFWriter(str(path), architecture)
    for name, value in (
        ("block_count", 6),
        ("embedding_length", 64),
        ("attention.head_count", 4),
        ("attention.head_count_kv", 1),
        ("attention.key_length", 16),
        ("attention.sliding_window", 8),
    ):
        writer.add_uint32(f"{architecture}.{name}", value)
    writer.add_float32(f"{architecture}.attention.layer_norm_rms_epsilon", 1e-6)
    writer.add_float32(f"{architecture}.rope.freq_base", 1e6)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(pieces)
    writer.add_token_scores([-float(place) for place in range(len(pieces))])
    writer.add_token_types([3] * 4 + [6] * 256 + [1] * len(PIECES))
    writer.add_pad_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_bos_token_id(2)
    writer.add_unk_token_id(3)

    def add(name: str, *shape: int) -> None:
        values = random.standard_normal(shape) / 8 + (1 if len(shape) == 1 else 0)
        writer.add_tensor(f"{name}.weight", values.astype(np.float32))

    add("token_embd", len(pieces), 64)
    add("output_norm", 64)
    for layer in range(6):
        for name, *shape in (
            ("attn_norm", 64),
            ("attn_q", 64, 64),
            ("attn_k", 16, 64),
            ("attn_v", 16, 64),
            ("attn_q_norm", 16),
            ("attn_k_norm", 16),
            ("attn_output", 64, 64),
            ("post_attention_norm", 64),
            ("ffn_norm", 64),
            ("ffn_gate", 96, 64),
            ("ffn_up", 96, 64),
            ("ffn_down", 64, 96),
            ("post_ffw_norm", 64),
        ):
            add(f"blk.{layer}.{name}", *shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_wheel(folder: Path, name: str, files: dict[str, bytes]) -> str:
    """Write a wheel that pip takes for one; return its digest."""
    stem = name.replace("-", "_")
    information = f"{stem}-1.0.0.dist-info"
    path = folder / f"{stem}-1.0.0-py3-none-any.whl"
    wheel = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n".encode()
    with zipfile.ZipFile(path, "w") as archive:
        for inner, content in files.items():
            archive.writestr(inner, content)
        archive.writestr(f"{information}/METADATA", metadata)
        archive.writestr(f"{information}/WHEEL", wheel)
        archive.writestr(f"{information}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def package_source(wheels: Path, content: bytes) -> PackageSource:
    """Spread a file over two wheels in a folder, and a notice over a third."""
    half = len(content) // 2
    parts = {"tiny-part1": content[:half], "tiny-part2": content[half:]}
    notice = write_wheel(wheels, "tiny", {"tiny/NOTICE.md": b"Made for a test.\n"})
    packages = [Package("tiny", "1.0.0", notice, notice="tiny/NOTICE.md")]
    for name, part in parts.items():
        digest = write_wheel(wheels, name, {f"{name}/part": part})
        packages.append(Package(name, "1.0.0", digest, part=f"{name}/part"))
    return PackageSource("tiny.gguf", hashlib.sha256(content).hexdigest(), packages)


def gemma3_recipe(source: PackageSource) -> Recipe:
    """Make a recipe with everything the default one has."""
    how = Quantisation(["blk.0.*", "*.ffn_down"], 0.6, ["가나 다라.", "다라가나 123!"])
    return Recipe("tiny", "CC0", "None.\n", source, "korean", 64, how)


def gpt2_recipe() -> Recipe:
    """Make a recipe for a folder as `write_gpt2_folder` writes it."""
    source = HubSource("some/tiny", ["config.json"])
    how = Quantisation(["*"])
    return Recipe("tiny-gpt2", "CC0", "None.\n", source, "whole", 32, how, "</s>", ["</s>"])


def write_recipe(folder: Path, recipe: Recipe) -> str:
    """Write a recipe as a file; return its path."""
    path = folder / f"{recipe.name}.yaml"
    path.write_bytes(msgspec.yaml.encode(recipe))
    return str(path)


def write_gpt2_folder(folder: Path, pieces: Sequence[str] = tuple(PIECES)) -> Path:
    """Write a folder like KoGPT2's: two layers, a tokenizer with word markers, safetensors."""
    random = np.random.default_rng(3)
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {piece: place for place, piece in enumerate(["<s>", "</s>", "<unk>", *pieces])}
    merges = [("가", "나"), ("▁", "가"), ("다", "라"), ("▁", "다라")]
    marker = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    model = {"type": "BPE", "unk_token": "<unk>", "vocab": vocabulary, "merges": merges}
    tokenizer = {"version": "1.0", "added_tokens": [], "pre_tokenizer": marker, "model": model}
    (folder / "tokenizer.json").write_bytes(msgspec.json.encode(tokenizer))
    config = {
        "model_type": "gpt2",
        "n_layer": 2,
        "n_embd": 64,
        "n_head": 4,
        "n_positions": 64,
        "vocab_size": len(vocabulary),
    }
    (folder / "config.json").write_bytes(msgspec.json.encode(config))
    shapes: dict[str, tuple[int, ...]] = {
        "wte.weight": (len(vocabulary), 64),
        "wpe.weight": (64, 64),
        "ln_f.weight": (64,),
        "ln_f.bias": (64,),
    }
    for layer in range(2):
        for name, *shape in (
            ("ln_1", 64),
            ("attn.c_attn", 64, 192),
            ("attn.c_proj", 64, 64),
            ("ln_2", 64),
            ("mlp.c_fc", 64, 256),
            ("mlp.c_proj", 256, 64),
        ):
            shapes[f"h.{layer}.{name}.weight"] = tuple(shape)
            shapes[f"h.{layer}.{name}.bias"] = (shape[-1],)
    tensors = {
        f"transformer.{name}": (random.standard_normal(shape) / 6).astype(np.float32)
        for name, shape in shapes.items()
    }
    write_safetensors(folder / "model.safetensors", list(tensors), tensors.__getitem__)
    return folder
