# SPDX-License-Identifier: Apache-2.0
"""Keeps the engine alive: what <exec> of the component starts.

ibus-daemon never restarts an engine that died, so this does. It runs as a file
with `python -I -S`, imports nothing but built-in modules and a few small ones,
and sleeps in wait(): it costs a bare interpreter and no time. A few bytes of
memory shared with the engine keep the mode (Hangul or Latin, predictor on or
off) over a crash. `ieum run` has it keep a registered engine alive.
"""

import os
import signal
import sys
import time

QUICK_S = 2.0
"""An engine that lives shorter than this died quickly."""
PATIENCE = 5
"""Quick deaths in a row before giving up."""
PAUSE_S = 0.05
HOPELESS = (1, 2)
"""Exit codes of an engine that refused to start and said why."""
MODE_VARIABLE = "IEUM_MODE_FD"
ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Supervisor:
    """Runs one command over and over until it ends by its own will."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._command = command
        self._environment = environment
        self._child = 0
        self._ending = False

    def end(self, number: int, _frame: object) -> None:
        """Pass a signal on; the engine's end is then ours."""
        self._ending = True
        self._pass_on(number)

    def run(self) -> int:
        """Supervise; the exit status, 128 + n if signal n ended the engine for good."""
        quick = 0
        extra: list[str] = []
        while True:
            begun = time.monotonic()
            status = self._run_once(extra)
            died_quickly = time.monotonic() - begun < QUICK_S
            if self._ending or status == 0:
                return 0
            if status in HOPELESS and died_quickly and not extra:
                return status
            quick = quick + 1 if died_quickly else 0
            if quick >= PATIENCE:
                sys.stderr.write(
                    "ieum: the engine keeps dying at once; run `ieum doctor` to see why\n"
                )
                return status
            sys.stderr.write(f"ieum: the engine ended (status {status}); starting it again\n")
            time.sleep(PAUSE_S * quick)
            extra = ["--recover"]

    def _run_once(self, extra: list[str]) -> int:
        arguments = [*self._command, *extra]
        self._child = os.posix_spawn(arguments[0], arguments, self._environment)
        if self._ending:  # the signal came when there was no child to pass it to
            self._pass_on(signal.SIGTERM)
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        code = os.waitstatus_to_exitcode(status)
        return code if code >= 0 else 128 - code

    def _pass_on(self, number: int) -> None:
        try:
            if self._child:
                os.kill(self._child, number)
        except ProcessLookupError:  # it has just ended by itself
            return


def main(arguments: list[str]) -> int:
    """Supervise `python -m ibus_component` with these arguments."""
    mode_fd = os.memfd_create("ieum-mode", 0)
    environment = {**os.environ, MODE_VARIABLE: str(mode_fd)}
    command = [sys.executable, "-P", "-m", "ibus_component", *arguments]
    supervisor = Supervisor(command, environment)
    for number in ENDS:
        signal.signal(number, supervisor.end)
    return supervisor.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
