# SPDX-License-Identifier: Apache-2.0
"""Makes a 50 kB model folder that keeps every contract of a real one.

    python -m tests.tiny_model.make DIR     writes DIR/tiny

It knows a few dozen pieces of Korean. Its logits are a bigram table, written
down below, plus two layers of attention with seeded random weights over
positions and tokens: small enough to leave the table's order alone, real
enough that a wrong KV cache changes the result.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers

from ime_engine.runtime.manifest import file_entry
from tests.tiny_model.graph import LAYERS, TinyShape, build_graph

__all__ = ["NAME", "build_tiny_model"]

NAME: Final = "tiny"
SEED: Final = 20240101

SPECIAL: Final = ("<pad>", "<eos>", "<bos>", "<unk>")
MARKS: Final = ("\n", ".", ",", "?", "!", "“", "”", "(", ")", "▁")
STEMS: Final = (
    "부탁", "안녕", "감사", "반갑", "좋", "오늘", "날씨", "앞으로", "잘", "정말", "저", "학교",
    "하", "만나", "그", "내일", "회의", "시간", "답변",
)  # fmt: skip
ENDINGS: Final = (
    "드립니다", "드려요", "하세요", "하십니까", "합니다", "해요", "습니다", "네요", "아요",
    "은", "는", "가", "를", "에", "도", "서", "려고", "리고", "ㅋㅋ", "ㅠㅠ", "3", "월",
)  # fmt: skip

USUAL: Final = {"▁정말": 6.0, "▁감사": 5.0, "▁좋": 3.0, "▁그": 2.0, "▁오늘": 1.5, "▁저": 1.0}
"""What begins the next word where the table says nothing else: relative weights."""

ENDED: Final = {".": 6.0, "<eos>": 1.0, "\n": 1.0, ",": 1.0} | USUAL

NEXT: Final[dict[str, dict[str, float]]] = {
    "잘": {"▁부탁": 60.0, "▁하": 5.0, "하": 3.0},
    "부탁": {"드립니다": 30.0, "드려요": 12.0, "해요": 4.0, "▁": 1.0},
    "가": {"▁좋": 40.0, "▁정말": 8.0},
    "좋": {"네요": 20.0, "아요": 12.0, "은": 6.0, "습니다": 4.0},
    "안녕": {"하세요": 40.0, "하십니까": 10.0, "▁": 1.0},
    "감사": {"합니다": 40.0, "해요": 10.0, "드립니다": 6.0},
    "반갑": {"습니다": 30.0, "네요": 8.0},
    "만나": {"서": 20.0},
    "서": {"▁반갑": 30.0},
    "정말": {"▁감사": 20.0, "▁좋": 14.0, "▁반갑": 4.0},
    "오늘": {"▁날씨": 20.0, "은": 6.0, "▁회의": 4.0},
    "날씨": {"가": 20.0, "는": 6.0},
    "앞으로": {"도": 20.0, "는": 2.0},
    "도": {"▁잘": 20.0, "▁감사": 4.0},
    "저": {"는": 20.0, "도": 6.0},
    "는": {"▁학교": 10.0, "▁정말": 6.0},
    "학교": {"에": 20.0, "를": 5.0, "가": 5.0},
    "에": {"▁만나": 8.0, "▁하": 4.0, "▁답변": 6.0},
    "하": {"려고": 20.0, "는": 10.0, "네요": 5.0},
    "그": {"리고": 20.0, "는": 5.0, "▁시간": 5.0},
    "내일": {"▁회의": 10.0, "▁만나": 8.0, "은": 3.0},
    "회의": {"▁시간": 10.0, "는": 8.0, "에": 5.0},
    "시간": {"은": 8.0, "에": 8.0},
    "답변": {"▁부탁": 20.0, "▁감사": 8.0, "드립니다": 8.0},
    "3": {"월": 20.0},
    "\n": {"안녕": 20.0, "감사": 8.0, "오늘": 5.0, "저": 3.0, "그": 2.0, "내일": 2.0},
}
"""By piece, with or without the marker: relative weights of the next one."""


def build_tiny_model(folder: Path) -> Path:
    """Write the model folder `folder`/tiny; the same bytes every time.

    Returns:
        The models directory, `folder` itself.
    """
    home = folder / NAME
    home.mkdir(parents=True, exist_ok=True)
    pieces = _pieces()
    shape = TinyShape(len(pieces))
    onnx.save(build_graph(shape, _bigrams(pieces), SEED), home / "model.onnx")
    _tokenizer(pieces).save(str(home / "tokenizer.json"))
    (home / "NOTICE.md").write_text("Made by a script for tests; Apache-2.0.\n", encoding="utf-8")
    _write_manifest(home, pieces, shape)
    return folder


def _pieces() -> list[str]:
    return [*SPECIAL, *MARKS, *(f"▁{stem}" for stem in STEMS), *STEMS, *ENDINGS]


def _bigrams(pieces: list[str]) -> NDArray[np.float32]:
    """Log-weights (V, V) of the next piece after each."""
    column = {piece: at for at, piece in enumerate(pieces)}
    table = np.full((len(pieces), len(pieces)), -9.0, dtype=np.float32)
    for row, piece in enumerate(pieces):
        for following, weight in _following(piece).items():
            table[row, column[following]] = np.log(weight)
    return table


def _following(piece: str) -> dict[str, float]:
    if piece == "<bos>":
        return NEXT["\n"]
    written = NEXT.get(piece.removeprefix("▁"))
    if piece in ENDINGS:
        return ENDED | (written or {})
    return written or USUAL


def _tokenizer(pieces: list[str]) -> Tokenizer:
    scored = [(piece, -1000.0 if piece in SPECIAL else float(len(piece)) - 10) for piece in pieces]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=pieces.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Replace("▁", " ")
    tokenizer.add_special_tokens([AddedToken(piece, special=True) for piece in SPECIAL])
    return tokenizer


def _write_manifest(home: Path, pieces: list[str], shape: TinyShape) -> None:
    names = ("model.onnx", "tokenizer.json", "NOTICE.md")
    entries = {name: file_entry(home / name) for name in names}
    manifest = {
        "format": 2,
        "name": NAME,
        "family": "tiny",
        "precision": "fp32",
        "source": {"script": "tests/tiny_model/make.py"},
        "licence": "Apache-2.0",
        "created": "2024-01-01",
        "vocab_size": len(pieces),
        "context_length": shape.context_length,
        "layers": LAYERS,
        "kv_heads": shape.kv_heads,
        "head_dim": shape.head_dim,
        "bos_id": pieces.index("<bos>"),
        "eos_ids": [pieces.index("<eos>")],
        "word_marker": "▁",
        "files": {
            name: {"sha256": entry.sha256, "bytes": entry.bytes} for name, entry in entries.items()
        },
    }
    (home / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.write(f"{build_tiny_model(Path(sys.argv[1])) / NAME}\n")
