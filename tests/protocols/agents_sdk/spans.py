"""Tells a trace's story to the real decoder: as a tap tells it, or as the exporter does. Times are in seconds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from inspector.domain.book import Book
from inspector.domain.case import Case
from inspector.domain.charts import Ending
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.findings import Finding
from inspector.domain.frames import Frame, Kind
from inspector.domain.run import Run
from inspector.protocols.agents_sdk import ADAPTER
from inspector.protocols.registry import ADAPTERS

FILES = Path(__file__).parents[2] / "recordings" / "agents_files"
ZERO = 1_700_000_000.0
"""Unix seconds of the log's zero."""

Json = dict[str, Any]


def iso(at: float | None) -> str | None:
    """The moment ``at`` seconds after the log's zero, as Python writes it."""
    return None if at is None else datetime.fromtimestamp(ZERO + at, UTC).isoformat()


def trace(id: str = "trace_1", group: str | None = None) -> Json:
    """A trace object."""
    return {"object": "trace", "id": id, "workflow_name": "work", "group_id": group, "metadata": None}


def span(id: str, parent: str | None, data: Json, start: float, end: float | None = None, **more: Any) -> Json:
    """A span object. ``error`` and ``trace_id`` can be given."""
    return {
        "object": "trace.span",
        "id": id,
        "trace_id": "trace_1",
        "parent_id": parent,
        "started_at": iso(start),
        "ended_at": iso(end),
        "span_data": data,
        "error": None,
        **more,
    }


def agent(name: str) -> Json:
    return {"type": "agent", "name": name, "handoffs": [], "tools": [], "output_type": "str"}


def turn(number: int, name: str) -> Json:
    return {"type": "custom", "name": "turn", "data": {"sdk_span_type": "turn", "turn": number, "agent_name": name}}


def task(name: str = "work") -> Json:
    return {"type": "custom", "name": "task", "data": {"sdk_span_type": "task", "name": name}}


def response(id: str | None = None, tokens: int = 0) -> Json:
    usage = {"input_tokens": 1, "output_tokens": tokens, "total_tokens": tokens + 1} if tokens else None
    return {"type": "response", "response_id": id, "usage": usage}


def function(name: str, output: Any = None, input: str | None = "{}") -> Json:
    return {"type": "function", "name": name, "input": input, "output": output, "mcp_data": None}


def handoff(source: str, target: str | None) -> Json:
    return {"type": "handoff", "from_agent": source, "to_agent": target}


TIMEOUT = {"message": "Error getting response", "data": {"error": "Request timed out."}}


