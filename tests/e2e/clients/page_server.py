# SPDX-License-Identifier: Apache-2.0
"""Serves page.html on the loopback, and writes what the page reports to standard output.

Run as a program; the first fact is the address: {"address": "http://127.0.0.1:…/"}.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).with_name("page.html")


def say(line: str) -> None:
    """Write one fact."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Handler(BaseHTTPRequestHandler):
    """GET gives the page, POST takes a fact."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Give the page; anything else is not here."""
        found = self.path == "/"
        self._answer(200 if found else 404, PAGE.read_bytes() if found else b"")

    def do_POST(self) -> None:
        """Take a fact."""
        say(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._answer(204, b"")

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing of each request."""

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    say(json.dumps({"address": f"http://127.0.0.1:{server.server_port}/"}))
    server.serve_forever()
