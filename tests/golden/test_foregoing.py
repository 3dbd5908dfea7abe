# SPDX-License-Identifier: Apache-2.0
"""What a new message is about, as the one before it tells: offered after it, and not without it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ibus_component.headless import HeadlessIBus, wait_until
from ibus_component.wire.typist import CAPS_RICH, Typist
from ime_engine.config import DaemonConfig
from ime_engine.engine import Engine, EngineOptions
from ime_engine.hangul.keystrokes import keys_of
from ime_engine.protocol import BUS_NAME, Query
from ime_engine.runtime.loader import load_model
from ime_engine.service.ngrams import open_ranker
from tests.conftest import REAL_MODEL
from tests.harness.ibus import Desk

MESSAGES = [
    ("병원 예약을 취소하고 싶어요.", "", "예", "예약을"),
    ("주말에 캠핑 갈 텐트를 빌렸어.", "", "텐", "텐트를"),
    ("주말에 캠핑 갈 텐트를 빌렸어.", "이번에 빌린 ", "", "텐트는"),
    ("강아지가 산책하다가 다리를 다쳤어요.", "", "강", "강아지가"),
    ("비행기 표를 예매했어.", "내일 ", "공", "공항에"),
    ("고양이가 밥을 안 먹어요.", "", "고", "고양이가"),
    ("우리 회의 시간을 바꿔도 될까요?", "", "회", "회의는"),
]
SURROUNDING = 1 << 5
CONFIG = f"daemon:\n  model: {REAL_MODEL}\n  deadline_ms: 10000\n"

pytestmark = pytest.mark.real_model


@pytest.fixture(scope="module")
def engine(real_model_dir: Path) -> Engine:
    loaded = load_model(real_model_dir / REAL_MODEL, "cpu")
    return Engine(loaded, EngineOptions(deadline_ms=30_000), ranker=open_ranker(DaemonConfig()))


@pytest.mark.parametrize(("message", "before", "prefix", "word"), MESSAGES)
def test_the_message_before_tells_what_it_is_about(
    message: str, before: str, prefix: str, word: str, engine: Engine
) -> None:
    query = Query(before, prefix)
    alone = [each.text for each in engine.everybody(query)[: query.limit]]
    after = [each.text for each in engine.everybody(query, message)[: query.limit]]

    assert word in after
    assert word not in alone


@pytest.fixture
def chat(real_model_dir: Path) -> Iterator[Typist]:
    """A field that tells its text and is empty after each message, a real daemon behind it."""
    environment = {"IEUM_MODELS_DIR": str(real_model_dir)}
    preferences = {"minconfidence": 0.0, "popupdelay": 0}
    with (
        HeadlessIBus(config=CONFIG, preferences=preferences, environment=environment) as ibus,
        Typist(ibus.address, "ieum") as first,
    ):
        ibus.spawn(sys.executable, "-m", "ime_engine")
        Desk(ibus, first).wait_for_name(BUS_NAME)
        wait_until(lambda: "ready in" in ibus.log, "the loading of the model", 60.0)
        with Typist(ibus.address, "ieum", caps=CAPS_RICH | SURROUNDING) as typist:
            yield typist


@pytest.mark.ibus
def test_a_chat_is_offered_what_it_is_about(chat: Typist) -> None:
    chat.surrounding("", 0)
    write(chat, "주말에 캠핑 갈 텐트를 빌렸어")
    chat.press("Return")
    chat.surrounding("", 0)
    write(chat, "이번에 빌린")

    chat.wait_for(lambda shown: "텐트는" in shown.rows, 15.0)  # which was never typed


def write(chat: Typist, message: str) -> None:
    """Type a message whose client tells the text."""
    written = ""
    for eojeol in message.split():
        chat.type(f"{keys_of(eojeol)} ")
        written += f"{eojeol} "
        chat.surrounding(written, len(written))
