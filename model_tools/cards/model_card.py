# SPDX-License-Identifier: Apache-2.0
"""A model card: what a model is, what it may be used for, how good it is, where it fails.

    manifest ─┐
    recipe   ─┼─► headings with what is known, and "unknown" where nothing is
    figures  ─┘

Headings after Mitchell et al. 2019, Model Cards for Model Reporting, arXiv:1810.03993.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ime_engine.runtime.manifest import Manifest
from model_tools.cards.figures import numbers
from model_tools.cards.limits import caveats, ethics
from model_tools.recipe import Recipe
from model_tools.reports.input import Benchmark, Evaluation

__all__ = ["model_card"]

ARCHITECTURES: Final = {
    "gemma3": "Gemma 3, a decoder with grouped-query attention and sliding windows",
    "gpt2": "GPT-2, a decoder with learned positions",
    "llama": "Llama style, a decoder with rotary positions and gated feed-forward layers",
}

USE: Final = """
- **Meant for:** the next eojeol, and the rest of one, in the candidate list of 이음, the Korean
  input method; on the user's own machine, without a network.
- **Whose it is:** people who type Korean on Linux, and packagers who choose a model for them.
- **Not meant for:** anything that answers, advises, judges or writes by itself. A list of words is
  no statement of fact, and nobody has read it before it appears.
"""

FACTORS: Final = """
Accuracy differs by register (formal text is usually foreseen better than talk), by how much of the
text comes before, and by whether a word is among those the model was trained on. Names, new words,
dialects and spelling errors are foreseen worst. Figures are by register for that reason; whether
it serves groups of people unequally was not measured.
"""

METRICS: Final = """
NEA@k: share of positions at which the next eojeol is among the first k candidates. KSR: share of
keys that an ideal typist saves. Perplexity per syllable: exp of the negative log-likelihood of the
text by Hangul syllable. Calibration error: mean distance between the probability of the first
candidate and how often it is right, over ten bins. Intervals: 95 %, sentences redrawn. All are
defined in docs/evaluation.md.
"""


def model_card(
    manifest: Manifest,
    recipe: Recipe | None,
    evaluations: Sequence[Evaluation] = (),
    benchmarks: Sequence[Benchmark] = (),
    notice: str = "",
    weights: int | None = None,
) -> str:
    """Write the card as Markdown.

    Args:
        manifest: Of the model's folder.
        recipe: What it was built from; None where there is none of that name.
        evaluations: Of this model.
        benchmarks: Of this model.
        notice: The terms that lie beside the weights.
        weights: Numbers in its matrices; None where they were not counted.
    """
    parts = {
        "Model details": _details(manifest, weights),
        "Intended use": USE,
        "Factors": FACTORS,
        "Metrics": METRICS,
        "Evaluation data and quantitative analyses": numbers(evaluations, benchmarks),
        "Training data": _training(recipe),
        "How it was made": _making(manifest, recipe),
        "Ethical considerations": ethics(),
        "Caveats and recommendations": caveats(manifest, recipe),
        "Licence and notice": _licence(manifest, notice or (recipe.notice if recipe else "")),
    }
    body = "\n\n".join(f"## {heading}\n\n{text.strip()}" for heading, text in parts.items())
    return f"# Model card: {manifest.name}\n\n{body}\n"


def _details(manifest: Manifest, weights: int | None) -> str:
    size = sum(entry.bytes for entry in manifest.files.values()) / 1e6
    counted = "not counted" if weights is None else f"{weights / 1e6:.1f} million in its matrices"
    rows = {
        "Name": manifest.name,
        "Architecture": ARCHITECTURES.get(manifest.family, manifest.family),
        "Weights": f"{counted}; a table that is both input and output counts twice",
        "Stored as": f"{manifest.precision}, {size:.0f} MB in all",
        "Shape": f"{manifest.layers} layers, {manifest.kv_heads} × {manifest.head_dim} keys and "
        f"values, {manifest.vocab_size:,} tokens, "
        f"{manifest.context_length} tokens of context",
        "Built": manifest.created,
        "Digest of the graph (SHA-256)": f"`{manifest.digest}`",
        "Licence": manifest.licence,
        "Questions": "to whoever packaged this folder; on the weights, to their publisher",
    }
    return "\n".join(f"- **{name}:** {value}" for name, value in rows.items())


def _training(recipe: Recipe | None) -> str:
    known = recipe.training_data.strip() if recipe else ""
    return known or "Unknown: the recipe does not tell what the weights were trained on."


def _making(manifest: Manifest, recipe: Recipe | None) -> str:
    lines = [f"- Source: {manifest.source.get('from', 'unknown')}."]
    if recipe is None:
        lines.append("- There is no recipe of this name; how it was cut and stored is unknown.")
    else:
        kept = {"korean": "cut to the tokens of Korean text", "whole": "kept whole"}
        lines.append(f"- Vocabulary: {kept.get(str(recipe.vocabulary), str(recipe.vocabulary))}.")
    lines.append(f"- Precision: {_precision(manifest, recipe)}.")
    digests = {name: digest for name, digest in manifest.source.items() if name != "from"}
    lines += [f"- `{name}`: `{digest}`" for name, digest in digests.items()]
    lines += [f"- `{name}`: `{entry.sha256}`" for name, entry in manifest.files.items()]
    return "\n".join(lines)


def _precision(manifest: Manifest, recipe: Recipe | None) -> str:
    if recipe is None or manifest.precision != "int8":
        return manifest.precision
    how = [f"inputs of {', '.join(f'`{p}`' for p in recipe.quantisation.rotated)} turned"]
    if recipe.quantisation.smoothing:
        count = len(recipe.quantisation.calibration)
        how.append(f"others smoothed by {recipe.quantisation.smoothing:g} on {count} sentences")
    return f"int8; {'; '.join(how)}"


def _licence(manifest: Manifest, notice: str) -> str:
    quoted = "\n".join(f"> {line}".rstrip() for line in notice.strip().splitlines())
    return f"{manifest.licence}.\n\n{quoted or 'No notice lies beside the weights.'}"
