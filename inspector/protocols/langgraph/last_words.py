"""The last words of a run's stream: ``error``, the only end that v1 tells, and Aegra's ``end``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from inspector.domain.events import ErrorSeen, Fact, Noticed, StatusSeen
from inspector.protocols.jsons import short, text
from inspector.protocols.langgraph.memory import RunMemory

_NOT_FOUND = re.compile(r"\b404\b.*not found|run not found", re.IGNORECASE)


def error_facts(memory: RunMemory, data: Any, where: str = "event") -> Iterator[Fact]:
    """``{"error": class, "message": …}``. The server reports a missing run and a rollback in the same way."""
    code = text(data, "error") if isinstance(data, dict) else None
    message = text(data, "message") or (short(data, 400) if code is None else code) or "error"
    yield ErrorSeen(where, message, code)
    memory.failed = True
    state = "error"
    if _NOT_FOUND.search(message):
        state = "missing"
    elif "rollback" in (code or "").lower() or message.strip().lower() == "rollback":
        state, memory.rolled_back = "rolled_back", True
    elif code == "UserInterrupt":
        state = "interrupted"
    memory.state = state
    yield StatusSeen(state, "error", code=code, message=message)


_ENDS = {
    "success": "success",
    "completed": "success",
    "error": "error",
    "failed": "error",
    "timeout": "timeout",
    "cancelled": "interrupted",
}


def end_facts(memory: RunMemory, word: str | None) -> Iterator[Fact]:
    """Aegra's ``end``. It says ``success`` after an ``error`` and after a cancel as well, so it outweighs neither.

    ``interrupted`` is its word for a cancelled run and for one that asks: which, only what was seen before tells.
    """
    if memory.failed or word is None:
        return
    state = _ENDS.get(word)
    if word == "interrupted":
        state = "interrupted" if memory.cancelled else "waiting" if memory.pending() else "ended"
    elif state == "success" and (memory.cancelled or memory.pending()):
        return
    if state is None:
        yield Noticed("run.unknown_word", {"word": word, "what": "status"})
        return
    memory.state = state
    yield StatusSeen(state, word)
