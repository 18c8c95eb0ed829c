"""One response of the simulated server: a model's script is played, and each change is told as an event."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isinf
from typing import Any

from inspector.demo.clock import Clock, Timer, unix
from inspector.demo.events import NO_FAULT, Fault
from inspector.demo.ids import Ids
from inspector.demo.rs_state import Response

WINDOW = 300.0
"""For how many seconds the real service streams a background response again."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes, or without end if no seconds are given."""

    seconds: float = inf


Script = Generator[Wait, None, None]


@dataclass(frozen=True, slots=True)
class Model:
    """A model: what the responses are that it makes.

    ``script`` is given the actor and whether this is the first response to this request: what goes wrong then goes well
    when the same is asked again. ``unanswered`` is how many attempts at a request get no answer, not even headers.
    ``fault`` is what is wrong with the stream of a first response, ``beats`` whether that sends keep-alives.
    """

    id: str
    description: str
    script: Callable[[Actor, bool], Script]
    unanswered: int = 0
    fault: Fault = NO_FAULT
    beats: bool = False

    def wire(self, created_at: int) -> dict[str, Any]:
        """The model object."""
        return {"id": self.id, "object": "model", "created": created_at, "owned_by": "stream-inspector"}


class Actor:
    """Plays a model's script on a response. ``outputs`` are the call outputs and decisions of its request, by id."""

    def __init__(
        self, clock: Clock, ids: Ids, response: Response, model: Model, first: bool, outputs: Mapping[str, Any]
    ) -> None:
        self.outputs = outputs
        self._clock = clock
        self._ids = ids
        self._response = response
        self._script = model.script(self, first)
        self._message: dict[str, Any] | None = None
        self._timer: Timer | None = None

    @property
    def request(self) -> Mapping[str, Any]:
        """The body that asked for the response."""
        return self._response.request

    # what the server does with it

    def start(self) -> None:
        """Tell that the response is there, and begin to play."""
        background = self._response.background
        self._response.status = "queued" if background else "in_progress"
        self._lifecycle("response.created")
        if background:
            self._lifecycle("response.queued")
        self._play()

    def stop(self, status: str = "cancelled") -> None:
        """Stop playing. No event tells of it."""
        if self._timer is not None:
            self._timer.cancel()
        self._script.close()
        self._response.status = status
        self._response.close()

    # what a script does

    def begin(self) -> None:
        """The response is taken up."""
        self._response.status = "in_progress"
        self._lifecycle("response.in_progress")

    def say(self, text: str, every: float = 0.12) -> Script:
        """Write a message, word by word."""
        item = self._open({"type": "message", "status": "in_progress", "role": "assistant", "content": []}, "msg")
        self._message = item
        part: dict[str, Any] = {"type": "output_text", "annotations": [], "logprobs": [], "text": ""}
        place = {"item_id": item["id"], "output_index": len(self._response.output) - 1, "content_index": 0}
        self._response.tell("response.content_part.added", **place, part=dict(part))
        item["content"] = [part]
        for number, word in enumerate(text.split(" ")):
            yield Wait(every)
            piece = f" {word}" if number else word
            part["text"] += piece
            self._response.tell("response.output_text.delta", **place, delta=piece, logprobs=[])
        self._close_message("completed")

    def call(self, calls: Sequence[tuple[str, str]]) -> Script:
        """Want these functions (name, arguments as JSON) called: their outputs come with a later request."""
        for name, arguments in calls:
            call = {"status": "in_progress", "arguments": "", "call_id": self._ids.prefixed("call"), "name": name}
            item = self._open({"type": "function_call", **call}, "fc")
            place = {"item_id": item["id"], "output_index": len(self._response.output) - 1}
            for start in range(0, len(arguments), 8):
                yield Wait(0.08)
                piece = arguments[start : start + 8]
                item["arguments"] += piece
                self._response.tell("response.function_call_arguments.delta", **place, delta=piece)
            self._response.tell("response.function_call_arguments.done", **place, name=name, arguments=arguments)
            item["status"] = "completed"
            self._done(item)

    def ask_approval(self, server: str, name: str, arguments: str) -> None:
        """Want a call of another server's tool approved: the decision comes with a later request."""
        asked = {"type": "mcp_approval_request", "server_label": server, "name": name, "arguments": arguments}
        self._done(self._open(asked, "mcpr"))

    def mcp_call(self, request: Mapping[str, Any], output: str) -> Script:
        """Make a call that was approved."""
        made = {name: request.get(name) for name in ("server_label", "name", "arguments")}
        whole = {**made, "approval_request_id": request.get("id"), "error": None}
        item = self._open({"type": "mcp_call", "status": "in_progress", **whole, "output": None}, "mcp")
        place = {"item_id": item["id"], "output_index": len(self._response.output) - 1}
        self._response.tell("response.mcp_call.in_progress", **place)
        yield Wait(0.6)
        item["status"], item["output"] = "completed", output
        self._response.tell("response.mcp_call.completed", **place)
        self._done(item)

    def complete(self) -> None:
        """The response ends well."""
        self._end("completed")

    def fail(self, code: str, message: str) -> None:
        """The response fails."""
        self._response.error = {"code": code, "message": message}
        self._end("failed")

    def incomplete(self, reason: str) -> None:
        """The response ends early, for this reason."""
        self._response.reason = reason
        self._end("incomplete")

    # inner workings

    def _play(self) -> None:
        if not self._response.active:
            return
        step = next(self._script, None)
        if step is not None and not isinf(step.seconds):
            self._timer = self._clock.later(step.seconds, self._play)

    def _end(self, status: str) -> None:
        self._close_message("incomplete")
        self._response.status = status
        self._response.completed_at = unix(self._clock.wall()) if status == "completed" else None
        self._lifecycle(f"response.{status}")
        self._response.close()

    def _lifecycle(self, name: str) -> None:
        self._response.tell(name, response=self._response.wire())

    def _open(self, item: dict[str, Any], prefix: str) -> dict[str, Any]:
        item = {"id": self._ids.prefixed(prefix), **item}
        self._response.output.append(item)
        index = len(self._response.output) - 1
        self._response.tell("response.output_item.added", output_index=index, item=dict(item))
        return item

    def _done(self, item: dict[str, Any]) -> None:
        index = next(at for at, one in enumerate(self._response.output) if one is item)
        self._response.tell("response.output_item.done", output_index=index, item=dict(item))

    def _close_message(self, status: str) -> None:
        item, self._message = self._message, None
        if item is None:
            return
        part = item["content"][0]
        place = {"item_id": item["id"], "output_index": len(self._response.output) - 1, "content_index": 0}
        self._response.tell("response.output_text.done", **place, text=part["text"], logprobs=[])
        self._response.tell("response.content_part.done", **place, part=dict(part))
        item["status"] = status
        self._done(item)