class Story:
    """A log that a test writes, and what becomes of it."""

    def __init__(self, protocol: str | None = None) -> None:
        self.book = Book(list(ADAPTERS.values()), protocol)
        self.seq, self.links = 0, 0

    def tap(self, at: float, word: str, item: Json | None = None, saved: bool = False, app: str = "") -> Self:
        """One entry of a tap, posted when it happened."""
        entry = {"is": word, "t": at * 1000, **({} if item is None else {"item": item})}
        headers = {"x-stream-inspector-app": app} if app else {}
        return self._post(at, "/v1/traces/tap", {"data": [entry]}, saved, headers)

    def begin(self, at: float, id: str, parent: str | None, data: Json, **more: Any) -> Self:
        """A span begins."""
        return self.tap(at, "span_start", span(id, parent, data, at, None, **more))

    def end(self, at: float, id: str, parent: str | None, data: Json, start: float = 0.0, **more: Any) -> Self:
        """A span ends."""
        return self.tap(at, "span_end", span(id, parent, data, start, at, **more))

    def export(self, at: float, *objects: Any, saved: bool = False) -> Self:
        """A batch of the exporter."""
        return self._post(at, "/v1/traces/ingest", {"data": list(objects)}, saved, {})

    def answer(self, path: str, body: bytes) -> Self:
        """A file of the SDK as an answer."""
        self.links += 1
        self.add(0.0, Kind.REQUEST, {"method": "GET", "url": f"agents-sdk://file/v1{path}", "headers": {}})
        self.add(0.0, Kind.RESPONSE, {"status": 200, "headers": {"content-type": "application/json"}})
        self.add(0.0, Kind.DATA, {}, body)
        return self.add(0.0, Kind.END, {"how": "eof", "by": "server"})

    def post(self, at: float, body: Json | None = None) -> Self:
        """A Responses request of the program, as a proxy sees it."""
        self.links += 1
        head = {"method": "POST", "url": "http://h/v1/responses", "headers": {"content-type": "application/json"}}
        asked = json.dumps({"model": "m", "input": f"{self.links}", "stream": True, **(body or {})}).encode()
        return self.add(at, Kind.REQUEST, {**head, "json": True}, asked)

    def streams(self, at: float, *events: Json, link: int | None = None) -> Self:
        """Its answer as far as it came."""
        link = link or self.links
        headers = {"content-type": "text/event-stream"}
        self.add(at, Kind.RESPONSE, {"status": 200, "headers": headers}, link=link)
        for event in events:
            self.add(at, Kind.DATA, {}, f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode(), link)
        return self

    def responds(self, at: float, id: str, status: str, link: int | None = None) -> Self:
        """The answer with one lifecycle event."""
        event = {"type": f"response.{status}", "response": {"id": id, "status": status, "output": []}}
        return self.streams(at, event, link=link)

    def note(self, at: float) -> Self:
        """Time passes."""
        return self.add(at, Kind.NOTE, {"inspector": "tick", "text": ""}, link=0)

    def add(self, at: float, kind: Kind, head: Json, body: bytes = b"", link: int | None = None) -> Self:
        self.seq += 1
        self.book.feed([Frame(self.seq, at * 1000, self.links if link is None else link, kind, head, body)])
        return self

    def _post(self, at: float, path: str, body: Any, saved: bool, headers: dict[str, str]) -> Self:
        self.links += 1
        head = {"method": "POST", "url": f"http://127.0.0.1:9{path}", "headers": headers, "json": True}
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        mark = {"saved": True} if saved else {}
        self.add(at, Kind.REQUEST, {**head, **mark}, text)
        self.add(at, Kind.RESPONSE, {"status": 200, "headers": {}})
        return self.add(at, Kind.END, {"how": "eof", "by": "server", **mark})

    def run(self, id: str = "trace_1") -> Run:
        run = self.book.run_by_id(id)
        assert run is not None
        return run

    def case(self, id: str = "trace_1") -> Case:
        return Case(self.run(id), self.book)

    def verdict(self, id: str = "trace_1", now: float | None = None) -> Verdict:
        return self.judged(self.run(id), now)

    def judged(self, run: Run, now: float | None = None) -> Verdict:
        adapter = ADAPTERS[run.protocol]
        at = self.book.now if now is None else now * 1000
        return judge(Case(run, self.book), at, adapter.rules, adapter.has_terminal_event, adapter.acts)

    def ending(self, id: str = "trace_1", now: float | None = None) -> Ending:
        return self.verdict(id, now).ending

    def found(self, id: str = "trace_1", now: float | None = None) -> dict[str, Finding]:
        return {finding.id: finding for finding in self.verdict(id, now).findings}


def started(story: Story | None = None) -> Story:
    """A tapped program whose first agent has begun its first model call at 1 s."""
    story = story or Story()
    story.tap(1, "trace_start", trace()).begin(1, "t", None, task()).begin(1, "a", "t", agent("Boss"))
    return story.begin(1, "a1", "a", turn(1, "Boss")).begin(1, "r1", "a1", response())


def finished(story: Story, at: float, error: Json | None = None) -> Story:
    """The spans of ``started`` end, and the trace with them."""
    story.end(at, "a1", "a", turn(1, "Boss"), 1).end(at, "a", "t", agent("Boss"), 1, error=error)
    return story.end(at, "t", None, task(), 1).tap(at, "trace_end", trace())


__all__ = ["ADAPTER", "FILES", "Story"]
