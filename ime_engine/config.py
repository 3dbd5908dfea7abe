# SPDX-License-Identifier: Apache-2.0
"""The daemon's settings: frozen, typed, every field with its unit and range.

    /etc/xdg/ieum/config.yaml    defaults of the site
    ~/.config/ieum/config.yaml   the user's own; wins key by key

A file that does not exist is fine; a key that does not exist, a value of the
wrong type or out of range, broken YAML and bytes that are no UTF-8 are refused
in one sentence that names the file and the setting. The `engine:` section
belongs to the IBus component and is passed over here.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import platformdirs
import yaml

from ime_engine import paths
from ime_engine.errors import ConfigError

__all__ = [
    "MODELS_DIR_VARIABLE",
    "DaemonConfig",
    "config_files",
    "load_config",
    "models_dirs",
    "ngram_dirs",
    "parse_config",
]

MODELS_DIR_VARIABLE: Final = "IEUM_MODELS_DIR"
MAX_BYTES: Final = 1_000_000
SECTIONS: Final = ("daemon", "engine")


class DaemonConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `daemon:` section."""

    model: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "gemma3-270m-ko"
    """Name of the model folder to load; `ieum model list` shows what is there."""

    models_dir: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)] | None = None
    """Absolute folder that holds the model folders, `~` allowed; null is the XDG data folder."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where the model runs: auto (a GPU when one can be used), cpu or cuda."""

    threads: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    """Threads of one forward pass, 0 to 64; 0 takes the machine's cores, at most 2."""

    batch_size: Annotated[int, msgspec.Meta(ge=1, le=8)] = 3
    """Programs whose predictions are searched for at a time, in common passes, 1 to 8."""

    batch_wait_ms: Annotated[float, msgspec.Meta(ge=0, le=100)] = 5.0
    """Milliseconds that a pass of the model waits for those of other programs, 0 to 100."""

    nice: Annotated[int, msgspec.Meta(ge=0, le=19)] = 2
    """How far the model's threads stand back behind other programs, 0 to 19, as of `nice`."""

    deadline_ms: Annotated[int, msgspec.Meta(ge=10, le=10_000)] = 150
    """Milliseconds after which a search returns what it has, 10 to 10,000."""

    beam_width: Annotated[int, msgspec.Meta(ge=1, le=32)] = 10
    """Hypotheses kept per step of the search, 1 to 32; cost grows linearly."""

    context_tokens: Annotated[int, msgspec.Meta(ge=33, le=1024)] = 96
    """Most tokens of the text before the eojeol that the model reads, 33 to 1024."""

    ngram: bool = True
    """Whether counts of everyday Korean take part, and answer alone while there is no model."""

    learn: bool = True
    """Whether what is typed may be kept, for this user alone, and used; `Learning` on the bus."""

    history_entries: Annotated[int, msgspec.Meta(ge=1000, le=1_000_000)] = 100_000
    """Words, pairs and triples of words that are kept at most of each, 1,000 to 1,000,000."""

    history_mib: Annotated[int, msgspec.Meta(ge=1, le=1024)] = 64
    """Size of the history on disk at most, in MiB, 1 to 1,024."""

    history_half_life_days: Annotated[float, msgspec.Meta(ge=1, le=3650)] = 60.0
    """Days after which what was not used again counts half, 1 to 3,650."""

    cache_ttl_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 60.0
    """Seconds for which an answer may be repeated from memory, 0 to 3600; 0 never repeats."""

    cache_entries: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 512
    """Answers kept in memory at most, 0 to 100,000; 0 keeps none."""

    prefetch: bool = True
    """Whether idle time is used to prepare what may be asked next."""

    unload_after_s: Annotated[float, msgspec.Meta(ge=0, le=604_800)] = 1800.0
    """Seconds without a question after which the model's memory is given back, 0 to 604,800
    (a week); the next question brings it back. 0 keeps the model."""

    enabled: bool = True
    """Whether the predictor is on when the daemon starts."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least important message that is written to stderr; typed text never is."""


KEYS: Final = tuple(field.name for field in msgspec.structs.fields(DaemonConfig))


def config_files() -> tuple[Path, ...]:
    """Files that are read, the weakest first."""
    return (platformdirs.site_config_path(paths.APP) / "config.yaml", paths.config_file())


