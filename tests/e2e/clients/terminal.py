# SPDX-License-Identifier: Apache-2.0
"""Reads a terminal key by key, as a line editor would, and reports what it holds.

Run inside a terminal by the system's Python; facts (see client.py) go to the
FIFO named on the command line.
"""

from __future__ import annotations

import codecs
import json
import os
import sys
import termios
import tty
from pathlib import Path

ERASE = "\x7f\b"


def main() -> None:
    """Echo and report until the terminal is closed."""
    keyboard = sys.stdin.fileno()
    modes = termios.tcgetattr(keyboard)
    tty.setraw(keyboard)
    decoder = codecs.getincrementaldecoder("utf-8")()
    text = ""
    with Path(sys.argv[1]).open("w", encoding="utf-8") as facts:

        def report(**fact: object) -> None:
            facts.write(json.dumps(fact) + "\n")
            facts.flush()

        report(focus="main", places={})
        try:
            while received := os.read(keyboard, 1):
                for character in decoder.decode(received):
                    text = text[:-1] if character in ERASE else text + character
                    text = text.replace("\r", "\n")
                    echo = "\r\n" if character == "\r" else character
                    sys.stdout.write("\b \b" if character in ERASE else echo)
                    sys.stdout.flush()
                    report(field="main", text=text)
        finally:
            termios.tcsetattr(keyboard, termios.TCSADRAIN, modes)


if __name__ == "__main__":
    main()
