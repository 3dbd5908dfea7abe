# SPDX-License-Identifier: Apache-2.0
"""Invented names, the sentences they stand in, and what counts as offered."""

from __future__ import annotations

import numpy as np
import pytest

from ime_engine.errors import ConfigError
from ime_engine.hangul.eojeol import is_eojeol
from model_tools.evaluation.registers import Register
from model_tools.simulation.invented_names import Name, names, slots_in
from model_tools.simulation.names_report import HOME, OTHER, SAME, Found, Tried, looked_at, table
from model_tools.simulation.stories import LATER, Story, Telling, crowded, stories, told

NEWS = Register("news", tuple(f"{at}번째 소식으로 학교를 보았다." for at in range(60)))
LETTERS = Register(
    "letters",
    tuple(f"{at}번째 편지는 학교의 것이다." for at in range(60))
    + tuple(f"{at}번째 편지로 공원을 알렸다." for at in range(60)),
)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


class TestNames:
    def test_as_many_as_are_wanted_each_once_and_none_that_is_known(self) -> None:
        known = {"김"}
        made = names(50, lambda form: form[0] in known, rng())

        assert len({name.text for name in made}) == 50
        assert not [name for name in made if name.text[0] in known]
        assert all(is_eojeol(name.form("이")) for name in made)

    def test_the_same_numbers_make_the_same_names(self) -> None:
        first, second = (names(9, lambda _: False, rng()) for _ in range(2))

        assert first == second

    def test_persons_and_places_in_turn(self) -> None:
        person, place = names(2, lambda _: False, rng())

        assert len(person.text) == 3
        assert ("에게" in person.particles, "에서" in place.particles) == (True, True)

    @pytest.mark.parametrize(
        ("text", "forms"),
        [
            ("한서린", ["한서린이", "한서린을", "한서린과", "한서린의"]),
            ("도하유", ["도하유가", "도하유를", "도하유와", "도하유의"]),
        ],
    )
    def test_particles_agree(self, text: str, forms: list[str]) -> None:
        name = Name(text, ())

        assert [name.form(particle) for particle in ("이", "을", "과", "의")] == forms


class TestSlots:
    def test_a_noun_gives_its_place_and_the_rest_stays(self) -> None:
        (slot,) = slots_in(["어제는 학교에서, 놀았다."])

        assert (slot.before, slot.particle) == ("어제는 ", "에서")
        assert slot.filled("무라골시장에서") == "어제는 무라골시장에서, 놀았다."

    def test_a_particle_is_named_as_it_is_after_a_consonant(self) -> None:
        assert [slot.particle for slot in slots_in(["그 학교를 봤다", "그 공원을 봤다"])] == [
            "을"
        ] * 2

    def test_the_first_eojeol_and_what_is_quoted_give_no_place(self) -> None:
        assert list(slots_in(["학교에서 놀자", "나는 “학교에서” 놀자"])) == []


class TestStories:
    def test_one_home_and_two_other_places_that_are_never_typed(self) -> None:
        planned = stories(names(10, lambda _: False, rng()), NEWS, LETTERS, rng())
        used = [slot.sentence for story in planned for slot in (story.same, story.other)]

        assert len(set(used)) == 20
        assert all(story.same.particle == story.home.particle for story in planned)
        assert all(story.other.particle != story.home.particle for story in planned)
        assert not set(used) & set(NEWS.sentences)

    def test_each_name_is_typed_twice_some_sentences_apart(self) -> None:
        planned = stories(names(5, lambda _: False, rng()), NEWS, LETTERS, rng())
        tellings = told(NEWS, planned)
        typed = [telling.sentence for telling in tellings]

        assert len(typed) == len(NEWS.sentences) + 5
        for story in planned:
            places = [at for at, sentence in enumerate(typed) if story.name.text in sentence]
            assert len(places) == 2
            assert typed[places[0]] == typed[places[1]]
            assert [tellings[at].news for at in places] == [story.name.text, ""]
            assert story.home.sentence not in typed
            assert places[1] - places[0] > LATER or places[1] >= len(NEWS.sentences)

    def test_too_few_sentences_are_told_before_anything_is_typed(self) -> None:
        with pytest.raises(ConfigError, match="fewer names"):
            stories(names(61, lambda _: False, rng()), NEWS, LETTERS, rng())


class TestRoom:
    def one(self, sentence: str) -> Story:
        (slot,) = slots_in([sentence])
        return Story(Name("한서린", ("을",)), slot, slot, slot)

    def test_three_words_used_as_often_leave_none(self) -> None:
        story = self.one("이 학교를 보았다")
        rivals = [Telling(f"이 {word} 보았다") for word in ("책은", "글은", "말은")]

        assert crowded(rivals, [story]) == set()
        assert crowded(rivals * 2, [story]) == {"한서린"}
        assert crowded(rivals[:2] * 9, [story]) == set()

    def test_where_no_word_stands_before_there_is_no_context(self) -> None:
        assert crowded([], [self.one("(1.0) 학교를 보았다")]) == {"한서린"}

    def test_where_one_word_is_known_its_followers_anywhere_count(self) -> None:
        rivals = [
            Telling(f"{at} 그 {word} 보았다") for at in "가나" for word in ("책은", "글은", "말은")
        ]

        assert crowded(rivals, [self.one("(1.0) 그 학교를 보았다")]) == {"한서린"}


class TestReport:
    @pytest.mark.parametrize(("needed", "soon"), [(0, True), (6, True), (7, False), (None, False)])
    def test_soon_is_before_the_last_third(self, needed: int | None, soon: bool) -> None:
        assert Tried(None, needed, 9).soon is soon

    def test_where_it_was_used_nothing_is_typed_elsewhere_all_but_the_last_key(self) -> None:
        assert [looked_at(kind, 9) for kind in (HOME, SAME, OTHER)] == [0, 8, 8]

    def test_shares_and_keys(self) -> None:
        never, third, fifth = Tried(None, None, 9), Tried(3, 0, 9), Tried(5, 0, 9)
        found = [
            Found(HOME, "한서린이", never, third),
            Found(HOME, "한서린을", never, fifth, crowded=True),
            Found(SAME, "한서린이", never, Tried(None, 4, 9)),
            Found(OTHER, "한서린의", third, never),
        ]
        lines = [[cell.strip() for cell in line.split("|")] for line in table(found).splitlines()]

        assert lines[2][2:6] == ["2", "0.0", "50.0 [9.5 to 90.5]", "100.0"]
        assert lines[3][2:5] == ["1", "0.0", "100.0 [20.7 to 100.0]"]
        assert lines[4][2:8] == ["1", "0.0", "100.0 [20.7 to 100.0]", "100.0", "4.0", "9.0"]
        assert lines[5][2:8] == ["1", "100.0", "0.0 [0.0 to 79.3]", "0.0", "9.0", "9.0"]
