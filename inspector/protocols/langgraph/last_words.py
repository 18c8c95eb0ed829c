"""The last words of a run's stream: ``error``, the only end that v1 tells, and Aegra's ``end``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from inspector.domain.events import ErrorSeen, Fact, StatusSeen
from inspector.protocols.jsons import short, text
from inspector.protocols.langgraph.memory import RunMemory
from inspector.protocols.langgraph.streams import asking

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


def end_facts(memory: RunMemory, word: str | None) -> Iterator[Fact]:
    """Aegra's ``end``: it says ``success`` after an ``error`` and after a cancel as well, so it outweighs neither."""
    if memory.failed or word is None or memory.cancelled:
        return
    if word == "interrupted":
        yield from asking(memory, list(memory.asks.values()))
    elif word in ("success", "error", "timeout") and not memory.pending():
        memory.state = word
        yield StatusSeen(word, word)
