# SPDX-License-Identifier: Apache-2.0
"""Settings: who wins, what is refused, and that the documents tell the truth."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import msgspec
import pytest

from ime_engine import paths
from ime_engine.config import (
    KEYS,
    DaemonConfig,
    config_files,
    load_config,
    models_dirs,
    parse_config,
)
from ime_engine.engine import EngineOptions
from ime_engine.errors import ConfigError

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "data" / "config" / "config.yaml"


def written(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


class TestWhoWins:
    def test_without_a_file_the_defaults_hold(self, tmp_path: Path) -> None:
        assert load_config([tmp_path / "none.yaml"]) == DaemonConfig()

    def test_the_user_wins_over_the_site_key_by_key(self, tmp_path: Path) -> None:
        site = written(tmp_path / "site.yaml", "daemon: {deadline_ms: 200, threads: 2}")
        own = written(tmp_path / "own.yaml", "daemon: {threads: 1}")
        config = load_config([site, own])

        assert (config.deadline_ms, config.threads) == (200, 1)

    def test_the_places_are_those_of_xdg(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "xdg"))
        site, own = config_files()

        assert site == tmp_path / "xdg" / "ieum" / "config.yaml"
        assert own == paths.config_file()
        written(own, "daemon: {enabled: off}")
        assert load_config().enabled is False

    @pytest.mark.parametrize(
        "text", ["", "# nothing\n", "daemon:\n", "daemon: {}\n", "engine: {popupdelay: 100}\n"]
    )
    def test_an_empty_file_or_section_changes_nothing(self, tmp_path: Path, text: str) -> None:
        assert load_config([written(tmp_path / "c.yaml", text)]) == DaemonConfig()

    def test_a_byte_order_mark_is_no_obstacle(self, tmp_path: Path) -> None:
        file = written(tmp_path / "c.yaml", b"\xef\xbb\xbfdaemon: {beam_width: 4}")
        assert load_config([file]).beam_width == 4


REFUSED = [
    ("daemon: {beam_widht: 4}", "unknown setting daemon.beam_widht; did you mean daemon.beam_wid"),
    ("daemon: {zzz: 1}", "unknown setting daemon.zzz; known here are model, models_dir"),
    ("demon: {}", "unknown setting demon; did you mean daemon?"),
    ("daemon: {1: 2}", "unknown setting daemon.1;"),
    ("daemon: {threads: two}", "daemon.threads: expected int, got str"),
    ("daemon: {threads: true}", "daemon.threads: expected int, got bool"),
    ("daemon: {threads: 1.5}", "daemon.threads: expected int"),
    ("daemon: {beam_width: 0}", "daemon.beam_width: expected int >= 1"),
    ("daemon: {cache_ttl_s: .nan}", "daemon.cache_ttl_s"),
    ("daemon: {cache_ttl_s: -1}", "daemon.cache_ttl_s: expected float >= 0"),
    ("daemon: {deadline_ms: 100000}", "daemon.deadline_ms: expected int <= 10000"),
    ("daemon: {device: gpu}", "daemon.device: invalid enum value 'gpu'"),
    ("daemon: {enabled: 1}", "daemon.enabled: expected bool"),
    ("daemon: {model: 2024-01-01}", "daemon.model: expected str"),
    ("daemon: {model: ''}", "daemon.model"),
    ("daemon: {model: ../x}", "daemon.model must be a folder name"),
    ("daemon: {models_dir: models}", "daemon.models_dir must be an absolute path"),
    ("daemon: {models_dir: ~nobody-of-this-name/x}", "daemon.models_dir must be an absolute path"),
    ("daemon: [1]", "daemon must be a section"),
    ("engine: 3", "engine must be a section"),
    ("- a list", "must hold the sections daemon and engine"),
    ("daemon: {threads: 1, threads: 2}", "the key threads is written twice"),
    ("daemon:\n  threads: [1", "line 2 is not valid YAML"),
    ("daemon:\n\tthreads: 1", "line 2 is not valid YAML"),
    ("daemon: !!python/object:os.system {}", "is not valid YAML"),
    ("daemon: {threads: \x07}", "is not valid YAML"),
]


class TestWhatIsRefused:
    @pytest.mark.parametrize(("text", "sentence"), REFUSED)
    def test_one_sentence_names_the_file_and_the_setting(self, text: str, sentence: str) -> None:
        with pytest.raises(ConfigError) as refused:
            parse_config(text, "here.yaml")
        told = str(refused.value)

        assert told.startswith("here.yaml:")
        assert sentence in told
        assert told.endswith(".")
        assert "\n" not in told

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        file = written(tmp_path / "c.yaml", "daemon: {}  # 한글".encode("cp949"))
        with pytest.raises(ConfigError, match=r"c\.yaml: byte 14 is not UTF-8"):
            load_config([file])

    def test_a_file_that_cannot_be_one(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="cannot be read"):
            load_config([tmp_path])
        with pytest.raises(ConfigError, match="larger than a megabyte"):
            load_config([written(tmp_path / "c.yaml", b"#" * 1_000_001)])

    def test_a_deeply_nested_file_is_no_crash(self) -> None:
        with pytest.raises(ConfigError):
            parse_config("daemon: " + "[" * 5000, "here.yaml")


class TestModelsDirs:
    def test_the_variable_wins_over_the_setting(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        config = DaemonConfig(models_dir="/set")
        assert models_dirs(config) == (Path("/set"),)
        monkeypatch.setenv("IEUM_MODELS_DIR", str(tmp_path))
        assert models_dirs(config) == (tmp_path,)

    def test_without_either_the_users_folder_comes_first(self) -> None:
        first, *others = models_dirs(DaemonConfig())
        assert first == paths.models_dir()
        assert Path("/usr/share/ieum/models") in others

    def test_a_relative_variable_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("IEUM_MODELS_DIR", "models")
        with pytest.raises(ConfigError, match="IEUM_MODELS_DIR must be an absolute path"):
            models_dirs(DaemonConfig())


class TestDocuments:
    def test_the_shipped_file_holds_every_key_at_its_default(self) -> None:
        section = parse_config(SHIPPED.read_text(encoding="utf-8"), "shipped")

        assert tuple(section) == KEYS
        assert msgspec.convert(section, DaemonConfig) == DaemonConfig()

    def test_the_manual_has_a_row_for_every_key_and_no_other(self) -> None:
        manual = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
        section = manual.partition("## `daemon:`")[2].partition("\n## ")[0]

        assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == KEYS

    def test_the_defaults_are_those_of_the_engine(self) -> None:
        engine, config = EngineOptions(), DaemonConfig()
        shared = {field.name for field in dataclasses.fields(engine)} & set(KEYS)

        assert shared >= {"beam_width", "deadline_ms", "context_tokens", "cache_ttl_s"}
        assert {name: getattr(engine, name) for name in shared} == {
            name: getattr(config, name) for name in shared
        }
