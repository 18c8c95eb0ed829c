"""Steps that scripts share: asking a server, and keeping what it answered."""

from __future__ import annotations

from collections.abc import Callable

from inspector.domain.calls import Call, Reply, Script
from inspector.protocols.jsons import short


def ask(call: Call) -> Script[Reply]:
    """The answer; one without a status where there was none."""
    reply = yield call
    return reply if reply is not None else Reply(0, error="The server did not answer.")


def try_out(call: Call, tried: list[tuple[str, str]], said: Callable[[Reply], str]) -> Script[Reply]:
    """The answer of a probe; what was asked and what came back, in short ``said``, is added to ``tried`` to be read."""
    reply = yield from ask(call)
    tried.append((f"{call.method} {call.path}", short(reply.error or f"{reply.status} {said(reply)}".rstrip())))
    return reply
