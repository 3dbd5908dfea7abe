# SPDX-License-Identifier: Apache-2.0
"""A mistake in the settings never stops typing, and one sentence says what to mend."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import yaml

from ibus_component.session import Session
from ibus_component.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]


def load(tmp_path: Path, text: str) -> tuple[Settings, str | None]:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


@pytest.mark.parametrize("text", ["", "engine:\n", "daemon: {anything: 1}\n", "# nothing\n"])
def test_nothing_said_is_no_mistake(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == (Settings(), None)


def test_a_missing_file_is_no_mistake(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.yaml") == (Settings(), None)


def test_what_is_said_counts(tmp_path: Path) -> None:
    settings, mistake = load(
        tmp_path, "engine:\n  popup_delay_ms: 0\n  layout: 3f\n  toggle_keys: [F9, Alt_R]\n"
    )
    assert mistake is None
    assert settings == Settings(popup_delay_ms=0, layout="3f", toggle_keys=("F9", "Alt_R"))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("engine: {popup_delay_ms: 1001}", "`engine.popup_delay_ms`"),
        ("engine: {popup_delay_ms: -1}", "`engine.popup_delay_ms`"),
        ("engine: {popup_delay_ms: soon}", "`engine.popup_delay_ms`"),
        ("engine: {min_confidence: 1.5}", "`engine.min_confidence`"),
        ("engine: {min_confidence: .nan}", "`engine.min_confidence`"),
        ("engine: {page_size: 0}", "`engine.page_size`"),
        ("engine: {page_size: 6}", "`engine.page_size`"),
        ("engine: {layout: qwerty}", "layout `qwerty`"),
        ("engine: {popupdelay: 1}", "popupdelay"),
        ("engine: {toggle_keys: [Hangeul]}", "`Hangeul`"),
        ("engine: {toggle_keys: Hangul}", "`engine.toggle_keys`"),
        ("engine: [1]", "array"),
        ("engin: {}", "`engin`"),
        ("- engine", "sections"),
        ("engine: {", "line 1"),
        ("engine: !!python/object:os.system {}", "YAML"),
        ("\0", "YAML"),
        ("[" * 5000, "deep"),
    ],
)
def test_a_mistake_gives_the_defaults_and_a_sentence(tmp_path: Path, text: str, part: str) -> None:
    settings, mistake = load(tmp_path, text)
    assert settings == Settings()
    assert mistake is not None
    assert part in mistake
    assert "config.yaml" in mistake
    assert "\n" not in mistake


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"engine: \xff")
    settings, mistake = load_settings(path)
    assert settings == Settings()
    assert mistake is not None
    assert "UTF-8" in mistake


def test_a_file_too_large_to_be_settings(tmp_path: Path) -> None:
    _, mistake = load(tmp_path, "#" * 1_000_001)
    assert mistake is not None
    assert "larger" in mistake


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    settings, mistake = load_settings(tmp_path)
    assert settings == Settings()
    assert mistake is not None


def test_the_usual_place_follows_xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "ieum"
    folder.mkdir()
    (folder / "config.yaml").write_text("engine: {predict: false}", encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings, _ = load_settings(None)
    assert not settings.predict
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    assert load_settings(None) == (Settings(), None)


def test_every_layout_offered_can_be_typed_with() -> None:
    for layout in ("2", "2y", "39", "3f", "3s", "3y", "32", "ro", "ahn"):
        Session(Settings(layout=layout))


def test_the_manual_names_every_setting_with_its_default() -> None:
    manual = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    section = manual.partition("## `engine:`")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line[:3] == "| `"]
    told = {row.split("`")[1]: row for row in rows}
    defaults = msgspec.structs.asdict(Settings())
    assert set(told) == set(defaults)
    for name, value in defaults.items():
        if isinstance(value, bool | int | float):
            assert str(value).lower() in told[name].split("|")[2], name


def test_the_shipped_file_holds_every_setting_at_its_default() -> None:
    shipped = ROOT / "data" / "config" / "config.yaml"
    assert load_settings(shipped) == (Settings(), None)
    section = yaml.safe_load(shipped.read_text(encoding="utf-8"))["engine"]
    assert set(section) == set(msgspec.structs.asdict(Settings()))
