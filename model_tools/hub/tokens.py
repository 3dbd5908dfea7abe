# SPDX-License-Identifier: Apache-2.0
"""The tokenizer of a model in the layout of the Hugging Face hub, and what begins and ends a text.

Of the files of the hub only `tokenizer.json` says whether a text is given a first token: it is
asked for the tokens of an empty text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from tokenizers import Tokenizer

from model_tools.errors import SourceError
from model_tools.hub.config import HubConfig
from model_tools.source import Tokens

__all__ = ["open_tokens", "piece_ids", "with_first"]


def open_tokens(
    content: str, config: HubConfig, bos_token: str | None, eos_tokens: Sequence[str]
) -> Tokens:
    """Read a ``tokenizer.json``.

    Args:
        content: Of the file.
        config: What the file beside it says.
        bos_token: Piece that begins every text; None for what the tokenizer puts there itself.
        eos_tokens: Pieces that end a text; none for those of the configuration.

    Raises:
        SourceError: it is damaged, or lacks one of these tokens.
    """
    ids = piece_ids(content)
    for token in filter(None, (bos_token, *eos_tokens)):
        if token not in ids:
            raise SourceError(f"the tokenizer does not know the token {token}.")
    eos_ids = tuple(ids[token] for token in eos_tokens) or config.eos_ids
    if not eos_ids:
        raise SourceError(
            "config.json does not tell which token ends a text: name it as eos_tokens in a recipe."
        )
    return Tokens(
        json=content,
        kept_ids=tuple(range(config.vocab_size)),
        bos_id=ids[bos_token] if bos_token else _first(content),
        eos_ids=eos_ids,
    )


def piece_ids(content: str) -> dict[str, int]:
    """Read the ids of all pieces out of a ``tokenizer.json``, added ones included."""
    try:
        document = json.loads(content)
        vocabulary = document["model"]["vocab"]
        pieces = vocabulary.items() if isinstance(vocabulary, dict) else _listed(vocabulary)
        ids: dict[str, int] = dict(pieces)
        ids.update({each["content"]: each["id"] for each in document["added_tokens"]})
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError("tokenizer.json cannot be read: it has no vocabulary.") from error
    return ids


def with_first(content: str, first: int | None) -> str:
    """Have a tokenizer put a token before every text, as `open_tokens` and transformers read it.

    Args:
        content: Of a ``tokenizer.json`` that puts none there.
        first: Id of the token; None for none.
    """
    if first is None or _first(content) == first:
        return content
    document = json.loads(content)
    piece = Tokenizer.from_str(content).id_to_token(first)
    begin: list[object] = [{"SpecialToken": {"id": piece, "type_id": 0}}]
    document["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [*begin, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [*begin, *({"Sequence": {"id": name, "type_id": 0}} for name in "AB")],
        "special_tokens": {piece: {"id": piece, "ids": [first], "tokens": [piece]}},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _listed(vocabulary: Sequence[Sequence[object]]) -> list[tuple[str, int]]:
    """Number the pieces of a kind of tokenizer that lists them with their scores."""
    return [(str(piece), at) for at, (piece, _) in enumerate(vocabulary)]


def _first(content: str) -> int | None:
    """Return what the tokenizer puts before every text; None for nothing."""
    try:
        ids = Tokenizer.from_str(content).encode("", add_special_tokens=True).ids
    except Exception as error:
        # tokenizers raises bare Exception for a file it cannot read.
        raise SourceError("tokenizer.json cannot be read.") from error
    return ids[0] if ids else None
