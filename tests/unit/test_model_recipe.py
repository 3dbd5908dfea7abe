# SPDX-License-Identifier: Apache-2.0
"""Recipes: found, typed, and refused with the path of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from model_tools.errors import RecipeError
from model_tools.recipe import load_recipe, recipe_folders, recipes_in
from model_tools.recipe_source import FolderSource, HubSource, Package, PackageSource

MINIMAL = """\
name: small
licence: CC0
notice: none
source: {kind: hub, id: some/model, files: [config.json]}
vocabulary: whole
context_length: 64
quantisation: {rotated: ["*"]}
"""


def written(folder: Path, text: str) -> str:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_shipped_recipes_can_be_read_by_name() -> None:
    default, second = load_recipe("gemma3-270m-ko"), load_recipe("kogpt2-base-v2")
    assert isinstance(default.source, PackageSource)
    assert sum(1 for package in default.source.packages if package.part) == 4
    assert sum(1 for package in default.source.packages if package.notice) == 1
    assert isinstance(second.source, HubSource)
    assert "NonCommercial" in second.notice
    assert (default.acknowledge, second.acknowledge) == (False, True)


def test_a_recipe_is_named_as_its_file_or_folder() -> None:
    for name, path in recipes_in(recipe_folders()[:1]).items():
        assert load_recipe(str(path)).name == name


def test_a_checkpoint_is_found_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    recipe = tmp_path / "small" / "recipe.yaml"
    recipe.write_text(MINIMAL, encoding="utf-8")
    assert load_recipe("small", [tmp_path]).name == "small"
    assert recipes_in([tmp_path]) == {"small": recipe}


def test_the_first_folder_wins(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL)
    assert load_recipe("small", [tmp_path / "missing", tmp_path]).name == "small"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("rotated", "rotate", r"`rotate` - at `\$.quantisation`"),
        ("notice: none", "notice: none\ncolour: red", "contains unknown field `colour`"),
        ("id: some/model", "id: some/model, speed: 3", r"unknown field `speed` - at `\$.source`"),
        ("context_length: 64", "context_length: 4", r"`int` >= 16 - at `\$.context_length`"),
        ("kind: hub", "kind: disk", r"Invalid value 'disk' - at `\$.source.kind`"),
        ('["*"]', '["*"], smoothing: 0.5', r"smoothing needs sentences - at `\$.quantisation"),
        ("name: small", "name: ../small", r"at `\$.name`"),
        ("vocabulary: whole", "vocabulary: [", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(RecipeError, match=complaint) as caught:
        load_recipe(written(tmp_path, MINIMAL.replace(old, new)))
    assert "small.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("{kind: folder}", r"missing required field `path` - at `\$.source`"),
        ('{kind: gguf, path: ""}', r"length >= 1 - at `\$.source.path`"),
        ("{kind: gguf, path: a.gguf, sha256: abc}", r"matching regex.*at `\$.source.sha256`"),
        ("{kind: gguf, path: a.gguf, files: []}", r"unknown field `files` - at `\$.source`"),
        ("{path: a.gguf}", r"missing required field `kind` - at `\$.source`"),
    ],
)
def test_what_is_wrong_with_a_source_is_named(tmp_path: Path, source: str, complaint: str) -> None:
    text = MINIMAL.replace("{kind: hub, id: some/model, files: [config.json]}", source)
    with pytest.raises(RecipeError, match=complaint):
        load_recipe(written(tmp_path, text))


@pytest.mark.parametrize("path", ["sub/model", "./sub/model", "{folder}/sub/model"])
def test_paths_begin_at_the_recipe(tmp_path: Path, path: str) -> None:
    source = f"{{kind: folder, path: {path.format(folder=tmp_path)}}}"
    text = MINIMAL.replace("{kind: hub, id: some/model, files: [config.json]}", source)
    read = load_recipe(written(tmp_path, text)).source
    assert isinstance(read, FolderSource)
    assert read.path == str(tmp_path / "sub" / "model")


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL)
    with pytest.raises(RecipeError, match="there is no recipe large; there are: small"):
        load_recipe("large", [tmp_path])
    with pytest.raises(RecipeError, match="there is no recipe at"):
        load_recipe(str(tmp_path / "large.yaml"))


def test_wheel_name_follows_the_packaging_rules() -> None:
    assert Package("a-b.c", "1.0", "0" * 64).wheel == "a_b_c-1.0-py3-none-any.whl"
