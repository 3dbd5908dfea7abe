# SPDX-License-Identifier: Apache-2.0
"""The numbers of a model, out of a ``config.json`` as the Hugging Face hub has them.

Files of older versions of transformers say `rope_theta` and `rope_scaling`, newer ones
`rope_parameters`; both are read. What would change the result and cannot be built is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

import msgspec

from model_tools.errors import SourceError
from model_tools.families.gemma3 import Gemma3Shape
from model_tools.families.gpt2 import Gpt2Shape
from model_tools.families.llama import LlamaShape
from model_tools.families.rotary import Llama3Scaling
from model_tools.source import Shape

__all__ = ["HubConfig", "parse_config"]

Count = Annotated[int, msgspec.Meta(ge=1)]

FULL: Final = "full_attention"
SLIDING: Final = "sliding_attention"

GLOBAL_EVERY: Final = 6
"""In Gemma 3, each sixth layer sees the whole context, where the file does not tell."""


LONGEST_CONTEXT: Final = 4096
"""Most tokens a model is ever given: a window as wide hides nothing."""


class _Rotary(msgspec.Struct, frozen=True):
    """How positions are turned."""

    rope_type: str = ""
    type: str = ""
    rope_theta: float | None = None
    factor: float = 1.0
    low_freq_factor: float = 1.0
    high_freq_factor: float = 4.0
    original_max_position_embeddings: int = 8192


class _Named(msgspec.Struct, frozen=True):
    """What every architecture says, known or not."""

    model_type: str


class _Common(_Named, frozen=True):
    """What every family says."""

    vocab_size: Count
    bos_token_id: int | None = None
    eos_token_id: int | list[int] | None = None


class _Gpt2(_Common, frozen=True, kw_only=True):
    n_layer: Count
    n_embd: Count
    n_head: Count
    n_positions: Count
    layer_norm_epsilon: float = 1e-5
    activation_function: str = "gelu_new"
    scale_attn_weights: bool = True
    scale_attn_by_inverse_layer_idx: bool = False


class _Rotated(_Common, frozen=True, kw_only=True):
    """What the families with rotary positions say."""

    hidden_size: Count
    num_hidden_layers: Count
    num_attention_heads: Count
    num_key_value_heads: int | None = None
    head_dim: int | None = None
    max_position_embeddings: Count = 2048
    rms_norm_eps: float = 1e-6
    rope_theta: float | None = None
    rope_scaling: _Rotary | None = None
    rope_parameters: dict[str, Any] | None = None
    attention_bias: bool = False
    sliding_window: int | None = None
    layer_types: list[str] | None = None

    @property
    def heads(self) -> tuple[int, int, int]:
        """Heads of the queries, of the keys and values, and their width."""
        count = self.num_attention_heads
        return count, self.num_key_value_heads or count, self.head_dim or self.hidden_size // count


class _Llama(_Rotated, frozen=True, kw_only=True):
    hidden_act: str = "silu"
    mlp_bias: bool = False
    use_sliding_window: bool | None = None


class _Gemma3(_Rotated, frozen=True, kw_only=True):
    hidden_activation: str = "gelu_pytorch_tanh"
    query_pre_attn_scalar: float = 256.0
    rope_local_base_freq: float = 10_000.0
    sliding_window_pattern: int | None = None
    final_logit_softcapping: float | None = None
    attn_logit_softcapping: float | None = None


@dataclass(frozen=True, slots=True)
class HubConfig:
    """What a ``config.json`` says."""

    shape: Shape
    vocab_size: int
    """Rows of the embedding."""

    eos_ids: tuple[int, ...]
    """Tokens that end a text; empty where the file does not tell."""


def parse_config(content: bytes) -> HubConfig:
    """Read a ``config.json``.

    Raises:
        SourceError: it is damaged, of an unknown architecture, or asks for what cannot be built.
    """
    name = _decoded(content, _Named).model_type
    if name not in READERS:
        known = ", ".join(READERS)
        raise SourceError(
            f"config.json names the architecture {name}, "
            f"and from this format only these can be built: {known}."
        )
    common = _decoded(content, _Common)
    eos = common.eos_token_id
    ids = eos if isinstance(eos, list) else [] if eos is None else [eos]
    return HubConfig(READERS[name](content), common.vocab_size, tuple(ids))


def _gpt2(content: bytes) -> Gpt2Shape:
    config = _decoded(content, _Gpt2)
    _refuse("activation_function", config.activation_function, "gelu_new")
    _refuse("scale_attn_weights", config.scale_attn_weights, True)
    inverse = config.scale_attn_by_inverse_layer_idx
    _refuse("scale_attn_by_inverse_layer_idx", inverse, False)
    return Gpt2Shape(
        layers=config.n_layer,
        hidden=config.n_embd,
        heads=config.n_head,
        positions=config.n_positions,
        epsilon=config.layer_norm_epsilon,
    )


def _llama(content: bytes) -> LlamaShape:
    config = _decoded(content, _Llama)
    _refuse("hidden_act", config.hidden_act, "silu")
    _refuse("attention_bias", config.attention_bias, False)
    _refuse("mlp_bias", config.mlp_bias, False)
    window = LONGEST_CONTEXT if config.use_sliding_window is False else config.sliding_window
    if (window or LONGEST_CONTEXT) < LONGEST_CONTEXT:
        _refuse("sliding_window", config.sliding_window, None)
    base, scaling = _rotary(config, config.rope_parameters, 10_000.0)
    heads, kv_heads, head_dim = config.heads
    return LlamaShape(
        layers=config.num_hidden_layers,
        hidden=config.hidden_size,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=head_dim,
        positions=config.max_position_embeddings,
        epsilon=config.rms_norm_eps,
        rotary_base=base,
        scaling=scaling,
        qkv_bias=config.model_type == "qwen2",
        head_norms=config.model_type == "qwen3",
    )


def _gemma3(content: bytes) -> Gemma3Shape:
    config = _decoded(content, _Gemma3)
    _refuse("hidden_activation", config.hidden_activation, "gelu_pytorch_tanh")
    _refuse("attention_bias", config.attention_bias, False)
    _refuse("final_logit_softcapping", config.final_logit_softcapping, None)
    _refuse("attn_logit_softcapping", config.attn_logit_softcapping, None)
    told = config.rope_parameters or {}
    bases = [
        _rotary(config, told.get(kind), default)
        for kind, default in ((FULL, 1e6), (SLIDING, config.rope_local_base_freq))
    ]
    for _, scaling in bases:
        _refuse("rope_type", scaling, None)
    heads, kv_heads, head_dim = config.heads
    return Gemma3Shape(
        layers=config.num_hidden_layers,
        hidden=config.hidden_size,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=head_dim,
        global_layers=_global_layers(config),
        window=config.sliding_window or config.max_position_embeddings,
        epsilon=config.rms_norm_eps,
        rotary_base=bases[0][0],
        local_rotary_base=config.rope_local_base_freq if not told else bases[1][0],
        query_scale=config.query_pre_attn_scalar**-0.5,
    )


READERS: Final[Mapping[str, Callable[[bytes], Shape]]] = {
    "gemma3_text": _gemma3,
    "gpt2": _gpt2,
    "llama": _llama,
    "mistral": _llama,
    "qwen2": _llama,
    "qwen3": _llama,
}
"""Reader of each architecture, by the name that the file gives it."""

Config = TypeVar("Config", bound=msgspec.Struct)


def _decoded(content: bytes, kind: type[Config]) -> Config:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise SourceError(f"config.json cannot be read: {error}.") from error


def _rotary(
    config: _Rotated, told: Mapping[str, Any] | None, default: float
) -> tuple[float, Llama3Scaling | None]:
    """Return the base of the angles, and what slows them."""
    try:
        newer = None if told is None else msgspec.convert(told, _Rotary)
    except msgspec.ValidationError as error:
        raise SourceError(f"config.json cannot be read: {error} in `rope_parameters`.") from error
    said = newer or config.rope_scaling or _Rotary()
    return said.rope_theta or config.rope_theta or default, _scaling(said)


def _scaling(said: _Rotary) -> Llama3Scaling | None:
    kind = said.rope_type or said.type or "default"
    if kind == "default":
        return None
    if kind != "llama3":
        raise SourceError(f"config.json scales positions by {kind}, which cannot be built.")
    positions = said.original_max_position_embeddings
    return Llama3Scaling(said.factor, said.low_freq_factor, said.high_freq_factor, positions)


def _global_layers(config: _Gemma3) -> frozenset[int]:
    layers = range(config.num_hidden_layers)
    if config.layer_types is not None:
        return frozenset(i for i, kind in zip(layers, config.layer_types) if kind == FULL)  # noqa: B905
    every = config.sliding_window_pattern or GLOBAL_EVERY
    return frozenset(layers[every - 1 :: every])


def _refuse(name: str, value: object, built: object) -> None:
    """Refuse a value that the graphs are not made for."""
    if value != built:
        raise SourceError(f"config.json says {name}: {value}, which cannot be built.")
