# SPDX-License-Identifier: Apache-2.0
"""What the daemon keeps in memory of what was written last, and what makes an end of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ime_engine.config import DaemonConfig
from ime_engine.history.history import History
from ime_engine.service.personal import Personal
from ime_engine.service.resting import Rest

pytestmark = pytest.mark.usefixtures("running")


@pytest.fixture
async def running() -> None:
    """A loop, for what is forgotten after a while."""


@pytest.fixture
def personal(tmp_path: Path) -> Iterator[Personal]:
    one = Personal(DaemonConfig(ngram=False), lambda _: History.open(tmp_path))
    one.open()
    yield one
    one.close()


def write(personal: Personal, message: str) -> None:
    before = ""
    for eojeol in message.split():
        personal.learn(before, eojeol, accepted=False, field="chat")
        before += f"{eojeol} "


async def test_a_new_message_is_read_after_the_one_before(personal: Personal) -> None:
    write(personal, "회의는 언제예요?")

    assert personal.foregoing("", "chat") == "회의는 언제예요."
    assert personal.foregoing("남이 쓴 글 ", "chat") == ""


async def test_what_may_not_be_kept_is_not_read_either(personal: Personal) -> None:
    write(personal, "카드는 4111 1111 1111 1111 메일은 hong@example.org 비밀은 aB3xQ9zz 이에요")

    assert personal.foregoing("", "chat") == "카드는 메일은 비밀은 이에요."


async def test_what_was_written_elsewhere_is_not_read(personal: Personal) -> None:
    write(personal, "회의는 언제예요")
    personal.learn("", "몰라요", accepted=False)  # of a program that names no field

    assert personal.foregoing("", "mail") == personal.foregoing("", "") == ""


async def test_it_is_on_no_disk(personal: Personal, tmp_path: Path) -> None:
    write(personal, "회의는 언제예요")
    personal.close()

    kept = await asyncio.to_thread(contents, tmp_path)
    assert "회의는".encode() in kept, "single words are"
    assert "회의는 언제예요".encode() not in kept


@pytest.mark.parametrize(
    "end",
    [
        lambda personal, _: personal.clear_foregoing(),
        lambda personal, _: setattr(personal, "learning", False),
        lambda personal, _: personal.forget("언제예요"),
        lambda _, folder: by_another_program(folder, lambda history: history.forget("언제예요")),
        lambda _, folder: by_another_program(folder, lambda history: history.clear()),
    ],
    ids=["predictor off", "learning off", "forgotten", "forgotten elsewhere", "cleared elsewhere"],
)
async def test_it_ends_with(
    end: Callable[[Personal, Path], object], personal: Personal, tmp_path: Path
) -> None:
    write(personal, "회의는 언제예요")
    await asyncio.to_thread(flushed, personal)
    assert personal.foregoing("", "chat")
    end(personal, tmp_path)

    assert personal.foregoing("", "chat") == ""
    personal.learning = True
    assert personal.foregoing("", "chat") == ""


async def test_a_word_that_never_reached_the_disk_is_forgotten_too(
    personal: Personal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full: there is nothing in the file to forget."""
    monkeypatch.setattr(personal._history, "learn", lambda lesson: None)
    write(personal, "회의는 언제예요")
    assert personal.foregoing("", "chat")
    assert personal.forget("언제예요") == 0

    assert personal.foregoing("", "chat") == ""


async def test_it_ends_after_a_while(personal: Personal, monkeypatch: pytest.MonkeyPatch) -> None:
    write(personal, "회의는 언제예요")
    monkeypatch.setattr(personal, "_rest", Rest((0.05, personal.clear_foregoing)))
    write(personal, "방은 어디죠")
    assert personal.foregoing("", "chat")
    await asyncio.sleep(0.2)

    assert personal.foregoing("", "chat") == ""


async def test_lessons_alone_do_not_end_it(personal: Personal) -> None:
    for number in range(20):
        write(personal, f"오늘은 문장 가{number}나")
        await asyncio.to_thread(flushed, personal)
    assert personal.foregoing("", "chat").count("오늘은") == 20


def contents(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def by_another_program(folder: Path, act: Callable[[History], object]) -> None:
    other = History.open(folder)
    try:
        act(other)
    finally:
        other.close()


def flushed(personal: Personal) -> None:
    assert personal._history is not None
    personal._history.flush()
