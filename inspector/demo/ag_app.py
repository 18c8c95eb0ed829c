"""A small app of a coordinator and a researcher, as the Agents SDK runs one.

It asks a Responses server, and reports its spans as a tap does. It knows nothing of being watched, and waits for its
server as long as official clients do.
"""

from __future__ import annotations

import json
import socket
import threading
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from inspector.demo.rs_run import Actor, Model, Script, Wait

COORDINATOR, RESEARCHER = "coordinator", "no-headers"
HANDOFF = "transfer_to_researcher"
READ_TIMEOUT_S = 600
"""What the app's client says of itself; it is never reached here."""


def coordinate(act: Actor, first: bool) -> Script:
    """Hands over to the researcher."""
    yield Wait(0.4)
    act.begin()
    yield from act.call(((HANDOFF, "{}"),))
    act.complete()


MODELS: tuple[Model, ...] = (Model(COORDINATOR, "Hands over to another agent.", coordinate),)
"""The model that only the app asks; the researcher's is one whose first attempt is never answered."""


class TeamApp:
    """One run of the app on a thread of its own. ``base`` is where it finds its server and the place for its traces."""

    def __init__(self, base: str, question: str) -> None:
        parts = urlsplit(base)
        self._place = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._said: list[dict[str, Any]] = [{"role": "user", "content": question}]
        self._app = f"demo-{uuid.uuid4().hex[:8]}"
        self._play = uuid.uuid4().hex
        self.trace = f"trace_{uuid.uuid4().hex}"
        self._lock = threading.Lock()
        self._line: HTTPConnection | None = None
        self._over = False
        self._thread = threading.Thread(target=self._run, name="demo app", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """End it where it stands, as a kill would."""
        with self._lock:
            self._over = True
            if self._line is not None and self._line.sock is not None:
                with suppress(OSError):
                    self._line.sock.shutdown(socket.SHUT_RDWR)
        if self._thread.ident is not None:
            self._thread.join(5.0)

    def _run(self) -> None:
        with suppress(OSError, HTTPException):
            self._tell("trace_start", self._trace_object())
            task = self._begin(
                None, {"type": "custom", "name": "task", "data": {"sdk_span_type": "task", "name": "demo"}}
            )
            if self._coordinate(task):
                self._research(task)
            self._end(task)
            self._tell("trace_end", self._trace_object())
            self._post("/v1/traces/tap", {"data": [{"is": "shutdown"}]})

    def _coordinate(self, task: dict[str, Any]) -> bool:
        """Whether it could hand over."""
        agent, turn = self._agent(task, "Coordinator", 1)
        if not self._ask(agent, turn, COORDINATOR):
            return False
        calls = [each["call_id"] for each in self._said if "call_id" in each]
        self._said += [{"type": "function_call_output", "call_id": each, "output": "{}"} for each in calls]
        handoff = self._begin(turn, {"type": "handoff", "from_agent": "Coordinator", "to_agent": None})
        handoff["span_data"]["to_agent"] = "Researcher"
        self._end(handoff)
        self._end(turn)
        self._end(agent)
        return True

    def _research(self, task: dict[str, Any]) -> None:
        agent, turn = self._agent(task, "Researcher", 2)
        if self._ask(agent, turn, RESEARCHER):
            self._end(turn)
            self._end(agent)

    def _agent(self, task: dict[str, Any], name: str, turn: int) -> tuple[dict[str, Any], dict[str, Any]]:
        agent = self._begin(task, {"type": "agent", "name": name, "handoffs": [], "tools": [], "output_type": "str"})
        data = {"sdk_span_type": "turn", "turn": turn, "agent_name": name}
        return agent, self._begin(agent, {"type": "custom", "name": "turn", "data": data})

    def _ask(self, agent: dict[str, Any], turn: dict[str, Any], model: str) -> bool:
        """One call of a model, in its span; where it fails, all spans around it end with the error."""
        call = self._begin(turn, {"type": "response", "response_id": None, "usage": None})
        asked = {"model": model, "input": self._said, "stream": True, "metadata": {"play": self._play}}
        response, error = outcome(*self._post("/v1/responses", asked))
        if response is not None:
            call["span_data"]["response_id"] = response["id"]
            self._said += [item for item in response["output"] if item["type"] == "function_call"]
            self._end(call)
            return True
        said = {"message": "Error streaming response", "data": {"error": error}}
        self._end(call, said)
        self._end(turn)
        self._end(agent, {**said, "message": "Error in agent run"})
        return False

    def _begin(self, parent: Mapping[str, Any] | None, data: dict[str, Any]) -> dict[str, Any]:
        span = {
            "object": "trace.span",
            "id": f"span_{uuid.uuid4().hex[:24]}",
            "trace_id": self.trace,
            "parent_id": None if parent is None else parent["id"],
            "started_at": datetime.now(UTC).isoformat(),
            "ended_at": None,
            "span_data": data,
            "error": None,
        }
        self._tell("span_start", span)
        return span

    def _end(self, span: dict[str, Any], error: Mapping[str, Any] | None = None) -> None:
        self._tell("span_end", {**span, "ended_at": datetime.now(UTC).isoformat(), "error": error})

    def _tell(self, word: str, item: Mapping[str, Any]) -> None:
        self._post("/v1/traces/tap", {"data": [{"is": word, "item": item}]})

    def _trace_object(self) -> Mapping[str, Any]:
        return {"object": "trace", "id": self.trace, "workflow_name": "demo", "group_id": "demo", "metadata": None}

    def _post(self, path: str, body: Mapping[str, Any]) -> tuple[int, bytes]:
        """Status and body of the answer. OSError once the app was closed."""
        line = HTTPConnection(*self._place)
        with self._lock:
            if self._over:
                raise OSError("the app was closed")
            self._line = line
            line.connect()
        headers = {"content-type": "application/json", "user-agent": "Agents/Python (demo)"}
        if path == "/v1/responses":
            headers |= {"x-stainless-read-timeout": str(READ_TIMEOUT_S), "x-stainless-retry-count": "0"}
        else:
            headers["x-stream-inspector-app"] = self._app
        try:
            line.request("POST", path, json.dumps(body), headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()


def outcome(status: int, body: bytes) -> tuple[Mapping[str, Any] | None, str | None]:
    """The response that these bytes of a stream bring to its end, or what went wrong."""
    if status != 200:
        return None, f"Error code: {status}"
    for line in body.splitlines():
        event = json.loads(line[5:]) if line.startswith(b"data:") and line[5:].strip() != b"[DONE]" else {}
        if event.get("type") == "response.completed":
            return event["response"], None
        if event.get("type") in ("response.failed", "error"):
            told = (event.get("response") or event).get("error") or event
            return None, str(told.get("message"))
    return None, "the stream ended without a final event"
