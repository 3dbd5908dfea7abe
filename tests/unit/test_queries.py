# SPDX-License-Identifier: Apache-2.0
"""Bad input gets one clear sentence that quotes nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ime_engine.errors import InputError
from ime_engine.protocol import MAX_LIMIT, MAX_TEXT, Query
from ime_engine.queries import check_query

GOOD = Query("오늘 날씨가 ", "좋")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (replace(GOOD, before="비밀" * MAX_TEXT), "send its last part"),
        (replace(GOOD, before="비밀\0"), "without it"),
        (replace(GOOD, before="비밀\ud800"), "valid Unicode"),
        (replace(GOOD, prefix="비밀" * MAX_TEXT), "send its last part"),
        (replace(GOOD, prefix="비밀\0"), "without it"),
        (replace(GOOD, prefix="비밀\udfff"), "valid Unicode"),
        (replace(GOOD, prefix="비밀 비밀"), "one eojeol"),
        (replace(GOOD, prefix="비밀\n"), "one eojeol"),
        (replace(GOOD, limit=0), f"from 1 to {MAX_LIMIT}"),
        (replace(GOOD, limit=10_000), f"from 1 to {MAX_LIMIT}"),
        (replace(GOOD, temperature=0.0), "from 0.1 to 5"),
        (replace(GOOD, temperature=5.1), "from 0.1 to 5"),
        (replace(GOOD, temperature=float("nan")), "from 0.1 to 5"),
        (replace(GOOD, deadline_ms=-1), "deadline_ms"),
        (replace(GOOD, deadline_ms=10**9), "deadline_ms"),
    ],
)
def test_a_malformed_query_is_refused(query: Query, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as refused:
        check_query(query)

    assert "비밀" not in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "query",
    [
        GOOD,
        Query(""),
        Query("가" * MAX_TEXT),
        Query("네.\n🙂 漢字 \u200b"),
        replace(GOOD, limit=MAX_LIMIT, temperature=0.1, deadline_ms=0),
    ],
)
def test_an_odd_but_sound_query_passes(query: Query) -> None:
    check_query(query)
