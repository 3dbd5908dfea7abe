# SPDX-License-Identifier: Apache-2.0
"""Stand-ins that make time and probability exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext

import numpy as np

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.ngram.model import Guess
from ime_engine.runtime.base import Forward, IntArray, KVCache
from ime_engine.runtime.loader import LoadedModel
from ime_engine.runtime.manifest import Manifest
from ime_engine.scored import Scored

Row = Mapping[str, float]
Table = Mapping[tuple[str, ...], Row]


class FakeClock:
    """Time that passes only when it is told to, or by `step_s` at every look."""

    def __init__(self, now_s: float = 1000.0, step_s: float = 0.0) -> None:
        self.now_s = now_s
        self.step_s = step_s

    def __call__(self) -> float:
        now_s = self.now_s
        self.now_s += self.step_s
        return now_s

    def advance(self, span_s: float) -> None:
        self.now_s += span_s


class TableModel:
    """A language model whose next-piece probabilities are written out by hand.

    `table` maps the pieces read so far, the longest end of them that it knows,
    to {piece: probability}; what a row leaves out has probability 0. Its KV
    cache is the list of token ids each row has read.
    """

    context_length = 512

    def __init__(self, pieces: Sequence[str], table: Table) -> None:
        self.pieces = tuple(pieces)
        self.vocab_size = len(pieces)
        self.prompts: list[tuple[list[int], int]] = []
        """(token ids, reuse) of every prefill."""

        self.widths: list[int] = []
        """Rows of every extend."""

        self._id = {piece: token for token, piece in enumerate(pieces)}
        self._table = table

    def prefill(
        self, token_ids: Sequence[int], kv: KVCache | None = None, reuse: int = 0
    ) -> Forward:
        self.prompts.append((list(token_ids), reuse))
        if reuse:
            assert kv is not None
            assert kv[0][:reuse] == list(token_ids[:reuse]), "reused what was never read"
        return self._forward([list(token_ids)])

    def extend(self, kv: KVCache, rows: IntArray, token_ids: IntArray) -> Forward:
        self.widths.append(len(rows))
        pairs = zip(rows.tolist(), token_ids.tolist(), strict=True)
        return self._forward([[*kv[row], token] for row, token in pairs])

    def thin(self, kv: KVCache, most: int) -> KVCache:
        return kv

    def _forward(self, read: list[list[int]]) -> Forward:
        logits = np.full((len(read), self.vocab_size), -np.inf, dtype=np.float32)
        for row, tokens in enumerate(read):
            for piece, probability in self._row([self.pieces[t] for t in tokens]).items():
                logits[row, self._id[piece]] = np.log(probability) if probability else -np.inf
        return Forward(logits, read)

    def _row(self, read: Sequence[str]) -> Row:
        for start in range(len(read) + 1):
            if tuple(read[start:]) in self._table:
                return self._table[tuple(read[start:])]
        return {}


def encoder_of(pieces: Sequence[str]) -> Callable[[str], list[int]]:
    """Longest-match tokenizer over `pieces`, spaces as ▁; what it does not know is left out."""

    def encode(text: str) -> list[int]:
        rest = text.replace(" ", "▁")
        token_ids: list[int] = []
        while rest:
            best = max((p for p in pieces if p and rest.startswith(p)), key=len, default="")
            if best:
                token_ids.append(pieces.index(best))
            rest = rest[len(best) or 1 :]
        return token_ids

    return encode


def manifest_of(pieces: Sequence[str]) -> Manifest:
    """The manifest of a table model."""
    return Manifest(
        format=2,
        name="table",
        family="table",
        precision="fp32",
        source={},
        licence="Apache-2.0",
        created="2024-01-01",
        vocab_size=len(pieces),
        context_length=TableModel.context_length,
        layers=1,
        kv_heads=1,
        head_dim=1,
        bos_id=pieces.index("<bos>"),
        eos_ids=[pieces.index("<eos>")],
        word_marker="▁",
        files={},
    )


def loaded_table(pieces: Sequence[str], table: Table) -> LoadedModel:
    """A table model as the loader would hand it out; its pieces hold `<bos>` and `<eos>`."""
    special = frozenset(pieces.index(piece) for piece in ("<bos>", "<eos>"))
    model = TableModel(pieces, table)
    return LoadedModel(
        model,
        manifest_of(pieces),
        tuple(pieces),
        special,
        encoder_of(pieces),
        where=lambda: "cpu",
        alone=model,
        searching=nullcontext,
    )


class TableNGram:
    """An n-gram whose probabilities are written out by hand: the last word of context decides.

    `table` maps that word to {word: probability}; contexts that it does not hold are order 0
    and have the row of "".
    """

    def __init__(self, table: Mapping[str, Row], count: float = 10.0) -> None:
        self._table = table
        self._count = count

    def predict(self, context: Sequence[str], strokes: str = "", limit: int = 20) -> Guess:
        row = {w: p for w, p in self._row(context).items() if strokes_of(w).startswith(strokes)}
        mass = sum(row.values()) if strokes else 1.0
        words = sorted((Scored(w, p / mass) for w, p in row.items()), key=lambda s: -s.probability)
        known = int(bool(context) and context[-1] in self._table)
        return Guess(tuple(words[:limit]), known, self._count, len(row), mass)

    def probabilities(self, context: Sequence[str], eojeols: Iterable[str]) -> dict[str, float]:
        return {eojeol: self._row(context).get(eojeol, 0.0) for eojeol in eojeols}

    def holds(self, eojeol: str) -> bool:
        return any(eojeol in row for row in self._table.values())

    def _row(self, context: Sequence[str]) -> Row:
        last = context[-1] if context else ""
        return self._table.get(last, self._table.get("", {}))
