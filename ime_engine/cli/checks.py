# SPDX-License-Identifier: Apache-2.0
"""Judges what `facts` found: pure, one named check each, a remedy when it is not well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ime_engine.cli.facts import Facts

__all__ = ["Check", "Level", "judge"]

OLDEST_PYTHON: Final = (3, 11)
OTHERS: Final = 0o077
"""What may be done with a file by whom it does not belong to."""


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    """Works, or may work, but not as it could."""

    FAIL = "fail"
    """Does not work until it is put right."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding."""

    name: str
    level: Level
    sentence: str
    remedy: str = ""
    """What to do; empty when all is well."""


def judge(facts: Facts) -> tuple[Check, ...]:
    """Every check, in the order in which things depend on each other."""
    return (
        python(facts),
        libraries(facts),
        settings(facts),
        runtime(facts),
        model(facts),
        libhangul(facts),
        session_bus(facts),
        predictor(facts),
        history(facts),
        ibus(facts),
        component(facts),
        dialog(facts),
        environment(facts),
        fonts(facts),
    )


def ok(name: str, sentence: str) -> Check:
    """All is well."""
    return Check(name, Level.OK, sentence)


def warn(name: str, sentence: str, remedy: str) -> Check:
    """Not as it could be."""
    return Check(name, Level.WARN, sentence, remedy)


def fail(name: str, sentence: str, remedy: str) -> Check:
    """Does not work."""
    return Check(name, Level.FAIL, sentence, remedy)


def python(facts: Facts) -> Check:
    """The interpreter is new enough."""
    found = ".".join(map(str, facts.python))
    if facts.python >= OLDEST_PYTHON:
        return ok("python", f"Python {found}.")
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return fail("python", f"Python {found} is too old.", f"Use Python {wanted} or newer.")


def libraries(facts: Facts) -> Check:
    """Every package the daemon needs is there."""
    if not facts.missing:
        return ok("libraries", "All Python packages are installed.")
    sentence = f"Missing Python packages: {', '.join(facts.missing)}."
    return fail("libraries", sentence, "Run `make setup`, or `pip install ieum`.")


def settings(facts: Facts) -> Check:
    """The settings files can be read."""
    if not facts.config_error:
        return ok("settings", "The settings are valid.")
    return fail("settings", facts.config_error, "Correct the file; docs/config.md lists every key.")


def runtime(facts: Facts) -> Check:
    """ONNX Runtime starts on this processor."""
    if facts.runtime:
        version, *providers = facts.runtime.split()
        return ok("runtime", f"ONNX Runtime {version} with {', '.join(providers)}.")
    remedy = "Run `make setup`; on a very old processor there is no way."
    return fail("runtime", "ONNX Runtime does not start.", remedy)


def model(facts: Facts) -> Check:
    """The configured model lies there unaltered."""
    if not facts.model_error:
        return ok("model", f"The model {facts.model} is complete and unaltered.")
    name = facts.model or "gemma3-270m-ko"
    return fail("model", facts.model_error, f"Run `ieum model build {name}`.")


def libhangul(facts: Facts) -> Check:
    """Syllables can be composed."""
    if facts.libhangul:
        return ok("libhangul", "libhangul is installed.")
    remedy = "Install it: `sudo apt install libhangul1`."
    return fail("libhangul", "libhangul.so.1 is missing, so no syllable is composed.", remedy)


def session_bus(facts: Facts) -> Check:
    """There is a session bus."""
    if not facts.bus_error:
        return ok("session bus", "The session bus can be reached.")
    return fail("session bus", facts.bus_error, "Log in to a desktop, or use `dbus-run-session`.")


def predictor(facts: Facts) -> Check:
    """The daemon runs and its model is loaded."""
    name, start = "predictor", "Start it with `ieum run`, or alone with `python -m ime_engine`."
    if facts.daemon is None:
        return warn(name, "The predictor does not run; typing works without it.", start)
    state, loaded = facts.daemon["State"], facts.daemon["Model"]
    if state == "ready":
        return ok(name, f"The predictor is ready with {loaded} on {facts.daemon['Device']}.")
    if state == "failed":
        remedy = f"Run `ieum model verify {loaded}`, then restart the predictor."
        return fail(name, facts.daemon_problem or f"{loaded} could not be loaded.", remedy)
    if state == "loading":
        return warn(name, f"The predictor is loading {loaded}.", "Look again in a moment.")
    return warn(name, "The predictor is switched off.", "Switch it on with Ctrl+Alt+H.")


