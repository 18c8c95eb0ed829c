"""What an Assistants-compatible server keeps: threads, messages, runs and steps, in the words of its wire.

Times are Unix seconds. Field names and their order are those of the public API's objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ACTIVE = ("queued", "in_progress", "requires_action", "cancelling")
TERMINAL = ("completed", "incomplete", "failed", "cancelled", "expired")


@dataclass(slots=True)
class Message:
    """One message of a thread."""

    id: str
    created_at: int
    thread: str
    role: str
    text: str
    run: str | None = None
    assistant: str | None = None
    status: str = "completed"
    reason: str | None = None
    ended_at: int | None = None

    def wire(self) -> dict[str, Any]:
        """The message object."""
        content = [{"type": "text", "text": {"value": self.text, "annotations": []}}] if self.text else []
        return {
            "id": self.id,
            "object": "thread.message",
            "created_at": self.created_at,
            "assistant_id": self.assistant,
            "thread_id": self.thread,
            "run_id": self.run,
            "status": self.status,
            "incomplete_details": {"reason": self.reason} if self.reason else None,
            "incomplete_at": self.ended_at if self.status == "incomplete" else None,
            "completed_at": self.ended_at if self.status == "completed" else None,
            "role": self.role,
            "content": content,
            "attachments": [],
            "metadata": {},
        }


@dataclass(slots=True)
class ToolCall:
    """A function that the run wants called. ``output`` is None until it was."""

    id: str
    name: str
    arguments: str
    output: str | None = None

    def wanted(self) -> dict[str, Any]:
        """As in ``required_action``."""
        return {"id": self.id, "type": "function", "function": {"name": self.name, "arguments": self.arguments}}

    def wire(self) -> dict[str, Any]:
        """As in a step."""
        function = {"name": self.name, "arguments": self.arguments, "output": self.output}
        return {"id": self.id, "type": "function", "function": function}


@dataclass(slots=True)
class Step:
    """One step of a run: the creation of a message, or tool calls."""

    id: str
    created_at: int
    run: Run
    message: str | None = None
    calls: list[ToolCall] = field(default_factory=list)
    status: str = "in_progress"
    ended_at: int | None = None
    error: dict[str, str] | None = None

    def wire(self) -> dict[str, Any]:
        """The step object."""
        kind = "message_creation" if self.message else "tool_calls"
        inner: Any = {"message_id": self.message} if self.message else [call.wire() for call in self.calls]
        return {
            "id": self.id,
            "object": "thread.run.step",
            "created_at": self.created_at,
            "run_id": self.run.id,
            "assistant_id": self.run.assistant,
            "thread_id": self.run.thread,
            "type": kind,
            "status": self.status,
            "cancelled_at": self._at("cancelled"),
            "completed_at": self._at("completed"),
            "expires_at": self.run.expires_at,
            "failed_at": self._at("failed"),
            "last_error": self.error,
            "step_details": {"type": kind, kind: inner},
            "usage": _usage(20, 10) if self.status == "completed" else None,
        }

    def _at(self, status: str) -> int | None:
        return self.ended_at if self.status == status else None


Listener = Callable[[str, Any], None]
"""Is told an event of a run: its name and its data. ``done`` with None is the last one of a stream."""


@dataclass(slots=True)
class Run:
    """One run. ``first`` is whether it is the first one of its thread."""

    id: str
    thread: str
    assistant: str
    created_at: int
    expires_at: int
    instructions: str
    tools: list[dict[str, Any]]
    metadata: dict[str, Any]
    first: bool
    status: str = "queued"
    started_at: int | None = None
    ended_at: int | None = None
    wanted: list[ToolCall] = field(default_factory=list)
    error: dict[str, str] | None = None
    reason: str | None = None
    steps: list[Step] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)

    @property
    def active(self) -> bool:
        """It holds its thread."""
        return self.status in ACTIVE

    def tell(self, event: str, data: Any) -> None:
        """Hand an event to the streams that are open."""
        for listener in list(self.listeners):
            listener(event, data)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear what comes from now on. Returns what ends it."""
        self.listeners.append(listener)

        def stop() -> None:
            if listener in self.listeners:
                self.listeners.remove(listener)

        return stop

    def wire(self) -> dict[str, Any]:
        """The run object."""
        waits = self.status == "requires_action"
        ended = self.status in TERMINAL
        return {
            "id": self.id,
            "object": "thread.run",
            "created_at": self.created_at,
            "assistant_id": self.assistant,
            "thread_id": self.thread,
            "status": self.status,
            "started_at": self.started_at,
            "expires_at": None if ended and self.status != "expired" else self.expires_at,
            "cancelled_at": self._at("cancelled"),
            "failed_at": self._at("failed"),
            "completed_at": self._at("completed", "incomplete"),
            "required_action": self._required_action() if waits else None,
            "last_error": self.error,
            "model": "demo",
            "instructions": self.instructions,
            "tools": self.tools,
            "tool_resources": {},
            "metadata": self.metadata,
            "temperature": 1.0,
            "top_p": 1.0,
            "reasoning_effort": None,
            "max_completion_tokens": None,
            "max_prompt_tokens": None,
            "truncation_strategy": {"type": "auto", "last_messages": None},
            "incomplete_details": {"reason": self.reason} if self.reason else None,
            "usage": _usage(20, 10) if self.status in ("completed", "incomplete") else None,
            "response_format": "auto",
            "tool_choice": "auto",
            "parallel_tool_calls": True,
        }

    def _required_action(self) -> dict[str, Any]:
        calls = [call.wanted() for call in self.wanted]
        return {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": calls}}

    def _at(self, *statuses: str) -> int | None:
        return self.ended_at if self.status in statuses else None


@dataclass(slots=True)
class Thread:
    """One thread, with what belongs to it in the order of its creation."""

    id: str
    created_at: int
    metadata: dict[str, Any]
    messages: dict[str, Message] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)

    @property
    def blocked_by(self) -> Run | None:
        """The run that is active on it."""
        return next((run for run in self.runs.values() if run.active), None)

    def wire(self) -> dict[str, Any]:
        """The thread object."""
        return {
            "id": self.id,
            "object": "thread",
            "created_at": self.created_at,
            "metadata": self.metadata,
            "tool_resources": {},
        }


def _usage(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