def load_config(files: Sequence[Path] | None = None) -> DaemonConfig:
    """Read the settings; a key in a later file wins over an earlier one.

    Raises:
        ConfigError: A file cannot be read or a setting is wrong; names both.
    """
    merged: dict[str, Any] = {}
    for file in config_files() if files is None else files:
        text = _read(file)
        if text is not None:
            merged |= parse_config(text, str(file))
    return msgspec.convert(merged, DaemonConfig)


def parse_config(text: str, origin: str) -> dict[str, Any]:
    """Check one file; return its `daemon:` section as plain values.

    Args:
        text: YAML.
        origin: What to call the file in an error.

    Raises:
        ConfigError: The YAML is broken or a setting is wrong.
    """
    document = _parse_yaml(text, origin)
    _refuse_unknown(document, SECTIONS, origin, "")
    for name in SECTIONS:
        if not isinstance(document.get(name) or {}, Mapping):
            raise ConfigError(f"{origin}: {name} must be a section of indented keys.")
    section = dict(document.get("daemon") or {})
    _refuse_unknown(section, KEYS, origin, "daemon.")
    try:
        config = msgspec.convert(section, DaemonConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(_sentence(str(error), origin)) from None
    _check_folder(config.models_dir, f"{origin}: daemon.models_dir")
    if not _is_folder_name(config.model):
        raise ConfigError(f"{origin}: daemon.model must be a folder name without a slash.")
    return section


def models_dirs(config: DaemonConfig) -> tuple[Path, ...]:
    """Folders in which models are looked for, the first hit wins.

    Raises:
        ConfigError: IEUM_MODELS_DIR is not absolute.
    """
    variable = os.environ.get(MODELS_DIR_VARIABLE)
    if variable:
        _check_folder(variable, MODELS_DIR_VARIABLE)
        return (Path(variable).expanduser(),)
    if config.models_dir is not None:
        return (Path(config.models_dir).expanduser(),)
    shared = ("/usr/local/share", "/usr/share")
    return (paths.models_dir(), *(Path(root) / paths.APP / "models" for root in shared))


def ngram_dirs() -> tuple[Path, ...]:
    """Folders in which counts are looked for, the first hit wins.

    They are the user's own, this checkout's, the installation's and the machine's.
    """
    own = (paths.ngram_dir(), Path(__file__).resolve().parent.parent / "data" / "ngram")
    shared = (sys.prefix, "/usr/local", "/usr")
    return (*own, *(Path(root) / "share" / paths.APP / "ngram" for root in shared))


def _read(file: Path) -> str | None:
    try:
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}).") from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{file}: larger than a megabyte, which is no settings file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: byte {error.start} is not UTF-8; save it as UTF-8.") from None


def _parse_yaml(text: str, origin: str) -> dict[Any, Any]:
    try:
        document = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f" line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{origin}:{line} is not valid YAML ({error.problem}).") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{origin}: is not valid YAML ({type(error).__name__}).") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigError(f"{origin}: must hold the sections {' and '.join(SECTIONS)}.")
    return document


class _UniqueKeyLoader(yaml.SafeLoader):
    """Refuses a key that is written twice, which YAML forbids and PyYAML lets pass."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value} is written twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _refuse_unknown(found: Mapping[Any, Any], known: Sequence[str], origin: str, path: str) -> None:
    for key in found:
        if key in known:
            continue
        near = difflib.get_close_matches(str(key), known, n=1)
        hint = f"did you mean {path}{near[0]}? " if near else ""
        raise ConfigError(
            f"{origin}: unknown setting {path}{key}; {hint}known here are {', '.join(known)}."
        )


def _sentence(message: str, origin: str) -> str:
    """Turn msgspec's "Expected `int` >= 1 - at `$.threads`" into a sentence."""
    problem, _, place = message.partition(" - at ")
    key = place.strip("`").removeprefix("$.").removeprefix("$")
    wanted = problem[:1].lower() + problem[1:].replace("`", "")
    return f"{origin}: daemon.{key}: {wanted}."


def _check_folder(value: str | None, setting: str) -> None:
    try:
        fine = value is None or ("\0" not in value and Path(value).expanduser().is_absolute())
    except RuntimeError:  # ~nobody: no such home
        fine = False
    if not fine:
        raise ConfigError(f"{setting} must be an absolute path; ~ is allowed.")


def _is_folder_name(name: str) -> bool:
    return not name.startswith(".") and not any(sign in name for sign in "/\\\0")
