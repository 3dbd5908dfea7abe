# SPDX-License-Identifier: Apache-2.0
"""What every card must warn of, and what depends on how a model was made."""

from __future__ import annotations

from ime_engine.runtime.manifest import Manifest
from model_tools.recipe import Recipe

__all__ = ["caveats", "ethics"]

ETHICS = """What the model offers comes from text that it was trained on, and may repeat its
prejudices, or things that were private there. Words of a list of profanity are not offered; no
list is complete. It runs where it is used: what is typed reaches nobody else, and a history is
kept apart from the weights, which it never changes."""


def ethics() -> str:
    """Return what may go wrong for people."""
    return ETHICS


def caveats(manifest: Manifest, recipe: Recipe | None) -> str:
    """Return the limits that follow from how a model was made."""
    points = [
        "It reads what stands before the caret and nothing else; a list rests on at most "
        f"{manifest.context_length} tokens.",
        "Probabilities are of this vocabulary and this way of cutting text; compare models by "
        "figures per eojeol or per syllable, not by token.",
    ]
    if recipe is not None and recipe.vocabulary == "korean":
        points.append(
            "Other languages are nearly gone: tokens of theirs were cut away, and what is left "
            "spells them letter by letter."
        )
    if manifest.precision == "int8":
        points.append(
            "Weights and inputs are of eight bits and fitted to the kind of processor that built "
            "the folder; a list may depend a little on how much was read in one pass."
        )
    elif manifest.precision == "int4":
        points.append("Weights of four bits, rounded plainly, lose accuracy that shows.")
    if "NC" in manifest.licence.replace("-", " ").split():
        points.append("Its licence forbids commercial use.")
    points.append("Measure it on text like your own before you rely on a figure of this card.")
    return "\n".join(f"- {point}" for point in points)
