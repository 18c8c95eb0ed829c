"""What the simulated Responses server keeps: responses with the events that they told, and conversations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ACTIVE = ("queued", "in_progress")
Listener = Callable[[dict[str, Any] | None], None]
"""Is handed each event, and None when no more will come."""

_ASKED = (
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "previous_response_id",
    "safety_identifier",
    "user",
)


@dataclass(slots=True)
class Response:
    """One response. ``request`` is the body that asked for it, ``events`` what its stream told, by sequence number.

    ``born`` is its creation in simulated seconds. ``first``: nobody asked for the same before.
    """

    id: str
    created_at: int
    request: dict[str, Any]
    input: list[dict[str, Any]]
    born: float
    first: bool = True
    status: str = "in_progress"
    conversation: str | None = None
    output: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, str] | None = None
    reason: str | None = None
    completed_at: int | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)

    @property
    def active(self) -> bool:
        """It is not over."""
        return self.status in ACTIVE

    @property
    def background(self) -> bool:
        """It goes on without the connection that asked for it, and can be cancelled by its id."""
        return self.request.get("background") is True

    @property
    def streamed(self) -> bool:
        """Its events were asked for, and are kept."""
        return self.request.get("stream") is True

    @property
    def stored(self) -> bool:
        """It can be asked for, and gone on from."""
        return self.request.get("store") is not False

    def tell(self, name: str, /, **values: Any) -> None:
        """One event, with the next sequence number, to the streams that are open and to those that come later."""
        event = {"type": name, "sequence_number": len(self.events), **values}
        self.events.append(event)
        for listener in list(self.listeners):
            listener(event)

    def close(self) -> None:
        """No event will come any more."""
        listeners, self.listeners = self.listeners, []
        for listener in listeners:
            listener(None)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear what comes from now on. Returns what ends it."""
        self.listeners.append(listener)

        def stop() -> None:
            if listener in self.listeners:
                self.listeners.remove(listener)

        return stop

    def wire(self) -> dict[str, Any]:
        """The response object."""
        asked = self.request
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created_at,
            "status": self.status,
            "background": self.background,
            "completed_at": self.completed_at,
            "error": self.error,
            "incomplete_details": {"reason": self.reason} if self.reason else None,
            **{name: asked.get(name) for name in _ASKED},
            "model": asked.get("model"),
            "output": [dict(item) for item in self.output],
            "parallel_tool_calls": True,
            "conversation": {"id": self.conversation} if self.conversation else None,
            "reasoning": {"effort": None, "summary": None},
            "service_tier": "default",
            "store": self.stored,
            "temperature": 1.0,
            "text": {"format": {"type": "text"}, "verbosity": "medium"},
            "tool_choice": asked.get("tool_choice", "auto"),
            "tools": asked.get("tools") or [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": _usage(20, 10) if self.status in ("completed", "incomplete") else None,
            "metadata": asked.get("metadata") or {},
        }


@dataclass(slots=True)
class Conversation:
    """One conversation, with its items in the order of their coming. ``holder`` is the response that works on it."""

    id: str
    created_at: int
    metadata: dict[str, Any]
    items: list[dict[str, Any]] = field(default_factory=list)
    holder: Response | None = None

    @property
    def locked(self) -> bool:
        """A response works on it."""
        return self.holder is not None and self.holder.active

    def wire(self) -> dict[str, Any]:
        """The conversation object."""
        return {
            "id": self.id,
            "object": "conversation",
            "created_at": self.created_at,
            "metadata": self.metadata,
        }


def _usage(tokens_in: int, tokens_out: int) -> dict[str, Any]:
    return {
        "input_tokens": tokens_in,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": tokens_out,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": tokens_in + tokens_out,
    }
