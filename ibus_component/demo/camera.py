# SPDX-License-Identifier: Apache-2.0
"""Takes a picture of the screen once it has come to rest.

Run by the system's Python, which has gi; never imported by the rest.

    camera.py PICTURE.png       save the whole screen
    camera.py --rows X Y W H    print where the rows of the candidate list in this
                                area are: their middles, in pixels from its top, as JSON
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter

import gi

gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GdkPixbuf  # noqa: E402

REST_S = 0.05
PATIENCE_S = 2.0
HANDLE = 10
"""Columns at the left edge where the panel draws the handle to move it."""


def capture(area: tuple[int, int, int, int] | None) -> GdkPixbuf.Pixbuf:
    """The pixels of an area, or of the whole screen."""
    root = Gdk.get_default_root_window()
    return Gdk.pixbuf_get_from_window(root, *(area or (0, 0, root.get_width(), root.get_height())))


def at_rest(area: tuple[int, int, int, int] | None) -> GdkPixbuf.Pixbuf:
    """Capture until two pictures in a row are the same."""
    deadline = time.monotonic() + PATIENCE_S
    picture = capture(area)
    while time.monotonic() < deadline:
        time.sleep(REST_S)
        last, picture = picture, capture(area)
        if last.get_pixels() == picture.get_pixels():
            break
    return picture


def ink(picture: GdkPixbuf.Pixbuf) -> list[list[bool]]:
    """For each row of pixels: which differ from the commonest colour, the background."""
    pixels, stride, size = picture.get_pixels(), picture.get_rowstride(), picture.get_n_channels()
    columns = range(0, picture.get_width() * size, size)
    rows = [
        [pixels[start + column : start + column + 3] for column in columns]
        for start in range(0, picture.get_height() * stride, stride)
    ]
    paper = Counter(colour for row in rows for colour in row).most_common(1)[0][0]
    return [[colour != paper for colour in row] for row in rows]


def middles(marked: list[list[bool]]) -> list[int]:
    """Middles of the bands of ink in the column of labels, left of the long line."""
    height, width = len(marked), len(marked[0])
    long_lines = (x for x in range(2 * HANDLE, width) if _longest(marked, x) > height // 4)
    end = next(long_lines, width // 4)
    bands, start = [], None
    for y in range(height + 1):
        inked = y < height and any(marked[y][HANDLE:end])
        if inked and start is None:
            start = y
        elif not inked and start is not None:
            if y - start > 3:  # thinner ones are lines between the parts
                bands.append((start + y) // 2)
            start = None
    return bands


def _longest(marked: list[list[bool]], x: int) -> int:
    """Length of the longest line down this column; no stroke of a letter is a row high."""
    longest = length = 0
    for row in marked:
        length = length + 1 if row[x] else 0
        longest = max(longest, length)
    return longest


def main(arguments: list[str]) -> None:
    """Do what the command line asks for."""
    if arguments[0] == "--rows":
        x, y, width, height = (int(number) for number in arguments[1:])
        sys.stdout.write(json.dumps(middles(ink(at_rest((x, y, width, height))))))
    else:
        at_rest(None).savev(arguments[0], "png", [], [])


if __name__ == "__main__":
    main(sys.argv[1:])
