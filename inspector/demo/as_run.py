"""One run of the simulated Assistants-compatible server: a script is played, and each change is told as an event."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isinf
from typing import Any

from inspector.demo.as_state import Message, Run, Step, Thread, ToolCall
from inspector.demo.clock import Clock, Timer, unix
from inspector.demo.events import NO_FAULT, Fault
from inspector.demo.ids import Ids

_REASONS = {"failed": "run_failed", "cancelled": "run_cancelled", "expired": "run_expired"}


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes, or without end if no seconds are given."""

    seconds: float = inf


@dataclass(frozen=True, slots=True)
class Outputs:
    """The script goes on when the outputs of the wanted tool calls were submitted: they are sent into it."""


Script = Generator[Wait | Outputs, Mapping[str, str], None]


@dataclass(frozen=True, slots=True)
class Assistant:
    """An assistant: what its runs do. ``script`` is given the actor and whether this is the thread's first run.

    ``fault`` is what is wrong with the streams of a thread's first run, ``beats`` whether those send keep-alives.
    ``lifetime`` is how long a run may take, ``cancel_takes`` how long it stays ``cancelling``; both in seconds.
    """

    id: str
    name: str
    description: str
    script: Callable[[Actor, bool], Script]
    tools: tuple[dict[str, Any], ...] = ()
    fault: Fault = NO_FAULT
    beats: bool = False
    lifetime: float = 600.0
    cancel_takes: float = 2.0

    def wire(self, created_at: int) -> dict[str, Any]:
        """The assistant object."""
        return {
            "id": self.id,
            "object": "assistant",
            "created_at": created_at,
            "name": self.name,
            "description": self.description,
            "model": "demo",
            "instructions": "Be brief.",
            "tools": list(self.tools),
            "metadata": {},
        }


