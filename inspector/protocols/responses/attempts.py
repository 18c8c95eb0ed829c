"""Which requests are attempts at one response: the same body, sent again because nobody answered the one before."""

from __future__ import annotations

import json
from typing import Any

from inspector.protocols.exchange import Exchange

_RETRIED = frozenset([408, 409, 425, 429])
"""Refusals after which the official clients send the same request again by themselves, as after any 5xx."""

_COUNT = "x-stainless-retry-count"
_LATEST = 50


class Attempts:
    """Remembers requests by their bodies. ``memory["attempt"]`` of an exchange counts from 1."""

    def __init__(self) -> None:
        self._sent: dict[str, list[Exchange]] = {}

    def of(self, x: Exchange) -> Exchange | None:
        """The request that this one repeats, or None for a request of its own."""
        told = str(x.headers.get(_COUNT, "")).strip()
        count = int(told) if told.isdecimal() and len(told) < 6 else 0
        sent = self._sent.setdefault(f"{x.method} {x.url} {_same(x.body)}", [])
        before = None
        for other in reversed(sent if x.body is not None or count else ()):  # without a body only the count tells
            if not other.memory.get("repeated") and _unanswered(other, count):
                before = other
                break
        sent.append(x)
        del sent[:-_LATEST]
        x.memory["attempt"] = count + 1
        if before is not None:
            before.memory["repeated"] = True
            x.memory["attempt"] = max(count, before.memory["attempt"]) + 1
        return before


def _same(body: Any) -> str:
    """Bodies that say the same are the same, whatever the order of their fields."""
    try:
        return json.dumps(body, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return repr(body)


def _unanswered(before: Exchange, count: int) -> bool:
    """Whether a request got nothing that tells of a response. Side by side, only the client's own count tells."""
    if before.memory.get("told") or before.events:
        return False
    if not before.over:
        return count == before.memory["attempt"] and (before.status is None or not before.ok)
    if before.status is None or before.status in _RETRIED or before.status >= 500:
        return count == 0 or count >= before.memory["attempt"]
    return before.ok and not before.chunks
