"""Drives scripts against a real server, and keeps what crosses the wire in a book: the product without its services."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import httpx

from inspector.domain.actions import Outcome
from inspector.domain.adapter import Target
from inspector.domain.book import Book, Decoder, Keys
from inspector.domain.calls import Answer, Call, Reply, Script, Sleep, filled
from inspector.domain.case import Case
from inspector.domain.charts import Chart
from inspector.domain.frames import Frame, Kind
from inspector.protocols.langgraph.acts import act
from inspector.protocols.langgraph.attach import look
from inspector.protocols.langgraph.chart import CHART
from inspector.protocols.langgraph.decoder import Decoder as LangGraphDecoder
from inspector.protocols.langgraph.plans import start
from inspector.protocols.langgraph.probe import probe

T = TypeVar("T")


class Backend:
    """As much of an adapter as a book needs."""

    name = "langgraph"

    def chart_of(self, run_protocol: str) -> Chart:
        return CHART

    def decoder(self, keys: Keys) -> Decoder:
        return LangGraphDecoder(keys)

    def claims(self, frames: Sequence[Frame]) -> float:
        return 1.0


class Desk:
    """One connection. Streams are read by threads of their own until they end or the desk is closed."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=httpx.Timeout(20, read=30))
        self.book = Book([Backend()], "langgraph")
        self.capabilities: Mapping[str, Any] = {}
        self.sent: list[Call] = []
        self.since = time.monotonic()
        self._lock = threading.Lock()
        self._seq = self._links = 0
        self._streams: list[tuple[httpx.Response, threading.Thread]] = []

    def close(self) -> None:
        for response, reader in self._streams:
            response.close()
            reader.join(60)
        self.client.close()

    def heard(self) -> None:
        """Wait until all streams that are open have ended."""
        for _, reader in self._streams:
            reader.join(60)

    def now(self) -> float:
        return (time.monotonic() - self.since) * 1000

    def drive(self, script: Script[T], seconds: float = 30.0) -> T:
        """Run a script to its end, with ``TimeoutError`` thrown into it at the deadline."""
        end, pause = time.monotonic() + seconds, threading.Event()
        value: Reply | None = None
        try:
            step = next(script)
            while True:
                if time.monotonic() > end:
                    step = script.throw(TimeoutError())
                if isinstance(step, Sleep):
                    pause.wait(step.seconds)
                    value = None
                else:
                    value = self.send(step)
                step = script.send(value)
        except StopIteration as done:
            result: T = done.value
            return result

    def send(self, call: Call) -> Reply:
        self._links += 1
        link = self._links
        if not call.reads:
            self.sent.append(call)
        request = self.client.build_request(
            call.method, call.path, params=list(call.query), headers=dict(call.headers), **_body(call)
        )
        head: dict[str, Any] = {"method": call.method, "url": str(request.url), "headers": {}, "json": True}
        self._keep(link, Kind.REQUEST, head, request.content)
        try:
            response = self.client.send(request, stream=True)
        except httpx.HTTPError as error:
            self._keep(link, Kind.END, {"how": "refused", "by": "server", "detail": str(error)})
            return Reply(0, link=link, error=str(error) or type(error).__name__)
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._keep(link, Kind.RESPONSE, {"status": response.status_code, "headers": headers})
        stream = headers.get("content-type", "").startswith("text/event-stream")
        if call.answer is Answer.STREAM and response.is_success and stream:
            reader = threading.Thread(target=self._read, args=(link, response), daemon=True)
            self._streams.append((response, reader))
            reader.start()
            return Reply(response.status_code, headers, None, link)
        raw = response.read()
        self._keep(link, Kind.DATA, {}, raw)
        self._keep(link, Kind.END, {"how": "eof", "by": "server"})
        return Reply(response.status_code, headers, _value(raw), link)

    def _read(self, link: int, response: httpx.Response) -> None:
        how, by = "eof", "server"
        try:
            for chunk in response.iter_raw():
                self._keep(link, Kind.DATA, {}, chunk)
        except httpx.StreamClosed:
            how, by = "closed", "client"
        except httpx.HTTPError:
            how, by = ("closed", "client") if response.is_closed else ("cut", "server")
        self._keep(link, Kind.END, {"how": how, "by": by})

    def _keep(self, link: int, kind: Kind, head: Mapping[str, Any], body: bytes = b"") -> None:
        with self._lock:
            self._seq += 1
            self.book.feed([Frame(self._seq, self.now(), link, kind, head, body)])

    def probe(self) -> None:
        self.capabilities = self.drive(probe()).capabilities

    def look(self, run: str | None, thread: str) -> None:
        for call in look(Target("langgraph", run, thread), self.capabilities):
            self.send(call)

    def case(self, run: str) -> Case:
        with self._lock:
            found = self.book.run_by_id(run)
        assert found is not None
        return Case(found, self.book, capabilities=self.capabilities)

    def act(self, action: str, run: str, data: Any = None, seconds: float = 30.0) -> Outcome:
        """An act on a run as it is known; what was sent is in ``sent``."""
        self.sent.clear()
        return self.drive(act(action, self.case(run), data), seconds)

    def run(self, thread: str, assistant: str, given: Any = None, **more: Any) -> str:
        """A run that somebody else started, in the background; its id."""
        body = {"assistant_id": assistant, "input": {} if given is None else given, **more}
        return str(self.client.post(f"/threads/{thread}/runs", json=body).raise_for_status().json()["run_id"])

    def thread(self) -> str:
        return str(self.client.post("/threads", json={}).raise_for_status().json()["thread_id"])

    def got_to(self, assistant: str, given: Any = None, **more: Any) -> tuple[str, str]:
        """A run that has ended or waits, and that has been looked at: its thread's id and its own."""
        thread = self.thread()
        run = self.run(thread, assistant, given, **more)
        self.client.get(f"/threads/{thread}/runs/{run}/join").raise_for_status()
        self.until(thread, lambda row: row["status"] != "busy")
        self.look(run, thread)
        return thread, run

    def until(self, thread: str, holds: Any, seconds: float = 30.0) -> Any:
        """Ask for a thread until something holds of it."""
        end, pause = time.monotonic() + seconds, threading.Event()
        row = self.client.get(f"/threads/{thread}").json()
        while not holds(row):
            assert time.monotonic() < end, f"never so: {row}"
            pause.wait(0.1)
            row = self.client.get(f"/threads/{thread}").json()
        return row

    def under_way(self, assistant: str, node: str, given: Any = None, **more: Any) -> tuple[str, str]:
        """A run that is executing a node, and that has been looked at."""
        thread = self.thread()
        run = self.run(thread, assistant, given, **more)
        end, pause = time.monotonic() + 30, threading.Event()
        while self.state(thread).get("next") != [node]:
            assert time.monotonic() < end, "the node was never reached"
            pause.wait(0.1)
        self.look(run, thread)
        return thread, run

    def state(self, thread: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/threads/{thread}/state").json()
        return found

    def start(self, data: Mapping[str, Any]) -> Reply:
        """Send what starting a run takes."""
        reply: Reply | None = None
        for call in start(data):
            reply = self.send(filled(call, reply))
        assert reply is not None
        return reply


def _body(call: Call) -> dict[str, Any]:
    return {} if call.json is None else {"json": call.json}


def _value(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode("utf-8", "replace")