class Actor:
    """Plays an assistant's script on a run."""

    def __init__(self, clock: Clock, ids: Ids, thread: Thread, run: Run, assistant: Assistant) -> None:
        self._clock = clock
        self._ids = ids
        self._thread = thread
        self._run = run
        self._assistant = assistant
        self._script = assistant.script(self, run.first)
        self._message: Message | None = None
        self._timer: Timer | None = None
        self._limit: Timer | None = None

    # what the server does with it

    def start(self) -> None:
        """Tell that the run is there, and begin to play."""
        self._run.tell("thread.run.created", self._run.wire())
        self._run.tell("thread.run.queued", self._run.wire())
        left = self._run.expires_at - self._clock.wall().timestamp()
        if left > 0:
            self._limit = self._clock.later(left, lambda: self._end("expired"))
        self._play(None)

    def cancel(self) -> None:
        """Stop playing. The run is ``cancelling`` for a while, and then ``cancelled``."""
        self._halt()
        self._change("cancelling")
        self._timer = self._clock.later(self._assistant.cancel_takes, lambda: self._end("cancelled"))

    def stop(self) -> None:
        """Stop playing, without a word."""
        self._halt()
        if self._limit is not None:
            self._limit.cancel()

    def submit(self, outputs: Mapping[str, str]) -> None:
        """Go on with the outputs of the wanted tool calls."""
        for call in self._run.wanted:
            call.output = outputs[call.id]
        for step in self._run.steps:
            if step.status == "in_progress":
                self._close(step, "completed")
        self._change("queued")
        self._timer = self._clock.later(0.4, lambda: self._resume(outputs))

    # what a script does

    def begin(self) -> None:
        """The run is taken up."""
        self._run.started_at = self._now()
        self._change("in_progress")

    def say(self, text: str, every: float = 0.12) -> Script:
        """Begin a message and write it word by word. It is closed when the run ends, or the next one begins."""
        self._close_message()
        self._message = self._open_message()
        for number, word in enumerate(text.split(" ")):
            yield Wait(every)
            value = f" {word}" if number else word
            self._message.text += value
            part: dict[str, Any] = {"index": 0, "type": "text", "text": {"value": value}}
            if not number:
                part["text"]["annotations"] = []
            delta = {"id": self._message.id, "object": "thread.message.delta", "delta": {"content": [part]}}
            self._run.tell("thread.message.delta", delta)

    def ask(self, calls: Sequence[tuple[str, str]]) -> Script:
        """Want these functions (name, arguments as JSON) called. The script then has to wait for their outputs."""
        wanted = [ToolCall(self._ids.prefixed("call"), name, arguments) for name, arguments in calls]
        step = self._open_step(None)
        for index, call in enumerate(wanted):
            full, call.arguments = call.arguments, ""
            self._delta(step, index, {"id": call.id, "function": {"name": call.name, "arguments": "", "output": None}})
            step.calls.append(call)
            for start in range(0, len(full), 8):
                yield Wait(0.08)
                call.arguments += full[start : start + 8]
                self._delta(step, index, {"function": {"arguments": full[start : start + 8]}})
        self._run.wanted = wanted
        self._change("requires_action")
        self._run.tell("done", None)

    def complete(self) -> None:
        """The run ends well."""
        self._end("completed")

    def fail(self, code: str, message: str) -> None:
        """The run fails."""
        self._run.error = {"code": code, "message": message}
        self._end("failed")

    def incomplete(self, reason: str) -> None:
        """The run ends early, for this reason."""
        self._run.reason = reason
        self._end("incomplete", message_reason=reason)

    # inner workings

    def _play(self, given: Mapping[str, str] | None) -> None:
        try:
            step = next(self._script) if given is None else self._script.send(given)
        except StopIteration:
            return
        if isinstance(step, Wait) and not isinf(step.seconds):
            self._timer = self._clock.later(step.seconds, lambda: self._play(None))

    def _resume(self, outputs: Mapping[str, str]) -> None:
        self._change("in_progress")
        self._play(outputs)

    def _end(self, status: str, message_reason: str | None = None) -> None:
        if not self._run.active:
            return
        self.stop()
        self._close_message(message_reason or _REASONS.get(status))
        for step in self._run.steps:
            if step.status == "in_progress":
                step.error = self._run.error
                self._close(step, "completed" if status == "incomplete" else status)
        self._run.ended_at = self._now()
        self._change(status)
        self._run.tell("done", None)

    def _halt(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _change(self, status: str) -> None:
        self._run.status = status
        self._run.tell(f"thread.run.{status}", self._run.wire())

    def _open_message(self) -> Message:
        run = self._run
        message = Message(
            self._ids.prefixed("msg"), self._now(), run.thread, "assistant", "", run.id, run.assistant, "in_progress"
        )
        self._open_step(message.id)
        self._thread.messages[message.id] = message
        self._run.tell("thread.message.created", message.wire())
        self._run.tell("thread.message.in_progress", message.wire())
        return message

    def _close_message(self, reason: str | None = None) -> None:
        message = self._message
        if message is None:
            return
        message.status = "incomplete" if reason else "completed"
        message.reason, message.ended_at = reason, self._now()
        self._run.tell(f"thread.message.{message.status}", message.wire())
        self._message = None

    def _open_step(self, message: str | None) -> Step:
        step = Step(self._ids.prefixed("step"), self._now(), self._run, message)
        self._run.steps.append(step)
        self._run.tell("thread.run.step.created", step.wire())
        self._run.tell("thread.run.step.in_progress", step.wire())
        return step

    def _close(self, step: Step, status: str) -> None:
        step.status, step.ended_at = status, self._now()
        self._run.tell(f"thread.run.step.{status}", step.wire())

    def _delta(self, step: Step, index: int, call: dict[str, Any]) -> None:
        details = {"type": "tool_calls", "tool_calls": [{"index": index, "type": "function", **call}]}
        data = {"id": step.id, "object": "thread.run.step.delta", "delta": {"step_details": details}}
        self._run.tell("thread.run.step.delta", data)

    def _now(self) -> int:
        return unix(self._clock.wall())
