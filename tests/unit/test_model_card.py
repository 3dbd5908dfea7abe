# SPDX-License-Identifier: Apache-2.0
"""The model card: every heading, what is known, and "unknown" where nothing is."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from ime_engine.runtime.manifest import Manifest
from model_tools.cards.model_card import model_card
from model_tools.recipe import Recipe, load_recipe
from tests.unit.test_report import as_benchmark, as_evaluation, score, share

HEADINGS = [
    "Model details",
    "Intended use",
    "Factors",
    "Metrics",
    "Evaluation data and quantitative analyses",
    "Training data",
    "How it was made",
    "Ethical considerations",
    "Caveats and recommendations",
    "Licence and notice",
]


def manifest(**changes: Any) -> Manifest:
    document = {
        "format": 2,
        "name": "small",
        "family": "gpt2",
        "precision": "int8",
        "source": {"from": "some/model", "model.safetensors": "cd" * 32},
        "licence": "CC BY-NC-SA 4.0",
        "created": "2026-11-23",
        "vocab_size": 51200,
        "context_length": 512,
        "layers": 12,
        "kv_heads": 12,
        "head_dim": 64,
        "bos_id": 1,
        "eos_ids": [1],
        "word_marker": "▁",
        "files": {
            "model.onnx": {"sha256": "ab" * 32, "bytes": 125_000_000},
            "tokenizer.json": {"sha256": "ef" * 32, "bytes": 3_000_000},
        },
    }
    return msgspec.convert(document | changes, Manifest)


@pytest.fixture
def recipe() -> Recipe:
    return load_recipe("kogpt2-base-v2")


def part(card: str, heading: str) -> str:
    return card.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def test_the_headings_are_those_of_model_cards(recipe: Recipe) -> None:
    card = model_card(manifest(), recipe)
    assert re.findall(r"^## (.+)$", card, re.MULTILINE) == HEADINGS
    assert card.startswith("# Model card: small\n")
    assert card.endswith("\n")
    assert "\n\n\n" not in card


def test_it_tells_size_digests_data_licence_and_notice(recipe: Recipe) -> None:
    notice = "No commercial use.\n\nAsk first."
    card = model_card(manifest(), recipe, notice=notice, weights=124_000_000)
    details = part(card, "Model details")
    assert "128 MB" in details
    assert "124.0 million" in details
    assert "51,200 tokens" in details
    assert "ab" * 32 in details
    assert "Korean text" in part(card, "Training data")
    assert "cd" * 32 in part(card, "How it was made")
    assert "kept whole" in part(card, "How it was made")
    assert "forbids commercial use" in part(card, "Caveats and recommendations")
    assert "> No commercial use.\n>\n> Ask first." in part(card, "Licence and notice")


def test_what_nobody_knows_is_called_unknown() -> None:
    card = model_card(manifest(source={}, licence="MIT", precision="fp32"), None)
    assert part(card, "Training data").strip().startswith("Unknown")
    assert "Source: unknown" in part(card, "How it was made")
    assert "is unknown" in part(card, "How it was made")
    assert "Not measured for this card" in part(card, HEADINGS[4])
    assert "commercial" not in part(card, "Caveats and recommendations")
    assert "No notice" in part(card, "Licence and notice")


def test_figures_come_with_their_circumstances_and_without_places(recipe: Recipe) -> None:
    peer = {"name": "ngram", "scores": [score("mean over registers", 0.1, mean=True)]}
    one = as_evaluation(
        command="python -m model_tools evaluate --eval-dir /home/somebody/texts",
        baselines=[{**peer, "ms_per_query": 0.2, "expected_calibration_error": 0.015}],
        expected_calibration_error=0.021,
        scores=[
            {
                **score("chat", 0.2),
                "shares": {"NEA@5": share(0.25)},
                "perplexity": {"value": 35.7, "low": 34.0, "high": 37.7},
            },
            score("mean over registers", 0.2, mean=True),
        ],
    )
    figures = part(model_card(manifest(), recipe, [one], [as_benchmark()]), HEADINGS[4])
    assert "25.0 [20.0–30.0]" in figures
    assert "35.7" in figures
    assert re.search(r"\| ngram +\|.*\| +1\.5 \|", figures)
    assert "--eval-dir texts" in figures
    assert "somebody" not in figures
    assert "daemon RSS" in figures
    assert "seed 1" in figures
