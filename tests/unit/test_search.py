# SPDX-License-Identifier: Apache-2.0
"""The search, on tables small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ime_engine.decoder.search import Found, SearchOptions, Start, search_eojeols
from ime_engine.decoder.softmax import next_tokens, softmax, top
from ime_engine.decoder.vocabulary import Vocabulary
from tests.fakes import FakeClock, Table, TableModel

PIECES = (
    "<bos>", "<eos>", "▁", ".", "▁감사", "▁감", "사", "합니다", "드려요", "▁좋", "네요", "ㅏ",
    "감사", "▁하", "려고", "▁할",
)  # fmt: skip

# 감사합니다 has two tokenisations: 감사 합니다 = 0.5 x 0.8, 감 사 합니다 = 0.2 x 0.5 x 0.8
THANKS: Table = {
    (): {"▁감사": 0.5, "▁감": 0.2, "▁좋": 0.3},
    ("▁감사",): {"합니다": 0.8, "드려요": 0.2},
    ("▁감",): {"사": 0.5, ".": 0.5},
    ("사",): {"합니다": 0.8, "드려요": 0.2},
    ("▁좋",): {"네요": 0.9, "ㅏ": 0.1},
    ("합니다",): {".": 0.6, "<eos>": 0.1, "▁좋": 0.3},
    ("드려요",): {".": 1.0},
    ("네요",): {"▁감사": 0.5, "네요": 0.5},
    ("ㅏ",): {".": 1.0},
}


def find(
    table: Table,
    options: SearchOptions | None = None,
    *,
    prefix: str = "",
    marked: bool = True,
    clock: FakeClock | None = None,
    deadline: float = float("inf"),
) -> tuple[Found, TableModel]:
    model = TableModel(PIECES, table)
    vocabulary = Vocabulary(PIECES, special=[0, 1], eos=[1])
    start = Start(model.prefill([0]), marked, prefix)
    found = search_eojeols(
        model,
        vocabulary,
        start,
        options or SearchOptions(limit=10, max_tokens=4),
        deadline=deadline,
        clock=clock or FakeClock(),
    )
    return found, model


def listed(found: Found) -> dict[str, float]:
    return {each.text: round(each.probability, 4) for each in found.eojeols}


def test_tokenisations_of_one_eojeol_are_one_candidate() -> None:
    found, _ = find(THANKS)

    assert listed(found)["감사합니다"] == pytest.approx(0.5 * 0.8 + 0.2 * 0.5 * 0.8)
    assert [each.text for each in found.eojeols][:2] == ["감사합니다", "좋네요"]


def test_the_end_counts() -> None:
    found, _ = find(THANKS)

    assert listed(found)["감"] == pytest.approx(0.2 * 0.5)
    assert listed(found)["좋네요"] == pytest.approx(0.3 * 0.9 * 0.5)
    assert "감사" not in listed(found), "nothing ends there"


def test_a_lone_jamo_is_never_offered() -> None:
    found, _ = find(THANKS)

    assert "좋ㅏ" not in listed(found)


def test_a_prefix_is_covered_across_tokens_and_conditioned_on() -> None:
    found, _ = find(THANKS, prefix="감사ㄷ")

    assert listed(found) == {"감사드려요": 1.0}


def test_the_composing_syllable_may_still_move() -> None:
    table: Table = {
        (): {"▁하": 0.5, "▁할": 0.25, "▁감사": 0.25},
        ("▁하",): {"려고": 0.5, "네요": 0.5},
        ("▁할",): {".": 1.0},
        ("려고",): {".": 1.0},
        ("네요",): {".": 1.0},
    }
    found, _ = find(table, prefix="할")

    assert listed(found) == {"하려고": 0.5, "할": 0.5}


def test_the_space_is_known_to_be_there() -> None:
    # Half of the probability continues the word before; the user typed a space instead.
    table: Table = {(): {"합니다": 0.5, "▁좋": 0.5}, ("▁좋",): {".": 1.0}}
    found, _ = find(table)

    assert listed(found) == {"좋": 1.0}


def test_a_text_opens_with_bare_pieces() -> None:
    table: Table = {(): {"감사": 0.4, "▁감사": 0.6}, ("감사",): {"합니다": 1.0}, **THANKS}
    table = {**table, (): {"감사": 0.4, "▁감사": 0.6}}
    found, _ = find(table, marked=False)

    assert listed(found) == {"감사합니다": 1.0}


def test_latin_words_are_offered_where_they_are_wanted() -> None:
    pieces = ("<bos>", "<eos>", "▁PC", "▁집", "방")
    end = {"<eos>": 1.0}
    table: Table = {
        ("<bos>",): {"▁PC": 0.75, "▁집": 0.25},
        ("▁PC",): {"방": 1.0},
        ("방",): end,
        ("▁집",): end,
    }
    model, vocabulary = TableModel(pieces, table), Vocabulary(pieces, special=[0, 1], eos=[1])

    def offered(*, prefix: str, latin: bool) -> dict[str, float]:
        start = Start(model.prefill([0]), prefix=prefix, latin=latin)
        return listed(search_eojeols(model, vocabulary, start, SearchOptions()))

    assert offered(prefix="", latin=True) == {"PC방": 0.75, "집": 0.25}
    assert offered(prefix="", latin=False) == {"집": 1.0}
    assert offered(prefix="P", latin=False) == {"PC방": 1.0}


def test_a_lone_marker_begins_a_word() -> None:
    table: Table = {(): {"▁": 1.0}, ("▁",): {"감사": 0.5, ".": 0.5}, ("감사",): {".": 1.0}}
    found, _ = find(table)

    assert listed(found) == {"감사": 0.5}


def test_what_hardly_ever_ends_is_a_fragment() -> None:
    table: Table = {
        (): {"▁감사": 1.0},
        ("▁감사",): {"합니다": 0.99, ".": 0.01},
        ("합니다",): {".": 1},
    }

    assert set(listed(find(table, SearchOptions(max_tokens=4))[0])) == {"감사합니다", "감사"}
    strict = SearchOptions(max_tokens=4, min_end=0.02)
    assert set(listed(find(table, strict)[0])) == {"감사합니다"}


def test_the_least_likely_are_left_out() -> None:
    found, _ = find(THANKS, SearchOptions(limit=10, max_tokens=4, min_probability=0.11))

    assert list(listed(found)) == ["감사합니다", "좋네요", "감사드려요"]


def test_the_search_stops_when_nothing_can_change_the_list() -> None:
    table: Table = {
        (): {"▁좋": 0.95, "▁감": 0.05},
        ("▁좋",): {".": 0.9, "네요": 0.1},
        ("▁감",): {"사": 1.0},
    }
    found, model = find(table, SearchOptions(limit=1, max_tokens=8))

    assert listed(found) == {"좋": 0.855}
    assert found.complete
    assert model.widths == [2]


def test_an_eojeol_that_could_still_rise_keeps_the_search_going() -> None:
    # 감 leads by 0.35 to 0.30 after one level; 감사 gains 0.1 through its second tokenisation.
    table: Table = {
        (): {"▁감": 0.45, "▁감사": 0.55},
        ("▁감",): {".": 0.7, "사": 0.3},
        ("▁감사",): {".": 0.55, "드려요": 0.45},
        ("사",): {".": 1.0},
        ("드려요",): {"ㅏ": 1.0},
    }
    found, _ = find(table, SearchOptions(limit=2, max_tokens=4))

    assert listed(found) == {"감사": round(0.55 * 0.55 + 0.45 * 0.3, 4), "감": 0.315}


def test_after_the_deadline_no_level_is_begun() -> None:
    clock = FakeClock()
    found, model = find(THANKS, clock=clock, deadline=clock.now_s)

    assert model.widths == []
    assert found == Found((), complete=False, levels=0)


def test_cut_short_it_returns_what_is_finished_and_no_fragment() -> None:
    clock = FakeClock(step_s=1.0)
    found, model = find(THANKS, clock=clock, deadline=clock.now_s + 1.5)

    assert len(model.widths) == 2
    assert not found.complete
    assert set(listed(found)) == {"감사합니다", "좋네요", "감", "감사드려요"}
    assert listed(found)["감사합니다"] == 0.4, "the second tokenisation takes one level more"


def test_temperature_sharpens() -> None:
    warm = listed(find(THANKS)[0])["감사합니다"]
    cold = listed(find(THANKS, SearchOptions(max_tokens=4, temperature=0.3))[0])["감사합니다"]

    assert cold > warm


def test_a_model_without_an_opinion_gives_no_list() -> None:
    assert find({})[0].eojeols == ()


def test_raw_tokens_come_as_they_are() -> None:
    model = TableModel(PIECES, {(): {"<eos>": 0.5, "▁감사": 0.3, "합니다": 0.2}})
    tokens = next_tokens(Vocabulary(PIECES, special=[0], eos=[1]), model.prefill([0]).logits, 5)

    assert [(each.text, round(each.probability, 2)) for each in tokens] == [
        (" 감사", 0.3),
        ("합니다", 0.2),
    ]


def test_softmax_of_nothing_is_nothing() -> None:
    logits = np.array([[-np.inf, -np.inf], [0.0, -np.inf]], dtype=np.float32)

    assert softmax(logits).tolist() == [[0.0, 0.0], [1.0, 0.0]]


def test_top_leaves_out_the_impossible_and_the_undefined() -> None:
    assert set(top(np.array([0.1, 0.0, 0.7, np.nan], dtype=np.float32), 4)) == {0, 2}
    assert set(top(np.array([0.1, 0.2, 0.7, 0.0], dtype=np.float32), 2)) == {1, 2}