def history(facts: Facts) -> Check:
    """What was learned can be read and added to, by its owner alone."""
    name, kept = "history", facts.history
    if kept.folder_mode & OTHERS:
        sentence = f"Other users may look into {kept.folder}."
        return fail(name, sentence, f"Close it: `chmod 700 {kept.folder}`.")
    if kept.file_mode & OTHERS:
        sentence = "Other users may read what was learned."
        return fail(name, sentence, f"Close it: `chmod 600 {kept.folder}/history.sqlite3*`.")
    if kept.problem:
        return fail(name, kept.problem, kept.remedy)
    if not kept.writable:
        sentence = f"{kept.folder} may not be written to, so nothing is learned."
        return warn(name, sentence, "`ls -ld` shows whose it is; give it back to yourself.")
    if not kept.file_mode:
        return ok(name, "Nothing is learned yet.")
    return ok(name, "What was learned can be read and added to, by you alone.")


def ibus(facts: Facts) -> Check:
    """IBus is installed and runs."""
    if not facts.ibus_binary:
        remedy = "Install it: `sudo apt install ibus ibus-gtk3 ibus-gtk4`."
        return fail("ibus", "ibus-daemon is not installed.", remedy)
    if facts.ibus_address:
        return ok("ibus", "ibus-daemon runs in this session.")
    remedy = "Start it with `ibus-daemon --daemonize --xim`."
    if facts.desktop:
        return fail("ibus", "ibus-daemon does not run in this session.", remedy)
    return warn("ibus", "There is no display, so no ibus-daemon is expected.", "Try `ieum demo`.")


def component(facts: Facts) -> Check:
    """ibus-daemon knows our engine."""
    if facts.selected == "ieum":
        return ok("engine", "The engine ieum is selected in the running ibus-daemon.")
    if facts.component:
        return ok("engine", f"The engine is installed ({facts.component}).")
    return warn(
        "engine",
        "No component file tells ibus-daemon of the engine.",
        "Use `ieum run` for this session, or install for good with `sudo make install`.",
    )


def dialog(facts: Facts) -> Check:
    """The settings can be changed in a window."""
    if not facts.dialog_error:
        return ok("dialog", "The settings dialog can be opened.")
    remedy = "Run `make setup`; until then `ieum config` changes settings."
    return warn("dialog", facts.dialog_error, remedy)


def environment(facts: Facts) -> Check:
    """Applications are told to use IBus."""
    wanted = {"GTK_IM_MODULE": "ibus", "QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=ibus"}
    wrong = [name for name, value in facts.modules.items() if value != wanted[name]]
    if wrong:
        settings = " ".join(f"{name}={wanted[name]}" for name in wrong)
        sentence = f"Applications are told to use another input method: {', '.join(wrong)}."
        return warn("environment", sentence, f"Set {settings}, or run `im-config -n ibus`.")
    if facts.desktop and not facts.modules:
        return warn(
            "environment",
            "GTK_IM_MODULE, QT_IM_MODULE and XMODIFIERS are not set; GNOME needs none of them.",
            "Elsewhere run `im-config -n ibus` and log in again.",
        )
    return ok("environment", "Nothing in the environment stands against IBus.")


def fonts(facts: Facts) -> Check:
    """Hangul can be seen."""
    if facts.fonts:
        return ok("fonts", f"{facts.fonts} fonts have Korean glyphs.")
    remedy = "Install one: `sudo apt install fonts-noto-cjk`."
    if facts.fonts is None:
        return warn("fonts", "fontconfig is not installed, so fonts cannot be counted.", remedy)
    return warn("fonts", "No font with Korean glyphs is installed.", remedy)
