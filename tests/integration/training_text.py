# SPDX-License-Identifier: Apache-2.0
"""A few hundred Korean sentences, a tiny model that has read none of them, and how it is taught."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import msgspec
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

STEPS = ("--length", "32", "--batch", "8")
WHEN = ("오늘", "내일", "지금", "아침에", "저녁에", "주말에")
WHO = ("저는", "우리는", "친구가", "동생이", "선생님이")
WHERE = ("학교에서", "집에서", "회사에서", "공원에서")
WHAT = ("밥을 먹습니다.", "책을 읽습니다.", "노래를 부릅니다.", "이야기를 합니다.")


def sentences() -> list[str]:
    """Every sentence of a small grammar, in the same order each time."""
    made = [" ".join(parts) for parts in itertools.product(WHEN, WHO, WHERE, WHAT)]
    random.Random(1).shuffle(made)
    return made


def write_text(folder: Path) -> Path:
    """Write the sentences as two files."""
    folder.mkdir(parents=True)
    made = sentences()
    for name, some in (("one", made[::2]), ("two", made[1::2])):
        (folder / f"{name}.txt").write_text("\n".join(some) + "\n", encoding="utf-8")
    return folder


def write_model(folder: Path, layers: int = 2, vocabulary: int = 160) -> Path:
    """Write a GPT-2 with random weights and KoGPT2's kind of tokenizer as a checkpoint."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    folder.mkdir(parents=True)
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=["<s>", "</s>", "<unk>"], show_progress=False
    )
    tokenizer.train_from_iterator(sentences(), trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    borders = {"bos_token": "</s>", "eos_token": "</s>"}
    (folder / "tokenizer_config.json").write_bytes(msgspec.json.encode(borders))
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=tokenizer.get_vocab_size(),
        n_layer=layers,
        n_embd=64,
        n_head=4,
        n_positions=64,
        bos_token_id=1,
        eos_token_id=1,
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def finetune(model: Path, text: Path, out: Path, *more: str) -> list[str]:
    """Arguments of a short run."""
    return ["finetune", str(model), "--text", str(text), "--out", str(out), *STEPS, *more]
