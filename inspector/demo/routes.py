"""From a request's method and path to what answers it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.capture.http import Reply, Request


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with a JSON body. ``body`` None with status 204 or 202 is an empty one."""

    status: int
    body: Any = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request on its way through a handler. ``ids`` are the values of the path's parameters."""

    request: Request
    reply: Reply
    ids: Mapping[str, str]
    body: Any = None

    def field(self, name: str, default: Any = None) -> Any:
        """A value of the JSON body, where that is an object."""
        value = self.body.get(name) if isinstance(self.body, dict) else None
        return default if value is None else value


Handler = Callable[[Exchange], Answer | None]
"""Gives the answer, or None when it writes to the reply itself."""


class Routes:
    """A table of handlers. The first three of it say how this kind of server words its refusals."""

    def __init__(self, missing: Handler, not_allowed: Handler, bad_json: Handler) -> None:
        self._table: list[tuple[str, str, re.Pattern[str], Handler]] = []
        self._missing = missing
        self._not_allowed = not_allowed
        self._bad_json = bad_json

    def add(self, method: str, path: str, handler: Handler) -> None:
        """A path holds parameters in braces: ``/threads/{thread}``."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
        self._table.append((method, path, re.compile(pattern), handler))

    def paths(self) -> dict[str, dict[str, dict[str, str]]]:
        """The table as the ``paths`` of an OpenAPI description."""
        paths: dict[str, dict[str, dict[str, str]]] = {}
        for method, path, _, _ in self._table:
            paths.setdefault(path, {})[method.lower()] = {"summary": f"{method} {path}"}
        return paths

    def answer(self, request: Request, reply: Reply) -> None:
        """Find the handler, and send what it gives."""
        exchange, handler = self._find(request, reply)
        if exchange.request.body and handler not in (self._missing, self._not_allowed):
            try:
                exchange = Exchange(request, reply, exchange.ids, request.json())
            except ValueError:
                handler = self._bad_json
        answer = handler(exchange)
        if answer is not None:
            self.send(reply, answer)

    def send(self, reply: Reply, answer: Answer) -> None:
        """A whole answer."""
        body = b"" if answer.body is None and answer.status in (202, 204) else compact(answer.body)
        headers = dict(answer.headers or {})
        if body:
            headers["content-type"] = "application/json"
        reply.send(answer.status, standard(headers), body)

    def _find(self, request: Request, reply: Reply) -> tuple[Exchange, Handler]:
        allowed: list[str] = []
        for method, _, pattern, handler in self._table:
            match = pattern.fullmatch(request.path)
            if match and method == ("GET" if request.method == "HEAD" else request.method):
                return Exchange(request, reply, match.groupdict()), handler
            if match:
                allowed.append(method)
        refusal = self._not_allowed if allowed else self._missing
        return Exchange(request, reply, {"allow": ", ".join(sorted(allowed))}), refusal


def standard(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers of an answer, with the one that says whose it is."""
    return [("server", "stream-inspector-demo"), *headers.items()]


def compact(value: Any) -> bytes:
    """JSON without spaces, in UTF-8, as these servers write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
