"""What the tests of this backend share: recordings, logs made by hand, and what becomes of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from inspector.domain.book import Book
from inspector.domain.case import Case
from inspector.domain.charts import Ending
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.events import Event, Fact
from inspector.domain.findings import Finding
from inspector.domain.frames import Frame, Kind
from inspector.domain.run import Run
from inspector.protocols.responses import ADAPTER
from tests.protocols.assistants.wire import Log as BaseLog

FOLDER = Path(__file__).parents[2] / "recordings" / "responses"


class Log(BaseLog):
    """A log that a test writes: each call adds frames and advances the clock by 10 ms."""

    def ask(self, body: dict[str, Any] | None = None, **headers: str) -> Self:
        """A streamed response is asked for."""
        asked = {"model": "m", "input": "hi", "stream": True, **(body or {})}
        self.request("POST", "/responses", asked, **{name.replace("_", "-"): text for name, text in headers.items()})
        return self

    def open(self, body: dict[str, Any] | None = None) -> Self:
        """The same, answered with a stream."""
        self.ask(body).response()
        return self

    def says(self, name: str, after: float = 10.0, **data: Any) -> Self:
        """An event whose name and type agree."""
        self.event(name, {"type": name, **data}, after)
        return self

    def tells(self, status: str, id: str = "resp_1", after: float = 10.0, **more: Any) -> Self:
        """A lifecycle event whose name and payload agree."""
        return self.says(f"response.{status}", after, response=response(status, id, **more))

    def item(self, item: dict[str, Any], place: int = 0) -> Self:
        """An item of the output, done."""
        return self.says("response.output_item.done", output_index=place, item=item)

    def frame(self, data: Any, out: bool = False, op: str = "text", **head: Any) -> Self:
        """A socket frame."""
        body = data.encode() if isinstance(data, str) else json.dumps(data).encode()
        self.add(Kind.SOCKET, {"dir": "out" if out else "in", "op": op, **head}, body)
        return self

    def socket(self) -> Self:
        """A socket is opened."""
        self.request("GET", "/responses", upgrade="websocket")
        self.add(Kind.RESPONSE, {"status": 101, "headers": {}})
        return self


def response(status: str, id: str = "resp_1", **more: Any) -> dict[str, Any]:
    """A response object."""
    return {"id": id, "object": "response", "status": status, "model": "m", "output": [], **more}


def call(id: str, name: str = "get_weather", arguments: str = "{}", **more: Any) -> dict[str, Any]:
    """A function call as an item of the output."""
    return {"type": "function_call", "id": f"fc_{id}", "call_id": id, "name": name, "arguments": arguments, **more}


def approval(id: str) -> dict[str, Any]:
    """A request for an approval as an item of the output."""
    return {"type": "mcp_approval_request", "id": id, "name": "delete", "arguments": "{}", "server_label": "repo"}


def output(id: str, text: str = "done") -> dict[str, Any]:
    """The output of a call as an item of a request."""
    return {"type": "function_call_output", "call_id": id, "output": text}


@dataclass
class Seen:
    """A log after it was folded."""

    book: Book
    events: list[Event]

    @property
    def runs(self) -> list[Run]:
        return list(self.book.runs.values())

    @property
    def run(self) -> Run:
        """The only run."""
        (only,) = self.runs
        return only

    def case(self, number: int = 0, wall_ms: float | None = None) -> Case:
        return Case(self.runs[number], self.book, wall_ms=wall_ms)

    def verdict(self, number: int = 0) -> Verdict:
        return judge(self.case(number), self.book.now, ADAPTER.rules, ADAPTER.has_terminal_event, ADAPTER.acts)

    def ending(self, number: int = 0) -> Ending:
        return self.verdict(number).ending

    def finding(self, id: str, number: int = 0) -> Finding:
        return next(finding for finding in self.verdict(number).findings if finding.id == id)

    def found(self, number: int = 0) -> set[str]:
        return {finding.id for finding in self.verdict(number).findings}

    def facts(self, kind: type[Fact]) -> list[Any]:
        return [fact for event in self.events for fact in event.facts if isinstance(fact, kind)]


def fold(log: BaseLog | list[Frame]) -> Seen:
    """Feed a log into a book."""
    book = Book([ADAPTER], ADAPTER.name)
    frames = log.frames if isinstance(log, BaseLog) else log
    grown = [book.feed(frames), book.flush()]
    return Seen(book, [event for part in grown for event in part.events if isinstance(event, Event)])


def waiting(*items: dict[str, Any], **asked: Any) -> Log:
    """A response that ended in these calls."""
    log = Log().open(asked).tells("in_progress")
    for place, item in enumerate(items):
        log.item(item, place)
    return log.tells("completed", output=list(items)).end()
