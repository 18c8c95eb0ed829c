"""Pasted texts that point at a trace: its id, an address of the traces page, a log line that names it."""

from __future__ import annotations

import re

from inspector.domain.adapter import Target

NAME = "agents_sdk"

_TRACE = re.compile(r"\btrace_[0-9A-Za-z]{8,64}\b")


def recognise(text: str) -> Target | None:
    """The first trace that the text names."""
    found = _TRACE.search(text[:100_000])
    return None if found is None else Target(NAME, found[0], said=f"trace {found[0]} of an Agents SDK program")
