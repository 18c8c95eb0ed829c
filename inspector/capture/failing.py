"""How an exchange is ended for the app by hand: an answer that its client understands and does not repeat.

Official clients do not try again where ``x-should-retry: false`` stands, and treat ``response.failed`` as an end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from inspector.domain.sse import SseDecoder

WHY = "Ended by hand with Stream Inspector."
_NEAR = 400
"""Characters of an event within which it says that it carries the response."""


def refusal() -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, header lines and body of an answer to a request that got none."""
    body = {"error": {"message": WHY, "type": "server_error", "param": None, "code": "ended_by_hand"}}
    lines = [("content-type", "application/json"), ("x-should-retry", "false")]
    return 503, lines, json.dumps(body).encode()


class Relayed:
    """What of an event stream has gone to the app: enough to end it in its own terms."""

    def __init__(self) -> None:
        self._decoder = SseDecoder()
        self._last = self._told = ""

    def feed(self, chunk: bytes) -> None:
        """One chunk as it was passed on."""
        for event in self._decoder.feed(chunk):
            if event.kind == "event":
                self._last = event.data
                if '"response":' in event.data[:_NEAR]:
                    self._told = event.data

    @property
    def whole(self) -> bool:
        """Whether the last event has ended, so that another one can follow."""
        return not self._decoder.pending

    def failed(self, path: str, now: float) -> bytes | None:
        """A ``response.failed`` event, where this is a stream of a response in which one can follow.

        ``now`` in Unix seconds stands in it where the stream has not told of its response.
        """
        if not self.whole or not path.partition("?")[0].rstrip("/").endswith("/responses"):
            return None
        known = _object(self._told).get("response")
        sequence = _object(self._last).get("sequence_number")
        response = {
            **_BLANK,
            "created_at": int(now),
            **(known if isinstance(known, dict) else {}),
            "status": "failed",
            "error": {"code": "server_error", "message": WHY},
        }
        event = {
            "type": "response.failed",
            "sequence_number": sequence + 1 if isinstance(sequence, int) else 0,
            "response": response,
        }
        return f"event: response.failed\ndata: {json.dumps(event, separators=(',', ':'))}\n\n".encode()


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


_BLANK: Mapping[str, Any] = {
    "id": "resp_ended_by_hand",
    "object": "response",
    "incomplete_details": None,
    "instructions": None,
    "metadata": {},
    "model": "",
    "output": [],
    "parallel_tool_calls": True,
    "temperature": None,
    "tool_choice": "auto",
    "tools": [],
    "top_p": None,
}
"""What official clients expect of a response object, for a stream that has not told of one."""
