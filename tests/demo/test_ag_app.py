from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from inspector.demo.ag_app import COORDINATOR, HANDOFF, RESEARCHER, TeamApp, outcome
from inspector.demo.scenes import QUESTION

PATIENCE_S = 60.0
CALL = {"type": "function_call", "call_id": "call_1", "name": HANDOFF, "arguments": "{}"}


class House:
    """Answers the app, and keeps what it asked and reported. ``unanswered`` models get no answer."""

    def __init__(self) -> None:
        self.status = 200
        self.unanswered: set[str] = set()
        self.asked: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.over = threading.Event()
        handler = type("Handler", (_Handler,), {"house": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def story(self) -> list[dict[str, Any]]:
        """What the app reported, up to its end."""
        told = [self.told.get(timeout=PATIENCE_S)]
        while told[-1]["is"] != "shutdown":
            told.append(self.told.get(timeout=PATIENCE_S))
        return told


class _Handler(BaseHTTPRequestHandler):
    house: ClassVar[House]

    def handle(self) -> None:
        with suppress(ConnectionError):  # an app that was closed
            super().handle()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/v1/traces/tap":
            self.house.told.put(body["data"][0])
            self._answer(200, b"{}")
            return
        self.house.asked.put(body)
        if body["model"] in self.house.unanswered:
            self.house.over.wait()
            return
        output = [CALL] if body["model"] == COORDINATOR else []
        response = {"id": f"resp_{body['model']}", "output": output}
        said = {"type": "response.completed", "response": response}
        self._answer(self.house.status, b"event: x\ndata: {}\n\ndata: " + json.dumps(said).encode() + b"\n\n")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.over.set()
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_it_goes_well_where_its_server_answers(house: House) -> None:
    app = TeamApp(house.url, QUESTION)
    app.start()
    told = house.story()
    app.close()
    assert [told[0]["is"], told[-2]["is"]] == ["trace_start", "trace_end"]
    assert {each["item"].get("trace_id", each["item"].get("id")) for each in told[:-1]} == {app.trace}
    begun = [each["item"]["id"] for each in told if each["is"] == "span_start"]
    ended = {each["item"]["id"]: each["item"] for each in told if each["is"] == "span_end"}
    assert sorted(begun) == sorted(ended)
    assert all(span["error"] is None and span["ended_at"] >= span["started_at"] for span in ended.values())
    responses = [span["span_data"]["response_id"] for span in ended.values() if span["span_data"]["type"] == "response"]
    assert responses == [f"resp_{COORDINATOR}", f"resp_{RESEARCHER}"]


def test_the_second_request_has_the_output_of_the_call(house: House) -> None:
    app = TeamApp(house.url, QUESTION)
    app.start()
    first, second = house.asked.get(timeout=PATIENCE_S), house.asked.get(timeout=PATIENCE_S)
    app.close()
    assert [item["content"] for item in first["input"]] == [QUESTION]
    assert [item.get("type") for item in second["input"]] == [None, "function_call", "function_call_output"]
    assert second["input"][2]["call_id"] == CALL["call_id"]
    assert first["metadata"] == second["metadata"]


def test_an_error_ends_every_span_around_it(house: House) -> None:
    house.status = 503
    app = TeamApp(house.url, QUESTION)
    app.start()
    told = house.story()
    app.close()
    errors = {each["item"]["span_data"]["type"]: each["item"]["error"] for each in told if each["is"] == "span_end"}
    assert errors["response"]["data"]["error"] == "Error code: 503"
    assert errors["agent"]["message"] == "Error in agent run"
    assert sum(each["is"] == "span_start" for each in told) == sum(each["is"] == "span_end" for each in told) == 4


def test_one_that_hangs_can_be_closed_and_tells_no_end(house: House) -> None:
    house.unanswered.add(RESEARCHER)
    app = TeamApp(house.url, QUESTION)
    app.start()
    house.asked.get(timeout=PATIENCE_S)
    house.asked.get(timeout=PATIENCE_S)
    app.close()
    told: list[str] = []
    while not house.told.empty():
        told.append(house.told.get()["is"])
    assert "trace_end" not in told
    assert told.count("span_start") == told.count("span_end") + 4
    assert all(thread.name != "demo app" for thread in threading.enumerate())


def test_one_that_never_began_can_be_closed() -> None:
    TeamApp("http://127.0.0.1:1", QUESTION).close()


@pytest.mark.parametrize(
    ("events", "error"),
    [
        ([{"type": "response.failed", "response": {"error": {"message": "broken"}}}], "broken"),
        ([{"type": "error", "message": "worse"}], "worse"),
        ([{"type": "response.created"}], "the stream ended without a final event"),
        ([], "the stream ended without a final event"),
    ],
)
def test_what_went_wrong_is_told(events: list[dict[str, Any]], error: str) -> None:
    body = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"
    assert outcome(200, body) == (None, error)
