"""A listener that keeps what a tap posts to it."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

PATIENCE_S = 60.0
"""How long a test waits for what must come."""


class Sink:
    """``status`` is what it answers to reports; ``gone`` has the apps whose held request has ended."""

    def __init__(self, port: int = 0, status: int = 200) -> None:
        self.status = status
        self.paths: list[str] = []
        self.posts = 0
        self.held = threading.Event()
        self.gone: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._came: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        handler = type("Handler", (_Handler,), {"sink": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, body: bytes, app: str, path: str) -> None:
        self.posts += 1
        self.paths.append(path)
        for event in json.loads(body)["data"]:
            self._came.put({**event, "app": app})

    def next(self) -> dict[str, Any]:
        """The next event; fails where none comes."""
        return self._came.get(timeout=PATIENCE_S)

    def words_until(self, last: str) -> list[str]:
        """What the events are, up to the first of this word."""
        words: list[str] = []
        while not words or words[-1] != last:
            words.append(self.next()["is"])
        return words

    def rest(self) -> list[dict[str, Any]]:
        """What has come and was not taken."""
        found: list[dict[str, Any]] = []
        while not self._came.empty():
            found.append(self._came.get())
        return found

    @contextmanager
    def listening(self) -> Iterator[Sink]:
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sink: ClassVar[Sink]

    def handle(self) -> None:
        with suppress(ConnectionError):  # a program that was killed
            super().handle()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.sink.held.set()
        with suppress(ConnectionError):
            self.rfile.read(1)  # until the other side closes
        self.sink.gone.put(self.headers.get("x-stream-inspector-app", ""))
        self.close_connection = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.sink.take(body, self.headers.get("x-stream-inspector-app", ""), self.path)
        self.send_response(self.sink.status)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Says nothing."""
