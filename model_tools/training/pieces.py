# SPDX-License-Identifier: Apache-2.0
"""A vocabulary of one's own: byte pair encoding learned from the text that a model will read.

    lines ─► words, each with its space before it as ▁ ─┬─ letters ─► merged by how often they meet
                                                        └─ punctuation, symbols, digits ─► alone

No piece joins letters with what ends a word: the decoder reads the end of an eojeol off the first
character of the next piece, so it is exact.

Source: Sennrich et al. 2016, arXiv:1508.07909, by the tokenizers library.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from model_tools.source import Tokens

__all__ = ["BEGIN", "END", "FEWEST", "learn_pieces"]

BEGIN: Final = "<s>"
END: Final = "</s>"
UNKNOWN: Final = "<unk>"

FEWEST: Final = 64
"""Pieces that a vocabulary must have."""

ALPHABET: Final = 3000
"""Characters that are pieces of their own; KS X 1001 has 2,350 syllables."""

ALONE: Final = Regex(r"[\p{P}\p{S}&&[^▁]]")
"""Punctuation and symbols, each by itself; not the mark of a space, a symbol too."""


def learn_pieces(lines: Iterable[str], size: int) -> Tokens:
    """Learn a vocabulary; the same lines make the same one.

    Args:
        lines: Text, one document each, in normal form C.
        size: Most pieces, the three that stand for no text included.
    """
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(prepend_scheme="always"),
            pre_tokenizers.Split(ALONE, "isolated"),
            pre_tokenizers.Digits(individual_digits=True),
        ]
    )
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[UNKNOWN, BEGIN, END],
        limit_alphabet=min(ALPHABET, size // 2),
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer)
    ids = tokenizer.get_vocab()
    return Tokens(tokenizer.to_str(), tuple(range(len(ids))), ids[BEGIN], (ids[END],))
