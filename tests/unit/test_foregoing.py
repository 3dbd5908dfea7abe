# SPDX-License-Identifier: Apache-2.0
"""What the model is told of earlier messages: the user's own words, and only where they belong."""

from __future__ import annotations

import pytest

from ime_engine.history.foregoing import FIELDS, LEFT, LONG, MOST, Foregoing


class Field:
    """A text field in which all is learned that is typed."""

    def __init__(self, foregoing: Foregoing | None = None, name: str = "chat") -> None:
        self.all = Foregoing(lambda: 0) if foregoing is None else foregoing
        self._name = name

    def learned(self, word: str, before: str) -> None:
        self.all.learned(word, before, self._name)

    def text(self, before: str) -> str:
        return self.all.text(before, self._name)


def written(*messages: str, into: Field | None = None) -> Field:
    """Each message typed into an empty field; every eojeol is learned without its signs."""
    foregoing = Field() if into is None else into
    for message in messages:
        before = ""
        for eojeol in message.split():
            foregoing.learned(eojeol.strip(".,?!“”"), before)
            before += f"{eojeol} "
    return foregoing


def test_an_empty_field_is_read_after_the_last_messages() -> None:
    assert written("회의는 언제예요?", "방은 어디죠").text("") == "회의는 언제예요. 방은 어디죠."


def test_a_message_that_is_being_typed_is_not_read_twice() -> None:
    foregoing = written("회의는 언제예요", "방은 어디")

    assert foregoing.text("방은 어디 ") == "회의는 언제예요."
    assert foregoing.text("방은 어디 있는지 ") == "회의는 언제예요."


def test_what_comes_before_stays_the_same_while_a_message_grows() -> None:
    """Else what the model has read so far would have to be read anew with each word."""
    foregoing, before = written("회의는 언제예요", "회의는 세 시예요"), ""
    seen = []
    for eojeol in ("회의는", "세", "시군요"):
        seen.append(foregoing.text(before))
        before += f"{eojeol} "
        seen.append(foregoing.text(before))  # typed, and not learned yet
        foregoing.learned(eojeol, before.removesuffix(f"{eojeol} "))
    assert set(seen) == {"회의는 언제예요. 회의는 세 시예요."}


def test_signs_are_known_once_something_is_written_after_them() -> None:
    assert written("네, “그래요.” 좋아요").text("") == "네, “그래요.” 좋아요."


@pytest.mark.parametrize(
    "before",
    ["첨부한 파일을 ", "남이 쓴 글이 여기 있고 ", "가" * (LONG + 1), "회의는 " * 80],
    ids=["another text", "somebody's text", "long", "long and begun alike"],
)
def test_another_text_is_read_alone(before: str) -> None:
    assert written("회의는 언제예요").text(before) == ""


def test_who_goes_to_another_text_and_types_there_leaves_the_messages_behind() -> None:
    foregoing = written("회의는 언제예요")
    foregoing.learned("검토했습니다", "남이 쓴 보고서를 ")

    assert foregoing.text("") == "검토했습니다."
    assert foregoing.text("남이 쓴 보고서를 검토했습니다 ") == ""


def test_what_was_not_learned_may_stand_between() -> None:
    foregoing = written("전화는")
    foregoing.learned("이에요", "전화는 010 1234 5678 ")

    assert foregoing.text("") == "전화는 이에요."
    assert foregoing.text("전화는 010 1234 5678 이에요 ") == ""


def test_a_message_that_begins_with_what_is_no_word() -> None:
    foregoing = written("언제예요")
    foregoing.learned("시에", "3 ")

    assert foregoing.text("3 시에 ") == "언제예요."
    assert foregoing.text("") == "언제예요. 시에."


def test_words_that_were_taken_back_are_not_said() -> None:
    foregoing = written("언제예요", "오늘 저녁에 봐요")
    foregoing.learned("아침에", "오늘 ")

    assert foregoing.text("오늘 아침에 ") == "언제예요."
    assert foregoing.text("") == "언제예요. 오늘 아침에."


def test_only_the_last_words_are_kept_and_the_beginning_seldom_moves() -> None:
    foregoing = written(*(f"{number}번 문장" for number in range(MOST)))
    beginnings = set()
    for number in range(MOST - LEFT):
        written(f"{number}번째 글", into=foregoing)
        words = foregoing.text("").split()
        assert LEFT <= len(words) <= MOST
        beginnings.add(words[0])
    assert len(beginnings) <= 3


def test_once_anything_is_forgotten_nothing_is_left() -> None:
    epoch = [1]
    foregoing = written("회의는 언제예요", into=Field(Foregoing(lambda: epoch[0])))

    assert foregoing.text("") == "회의는 언제예요."
    epoch[0] = 2
    assert foregoing.text("") == "", "something was forgotten, by whatever program"


def test_what_was_forgotten_before_does_not_count() -> None:
    foregoing = written("회의는")
    foregoing.all.clear()
    assert foregoing.text("") == ""
    assert written("언제예요", into=foregoing).text("") == "언제예요."


def test_each_field_has_its_own_words_and_the_last_ones_are_kept() -> None:
    fields = [Field(name="first")]
    fields += [Field(fields[0].all, f"field {number}") for number in range(FIELDS)]
    for number, field in enumerate(fields):
        written(f"말{number}", into=field)

    assert [field.text("") for field in fields] == ["", *(f"말{n + 1}." for n in range(FIELDS))]
    assert len(fields[0].all) == FIELDS
