# SPDX-License-Identifier: Apache-2.0
"""The export of a history: what is written is read again, what is broken is told by its number."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from ime_engine.cli.history.lines import MAX_LINE, parse_lines, to_lines
from ime_engine.errors import InputError
from ime_engine.history.rows import Row

HEADER = {"format": "ieum-history", "version": 1}
ROWS = [
    Row("민준이가", (), 2.5, 3, 1, 1_795_755_600.25),
    Row("왔다", ("<s>", "민준이가"), 1.0, 1, 0, 0.0),
    Row("네ㅋㅋ", ("PC방",), 1e-9, 1, 1, 1.0),
]
GOOD = {
    "eojeol": "비밀이다",
    "context": ["<s>"],
    "weight": 1.0,
    "uses": 1,
    "accepted": 0,
    "last_used": 1.0,
}


def written(*lines: object) -> list[bytes]:
    return [json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines]


def reason(lines: Iterable[bytes]) -> str:
    with pytest.raises(InputError) as refused:
        list(parse_lines(lines))
    return str(refused.value)


def test_what_is_written_is_read_again() -> None:
    lines = [line.encode() for line in to_lines(ROWS)]
    assert list(parse_lines(lines)) == [ROWS[0], ROWS[2], ROWS[1]]


def test_what_is_known_gives_one_file_in_whatever_order_it_was_learned() -> None:
    assert list(to_lines(ROWS)) == list(to_lines(reversed(ROWS)))


def test_the_first_line_says_what_it_is_and_korean_stays_readable() -> None:
    lines = list(to_lines(ROWS))
    assert lines[0] == '{"format": "ieum-history", "version": 1}\n'
    assert lines[1].startswith('{"eojeol": "민준이가", "context": [], "weight": 2.5, "uses": 3,')


def test_a_history_of_nothing_is_a_header() -> None:
    assert len(list(to_lines([]))) == 1
    assert list(parse_lines(written(HEADER))) == []


def test_the_order_of_fields_and_whole_numbers_are_no_matter() -> None:
    turned = dict(reversed({**GOOD, "weight": 2}.items()))
    (row,) = parse_lines(written(HEADER, turned))
    assert row.weight == 2.0


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"\n",
        b"hello",
        b"\xff",
        b"[]",
        b'"ieum-history"',
        b'{"format": "ieum-history"}',
        b'{"format": "other", "version": 1}',
        b'{"format": "ieum-history", "version": "1"}',
        b'{"format": "ieum-history", "version": true}',
        b"[" * 4000,
        *written(GOOD),
    ],
)
def test_what_has_no_header_is_no_export(first: bytes) -> None:
    assert reason([first, *written(GOOD)]).startswith("its first line is not the header")


def test_another_version_is_told_apart() -> None:
    assert "another version" in reason(written({**HEADER, "version": 2}, {"new": "비밀이다"}))


BROKEN: list[dict[str, object]] = [
    {"eojeol": ""},
    {"eojeol": 1},
    {"eojeol": "두 말"},
    {"eojeol": "\x1b[2J"},
    {"eojeol": "가" * 100},
    {"eojeol": "\ud800"},
    {"context": "<s>"},
    {"context": ["하나", "둘", "셋"]},
    {"context": ["두 말"]},
    {"context": [None]},
    {"weight": 0},
    {"weight": -1.0},
    {"weight": "1"},
    {"weight": 1e400},
    {"uses": 0},
    {"uses": 1.0},
    {"uses": True},
    {"uses": 2**60},
    {"accepted": -1},
    {"accepted": 2},
    {"last_used": -1.0},
    {"last_used": None},
    {"extra": 1},
]


@pytest.mark.parametrize("changes", BROKEN)
def test_a_broken_row_is_told_by_its_line_and_never_by_its_text(changes: dict[str, object]) -> None:
    row = json.dumps({**GOOD, **changes}).encode()
    told = reason([*written(HEADER, GOOD), row])
    assert told == "line 3 is no row of a history"


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}",
        b"nonsense",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{" * 3000,
        b'{"a":' * 700,
        b" " * (MAX_LINE + 1),
        json.dumps(GOOD).replace("1.0", "NaN").encode(),
        json.dumps(GOOD).replace("1.0", "Infinity").encode(),
        json.dumps(GOOD).encode()[:-1],
    ],
)
def test_a_line_that_is_no_row_at_all_is_told_by_its_number(line: bytes) -> None:
    assert reason([*written(HEADER), line]) == "line 2 is no row of a history"


@pytest.mark.parametrize("field", GOOD)
def test_a_row_without_a_field_is_no_row(field: str) -> None:
    row = {name: value for name, value in GOOD.items() if name != field}
    assert reason(written(HEADER, row)) == "line 2 is no row of a history"
