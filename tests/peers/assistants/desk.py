"""Sends calls to a real server and keeps what crosses the wire in a book: the backend without any services."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

from inspector.domain.actions import Outcome
from inspector.domain.adapter import Target
from inspector.domain.book import Book
from inspector.domain.calls import Answer, Call, Reply, Script, Sleep
from inspector.domain.case import Case
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.frames import Frame, Kind
from inspector.protocols.assistants import ADAPTER

T = TypeVar("T")


class Desk:
    """One connection. Streams are read by threads of their own until they end or the desk is closed."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=httpx.Timeout(10, read=60))
        self.book = Book([ADAPTER], ADAPTER.name)
        self.sent: list[Call] = []
        self._since = time.monotonic()
        self._lock = threading.Lock()
        self._seq = self._links = 0
        self._streams: list[tuple[httpx.Response, threading.Thread]] = []

    def close(self) -> None:
        for response, reader in self._streams:
            response.close()
            reader.join(60)
        self.client.close()

    def now(self) -> float:
        return (time.monotonic() - self._since) * 1000

    def drive(self, script: Script[T], seconds: float = 15.0) -> T:
        """Run a script; at the deadline it is told by TimeoutError."""
        end, pause = time.monotonic() + seconds, threading.Event()
        try:
            step = next(script)
            while True:
                if time.monotonic() > end:
                    step = script.throw(TimeoutError())
                elif isinstance(step, Sleep):
                    pause.wait(step.seconds)
                    step = script.send(None)
                else:
                    step = script.send(self.send(step))
        except StopIteration as done:
            result: T = done.value
            return result

    def send(self, call: Call) -> Reply:
        """Send it. An event stream is read on in a thread of its own."""
        self._links += 1
        link = self._links
        if not call.reads:
            self.sent.append(call)
        body = {} if call.json is None else {"json": call.json}
        request = self.client.build_request(
            call.method, call.path, params=list(call.query), headers=dict(call.headers), **body
        )
        self._keep(link, Kind.REQUEST, {"method": call.method, "url": str(request.url), "headers": {}}, request.content)
        try:
            response = self.client.send(request, stream=True)
        except httpx.HTTPError as error:
            self._keep(link, Kind.END, {"how": "refused", "by": "server"})
            return Reply(0, link=link, error=f"The server cannot be reached: {error}")
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._keep(link, Kind.RESPONSE, {"status": response.status_code, "headers": headers})
        if call.answer is Answer.STREAM and headers.get("content-type", "").startswith("text/event-stream"):
            reader = threading.Thread(target=self._read, args=(link, response), daemon=True)
            self._streams.append((response, reader))
            reader.start()
            return Reply(response.status_code, headers, None, link)
        raw = response.read()
        self._keep(link, Kind.DATA, {}, raw)
        self._keep(link, Kind.END, {"how": "eof", "by": "server"})
        return Reply(response.status_code, headers, _value(raw), link)

    def start(self, data: Mapping[str, Any]) -> Reply:
        """A new run, as the start form sends it."""
        replies = [self.send(call) for call in ADAPTER.start(data)]
        return replies[-1]

    def look(self, run: str | None, thread: str) -> None:
        """Ask how a run stands."""
        for call in ADAPTER.look(Target(ADAPTER.name, run, thread), {}):
            self.send(call)

    def stands(self, run: str | None, thread: str | None) -> str | None:
        """Ask, and give the run's status."""
        self.look(run, thread or "")
        return self.status()

    def case(self, number: int = 0) -> Case:
        with self._lock:
            return Case(list(self.book.runs.values())[number], self.book)

    def verdict(self, number: int = 0) -> Verdict:
        case = self.case(number)
        with self._lock:
            return judge(case, self.book.now, ADAPTER.rules, ADAPTER.has_terminal_event)

    def until(self, holds: Callable[[], object], seconds: float = 20.0) -> None:
        """Wait until something holds."""
        end, pause = time.monotonic() + seconds, threading.Event()
        while not holds():
            assert time.monotonic() < end, "it never came to that"
            pause.wait(0.05)

    def status(self, number: int = 0) -> str | None:
        """The run's status as it is known; None before it is."""
        with self._lock:
            runs = list(self.book.runs.values())
            return runs[number].state if number < len(runs) else None

    def act(self, action: str, data: Any = None, number: int = 0, seconds: float = 15.0) -> Outcome:
        """An act on a run as it is known; what was sent for it is in ``sent``."""
        self.sent.clear()
        return self.drive(ADAPTER.act(action, self.case(number), data), seconds)

    def asked(self, assistant: str, status: str) -> tuple[str, str]:
        """A run that somebody else started, once it has this status: thread and id, looked at by us."""
        thread = str(self.client.post("/threads", json={}).raise_for_status().json()["id"])
        made = self.client.post(f"/threads/{thread}/runs", json={"assistant_id": assistant}).raise_for_status()
        run = str(made.json()["id"])
        self.until(lambda: self.client.get(f"/threads/{thread}/runs/{run}").json()["status"] == status)
        self.look(run, thread)
        return thread, run

    def _read(self, link: int, response: httpx.Response) -> None:
        how, by = "eof", "server"
        try:
            for chunk in response.iter_raw():
                self._keep(link, Kind.DATA, {}, chunk)
        except (httpx.HTTPError, httpx.StreamClosed):
            how, by = ("closed", "client") if response.is_closed else ("cut", "server")
        self._keep(link, Kind.END, {"how": how, "by": by})

    def _keep(self, link: int, kind: Kind, head: Mapping[str, Any], body: bytes = b"") -> None:
        with self._lock:
            self._seq += 1
            self.book.feed([Frame(self._seq, self.now(), link, kind, head, body)])


def _value(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode("utf-8", "replace")
