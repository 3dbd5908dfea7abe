# SPDX-License-Identifier: Apache-2.0
"""Nouns and their particles, and when a word may be made of them."""

from __future__ import annotations

import pytest

from ime_engine.hangul.keystrokes import strokes_of
from ime_engine.history.habits import Habits, particle_of
from ime_engine.history.particles import EVERY, PARTICLES, agrees
from ime_engine.history.stems import evident, parts_of


class TestParts:
    @pytest.mark.parametrize(
        ("eojeol", "stem", "particle"),
        [
            ("학교에", "학교", "에"),
            ("학교에서", "학교", "에서"),
            ("학교에서는", "학교", "에서는"),
            ("서울로", "서울", "로"),
            ("학원으로", "학원", "으로"),
            ("민준이가", "민준이", "가"),
            ("민준아", "민준", "아"),
            ("민준이랑", "민준", "이랑"),
            ("지수야", "지수", "야"),
            ("PC방에", "PC방", "에"),
            ("학교", "학교", ""),
            ("갔어요", "갔어요", ""),
            # The particle does not agree with what stands before it.
            ("민준가", "민준가", ""),
            ("학교을", "학교을", ""),
            ("서울를", "서울를", ""),
            # One syllable is no stem.
            ("나는", "나는", ""),
        ],
    )
    def test_of_an_eojeol(self, eojeol: str, stem: str, particle: str) -> None:
        assert parts_of(eojeol) == (stem, particle)

    @pytest.mark.parametrize("eojeol", ["", "나", "git", "ㅋㅋ", "네ㅋㅋ"])
    def test_without_a_stem(self, eojeol: str) -> None:
        assert parts_of(eojeol) is None

    @pytest.mark.parametrize("ending", ["vowel", "rieul", "consonant"])
    def test_every_particle_agrees_with_its_ending(self, ending: str) -> None:
        stem = {"vowel": "학교", "rieul": "서울", "consonant": "학원"}[ending]
        shares = next(shares for name, shares in PARTICLES.items() if name == ending)
        assert all(agrees(stem, particle) for particle in shares)

    def test_keys_tell_particles_apart(self) -> None:
        assert {particle_of(strokes_of(particle)) for particle in EVERY} == EVERY


class TestHabits:
    @pytest.mark.parametrize("bare", [True, False])
    @pytest.mark.parametrize("stem", ["학교", "서울", "학원", "삶"])
    def test_shares_sum_to_one(self, stem: str, bare: bool) -> None:
        habits = Habits({strokes_of("는"): 3.0, strokes_of("으로"): 2.0, "zz": 9.0})
        assert sum(habits.after(strokes_of(stem), bare=bare).values()) == pytest.approx(1)

    def test_what_may_not_follow_has_none(self) -> None:
        assert Habits({}).share(strokes_of("학교"), strokes_of("을"), bare=True) == 0

    def test_the_users_own_way_grows(self) -> None:
        stem, particle = strokes_of("민준이"), strokes_of("랑")
        shares = [
            Habits({particle: uses}).share(stem, particle, bare=True) for uses in (0.0, 3.0, 300.0)
        ]
        assert shares == sorted(shares)
        assert shares[0] < 0.02 < 0.8 < shares[-1]


class TestEvident:
    @pytest.mark.parametrize(
        ("stem", "forms"),
        [
            ("민준이", [("가", 2.0)]),
            ("민준", [("이", 1.0), ("아", 1.0)]),
            ("학교", [("에", 1.0), ("에서", 1.0)]),
        ],
    )
    def test_a_noun(self, stem: str, forms: list[tuple[str, float]]) -> None:
        assert evident(stem, forms)

    @pytest.mark.parametrize(
        ("stem", "forms"),
        [
            ("민준이", [("가", 1.0)]),
            ("생각하", [("는", 9.0)]),
            ("먹어", [("도", 9.0), ("만", 1.0)]),
            ("들어", [("가", 9.0), ("도", 1.0)]),
            ("갔어요", [("", 9.0)]),
            ("민준", []),
        ],
    )
    def test_not_sure(self, stem: str, forms: list[tuple[str, float]]) -> None:
        assert not evident(stem, forms)
