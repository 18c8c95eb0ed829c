"""Tells what crossed the wire between a client and a LangGraph server, frame by frame, and asks for the verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from inspector.domain.book import Book
from inspector.domain.case import Case
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.frames import Frame, Kind
from inspector.domain.run import Run
from inspector.protocols.langgraph import ADAPTER
from tests.protocols.langgraph.fakes import AT_RUN, AT_THREAD, RUN, THREAD

PATHS = {
    "run": AT_RUN,
    "thread": AT_THREAD,
    "state": AT_THREAD + "/state",
    "runs": AT_THREAD + "/runs",
    "metrics": "/metrics",
}


class Story:
    """Every frame comes 10 ms after the one before; :meth:`wait` lets more time pass."""

    def __init__(self) -> None:
        self.book = Book([ADAPTER], "langgraph")
        self.frames: list[Frame] = []
        self.at = 0.0
        self.link = self._links = 0

    def frame(self, kind: Kind, head: Mapping[str, Any] | None = None, body: bytes = b"") -> Story:
        self.at += 10.0
        frame = Frame(len(self.frames) + 1, self.at, self.link, kind, head or {}, body)
        self.frames.append(frame)
        self.book.feed([frame])
        return self

    def wait(self, seconds: float) -> Story:
        self.at += seconds * 1000
        return self

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Story:
        self._links += 1
        self.link = self._links
        head = {"method": method, "url": "http://h" + path, "headers": headers}
        return self.frame(Kind.REQUEST, head, b"" if body is None else json.dumps(body).encode())

    def answer(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> Story:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.frame(Kind.RESPONSE, {"status": status, "headers": {"content-type": kind, **told}})

    def create(self, run: str = RUN, named: bool = True, **body: Any) -> Story:
        """A stream that starts a run; the server names it in a header and in ``metadata``."""
        self.request("POST", AT_THREAD + "/runs/stream", {"assistant_id": "g", "input": {}, **body})
        self.answer(content_location=f"{AT_THREAD}/runs/{run}")
        return self.says("metadata", {"run_id": run, "attempt": 1}) if named else self

    def join(self, path: str = AT_RUN + "/stream", **headers: str) -> Story:
        return self.request("GET", path, **{name.replace("_", "-"): value for name, value in headers.items()}).answer()

    def events(self, *channels: str) -> Story:
        """The thread's v2 stream."""
        return self.request(
            "POST", AT_THREAD + "/stream/events", {"channels": list(channels)} if channels else {}
        ).answer()

    def says(self, event: str, data: Any, id: str | None = None) -> Story:
        first = "" if id is None else f"id: {id}\r\n"
        return self.raw(f"{first}event: {event}\r\ndata: {json.dumps(data)}\r\n\r\n")

    def v2(
        self, method: str, data: Any, run: str | None = RUN, namespace: tuple[str, ...] = (), told_at: float = 1
    ) -> Story:
        """One event of the v2 wire; ``run`` is told as the Python server does, in the event's id."""
        params = {"namespace": list(namespace), "timestamp": told_at, "data": data}
        event_id = f"synth:{run}:x" if run is not None else "1-0"
        return self.says(method, {"type": "event", "event_id": event_id, "seq": 1, "method": method, "params": params})

    def raw(self, text: str | bytes) -> Story:
        return self.frame(Kind.DATA, {}, text.encode() if isinstance(text, str) else text)

    def beats(self, count: int, every: float = 5.0) -> Story:
        for _ in range(count):
            self.wait(every).raw(": heartbeat\r\n\r\n")
        return self

    def end(self, how: str = "eof", by: str = "server") -> Story:
        return self.frame(Kind.END, {"how": how, "by": by})

    def leave(self) -> Story:
        return self.end("closed", "client")

    def exchange(
        self, method: str, path: str, answer: Any, status: int = 200, body: Any = None, **headers: str
    ) -> Story:
        """A request with its whole answer; the stream that was open stays the one that goes on."""
        before = self.link
        self.request(method, path, body).answer(status, "application/json", **headers)
        if answer is not None:
            self.raw(answer if isinstance(answer, str | bytes) else json.dumps(answer))
        self.end()
        self.link = before
        return self

    def told(self, answers: Mapping[str, Any], **headers: str) -> Story:
        """What the server answers when it is asked; None stands for 404."""
        for about, answer in answers.items():
            gone = answer is None
            body = {"detail": "Not Found"} if gone else answer
            self.exchange("GET", PATHS[about], body, 404 if gone else 200, **headers)
        return self

    def run(self, run: str = RUN) -> Run:
        found = self.book.run_by_id(run)
        assert found is not None, [each.id for each in self.book.runs.values()]
        return found

    def case(self, run: str = RUN) -> Case:
        return Case(self.run(run), self.book)

    def verdict(self, run: str = RUN) -> Verdict:
        return judge(self.case(run), self.at, ADAPTER.rules, ADAPTER.has_terminal_event)

    def only(self) -> Verdict:
        """The verdict of the only run, which need not have a name."""
        (run,) = self.book.runs.values()
        return judge(Case(run, self.book), self.at, ADAPTER.rules, ADAPTER.has_terminal_event)

    def found(self, run: str = RUN) -> dict[str, str]:
        return {finding.id: finding.severity.value for finding in self.verdict(run).findings}


__all__ = ["RUN", "THREAD", "Story"]
