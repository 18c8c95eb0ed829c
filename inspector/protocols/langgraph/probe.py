"""Asks a server what it is and what it can. Reads only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from inspector.domain.adapter import Probe
from inspector.domain.calls import Call, Reply, Script
from inspector.protocols.jsons import items, number, obj, text
from inspector.protocols.langgraph.words import said

_STREAM_EVENTS = "/threads/{}/stream/events"
_COPY = "/threads/{}/copy"
_THREAD_STREAM = "/threads/{}/stream"
_PARAMETER = re.compile(r"\{[^}]*\}")


class _Asking:
    """The answers so far, and what they add up to."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, str]] = []
        self.sure = 0.0
        self.server = ""
        self.problem: str | None = None
        self.capabilities: dict[str, Any] = {}
        self.assistants: list[tuple[str, str]] = []

    def ask(self, call: Call) -> Script[Reply]:
        reply = yield call
        assert reply is not None
        answer = f"{reply.status}" if reply.status else (reply.error or "no answer")
        if reply.status and not reply.ok:
            answer = said(reply)
        self.tried.append((f"{call.method} {call.path}", answer))
        return reply

    def done(self) -> Probe:
        return Probe(self.sure, self.server, tuple(self.tried), self.capabilities, tuple(self.assistants), self.problem)


def probe() -> Script[Probe]:
    """Health, version, the paths that it has, its workers, and its assistants."""
    asking = _Asking()
    ok = yield from asking.ask(Call("GET", "/ok", label="is it there"))
    if ok.status == 0:
        asking.problem = ok.error or "The server does not answer."
        return asking.done()
    if ok.ok and obj(ok.body).get("ok") is True:
        asking.sure = 0.5
    info = yield from asking.ask(Call("GET", "/info", label="what is it"))
    if info.ok:
        _info(asking, info.body)
    if asking.sure:
        openapi = yield from asking.ask(Call("GET", "/openapi.json", label="what can it do"))
        if openapi.ok:
            _paths(asking, openapi.body)
        metrics = yield from asking.ask(Call("GET", "/metrics", (("format", "json"),), label="its workers"))
        asking.capabilities["metrics"] = metrics.ok and number(metrics.body, "workers", "active") is not None
    body = {"limit": 100, "offset": 0}
    found = yield from asking.ask(Call("POST", "/assistants/search", json=body, label="its assistants"))
    _assistants(asking, found)
    return asking.done()


def _info(asking: _Asking, body: Any) -> None:
    version = text(body, "version")
    python, js = text(body, "langgraph_py_version"), text(body, "langgraph_js_version")
    kind = text(body, "host", "kind")
    if python is not None:
        flavour, asking.server = "python", f"LangGraph API {version} (Python, langgraph {python})"
    elif js is not None or text(body, "context") == "js":
        flavour, asking.server = "js", f"LangGraph API {version} (JS, langgraph {js or '?'})"
    elif (text(body, "name") or "").lower() == "aegra":
        flavour, asking.server = "aegra", f"Aegra {version}"
    elif "assistants" in obj(body, "flags"):
        flavour, asking.server = "other", f"{text(body, 'name') or 'LangGraph API'} {version or ''}".strip()
    else:
        return
    asking.sure = 0.95
    asking.capabilities.update(flavour=flavour, version=version)
    if kind is not None:
        asking.capabilities["host"] = kind
        asking.server += f", {kind}"


def _paths(asking: _Asking, body: Any) -> None:
    """What it has. A server without a list of its paths may have it all: that is tried when needed."""
    paths = {_PARAMETER.sub("{}", path): methods for path, methods in obj(body, "paths").items()}
    if "/threads/search" not in paths and "/threads/{}" not in paths:
        return
    asking.capabilities["v2"] = "post" in obj(paths.get(_STREAM_EVENTS))
    asking.capabilities["copy"] = "post" in obj(paths.get(_COPY))
    asking.capabilities["thread_stream"] = "get" in obj(paths.get(_THREAD_STREAM))
    if modes := _stream_modes(body):
        asking.capabilities["stream_modes"] = modes


def _stream_modes(body: Any) -> list[str]:
    """The modes that a new run may ask for: the choices of an array, among the alternatives of the schema."""
    schema = obj(body, "components", "schemas", "RunCreateStateful", "properties", "stream_mode")
    for each in items(schema, "anyOf") or [schema]:
        if modes := [mode for mode in items(each, "items", "enum") if isinstance(mode, str)]:
            return modes
    return []


def _assistants(asking: _Asking, reply: Reply) -> None:
    rows = [row for row in items(reply.body) if isinstance(row, Mapping)] if reply.ok else []
    for row in rows:
        name = text(row, "assistant_id")
        if name is not None and "graph_id" in row:
            label, graph = text(row, "name") or name, text(row, "graph_id")
            asking.assistants.append((name, label if graph in (None, label) else f"{label} ({graph})"))
    if asking.assistants:
        asking.sure = max(asking.sure, 0.9)
    elif not reply.ok and asking.sure:
        asking.problem = f"Its assistants cannot be listed: {said(reply)}."
    if reply.status in (401, 403) and not asking.sure:
        asking.problem = said(reply)
