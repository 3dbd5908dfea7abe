# SPDX-License-Identifier: Apache-2.0
"""The files that hold the fitted weights, and what they were fitted for.

<name>.mix.json     model and n-gram: format, ngram and model (digests), weights, spread, notes
personal.mix.json   the user's history beside both: format, weights, notes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from ime_engine.errors import ModelMismatchError
from ime_engine.ranking.evidence import FEATURES
from ime_engine.ranking.mixture import Weights
from ime_engine.ranking.personal import FEATURES as PERSONAL_FEATURES
from ime_engine.ranking.personal import PersonalWeights

__all__ = ["FORMAT", "MixFile", "PersonalFile", "parse_personal", "parse_weights"]

FORMAT: Final = 1

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class MixFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file as it is written."""

    format: int = FORMAT
    ngram: Digest
    """Of the n-gram's counts: weights that were fitted for others are not used."""

    model: Digest
    """Of the model's graph; for people, since other models are trusted alike."""

    weights: dict[str, float]
    """By feature."""

    spread: Annotated[float, msgspec.Meta(ge=0, le=1)]
    """Share of the model's unlisted probability that the n-gram's words get."""

    notes: Mapping[str, str]
    """How they were fitted; for people."""


class PersonalFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file of the history's weights as it is written."""

    format: int = FORMAT
    weights: dict[str, float]
    """By feature of `ranking.personal`."""

    notes: Mapping[str, str]
    """How they were fitted; for people."""


def parse_personal(content: bytes) -> PersonalWeights:
    """Read the weights of the history.

    Raises:
        ModelMismatchError: the file is damaged or of another format.
    """
    try:
        file = msgspec.json.decode(content, type=PersonalFile)
    except msgspec.DecodeError as error:
        raise ModelMismatchError("The weights of the history cannot be read.") from error
    if file.format != FORMAT or not set(file.weights) <= set(PERSONAL_FEATURES):
        raise ModelMismatchError("The weights of the history are of another version.")
    return file.weights


def parse_weights(content: bytes, ngram: str) -> Weights:
    """Read the weights that were fitted for an n-gram.

    Args:
        content: Of the file.
        ngram: Digest of the n-gram that is open.

    Raises:
        ModelMismatchError: the file is damaged, of another format, or for another n-gram.
    """
    try:
        file = msgspec.json.decode(content, type=MixFile)
    except msgspec.DecodeError as error:
        raise ModelMismatchError("The weights of the mixture cannot be read.") from error
    if file.format != FORMAT or not set(file.weights) <= set(FEATURES):
        raise ModelMismatchError("The weights of the mixture are of another version.")
    if file.ngram != ngram:
        raise ModelMismatchError("The weights of the mixture were fitted for another n-gram.")
    return Weights(file.weights, file.spread)
