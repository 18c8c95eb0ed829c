"""A Responses server for a team of agents that says what the name of the model tells it to say.

``calls-NAME`` calls that function once and then answers; ``says`` answers. Behind a colon stands what goes wrong:
``no-headers`` (the first request of a conversation is never answered, the next is), ``never`` (none is), ``created``
(nothing after the first event), ``cut`` (breaks off in the middle of the text).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, ClassVar

ANSWER = "The ferry leaves at nine."
ARGUMENTS = {"get_weather": {"city": "Oslo"}, "delete_file": {"name": "log.txt"}, "ask_researcher": {"input": "When?"}}


class Upstream:
    """``asked`` counts the requests by model."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self.numbers = count(1)
        self.over = threading.Event()
        handler = type("Handler", (_Handler,), {"house": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @contextmanager
    def listening(self) -> Iterator[Upstream]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    house: ClassVar[Upstream]

    def handle(self) -> None:
        with suppress(OSError):  # the other side went away
            super().handle()

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        model, _, trouble = str(asked["model"]).partition(":")
        before = self.house.asked.get(asked["model"], 0)
        self.house.asked[asked["model"]] = before + 1
        if trouble == "never" or (trouble == "no-headers" and before == 0):
            self.house.over.wait()
            self.close_connection = True
            return
        events = self._events(asked, model)
        if asked.get("stream"):
            self._stream(events, trouble)
        else:
            self._whole(events[-1]["response"], trouble)

    def _events(self, asked: dict[str, Any], model: str) -> list[dict[str, Any]]:
        number = next(self.house.numbers)
        function = model.removeprefix("calls-") if model.startswith("calls-") else None
        if function is not None and all(item.get("name") != function for item in _items(asked)):
            item = _call(function, number)
        else:
            item = _message(number)
        return [{**event, "sequence_number": at} for at, event in enumerate(_told(asked, item, f"resp_{number:08d}"))]

    def _stream(self, events: list[dict[str, Any]], trouble: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for at, event in enumerate(events):
            if trouble == "created" and at == 1:
                self.house.over.wait()
            if (trouble == "created" and at == 1) or (trouble == "cut" and event["type"].endswith("text.done")):
                self.close_connection = True
                return
            data = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def _whole(self, response: dict[str, Any], trouble: str) -> None:
        if trouble == "created":
            self.house.over.wait()
        body = json.dumps(response).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _items(asked: dict[str, Any]) -> list[dict[str, Any]]:
    given = asked.get("input")
    return [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []


def _call(function: str, number: int) -> dict[str, Any]:
    arguments = json.dumps(ARGUMENTS.get(function, {}))
    ident = f"{number:08d}"
    call = {"id": f"fc_{ident}", "call_id": f"call_{ident}", "name": function, "arguments": arguments}
    return {"type": "function_call", "status": "completed", **call}


def _message(number: int) -> dict[str, Any]:
    part = {"type": "output_text", "text": ANSWER, "annotations": [], "logprobs": []}
    return {
        "type": "message",
        "id": f"msg_{number:08d}",
        "role": "assistant",
        "status": "completed",
        "content": [part],
    }


def _told(asked: dict[str, Any], item: dict[str, Any], ident: str) -> Iterator[dict[str, Any]]:
    """The events of one response with one item."""
    usage = {
        "input_tokens": 5,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 7,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 12,
    }
    response = {
        "id": ident,
        "object": "response",
        "created_at": 1_795_000_000,
        "status": "in_progress",
        "model": asked["model"],
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": asked.get("tools", []),
    }
    yield {"type": "response.created", "response": response}
    yield {"type": "response.in_progress", "response": response}
    yield {"type": "response.output_item.added", "output_index": 0, "item": {**item, "status": "in_progress"}}
    if item["type"] == "message":
        at = {"item_id": item["id"], "output_index": 0, "content_index": 0}
        for word in ANSWER.split(" "):
            yield {"type": "response.output_text.delta", **at, "delta": word + " ", "logprobs": []}
        yield {"type": "response.output_text.done", **at, "text": ANSWER, "logprobs": []}
    else:
        at = {"item_id": item["id"], "output_index": 0}
        yield {
            "type": "response.function_call_arguments.done",
            **at,
            "arguments": item["arguments"],
            "name": item["name"],
        }
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    yield {
        "type": "response.completed",
        "response": {**response, "status": "completed", "output": [item], "usage": usage},
    }
