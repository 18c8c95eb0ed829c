"""Frames for a file that holds exchanges but no log: brought into the order of their times, then numbered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from inspector.domain.frames import Frame, Kind
from inspector.domain.redact import redact_headers, redact_url
from inspector.store.sse_file import events_of
from inspector.store.wirelog import dumps

NO_BODY = object()


class Made:
    """Collects what is made up; :meth:`frames` are the log. Times are ms since its zero, links count from 1."""

    def __init__(self, clean: bool = False) -> None:
        """``clean``: whoever wrote the file took the credentials out; else this does, of headers and URLs."""
        self._clean = clean
        self._found: list[Frame] = []
        self._link = 0

    def request(self, at: float, head: Mapping[str, Any], body: Any = NO_BODY) -> int:
        """Begin an exchange, and get its number. ``body`` is a JSON value, or the text of another kind of body."""
        self._link += 1
        if not self._clean:
            head = _cleaned(head)
        if body is NO_BODY:
            self.add(at, Kind.REQUEST, head)
        elif isinstance(body, str):
            self.add(at, Kind.REQUEST, head, body.encode("utf-8", "surrogatepass"))
        else:
            self.add(at, Kind.REQUEST, {**head, "json": True}, dumps(body))
        return self._link

    def begin(self) -> None:
        """Begin an exchange whose request is not known."""
        self._link += 1

    def got(self, path: str, value: Any, assumed: bool = False, **more: Any) -> None:
        """The whole read of a path that gave this JSON value; ``more`` of its request. Nobody tells when that was."""
        self.request(0.0, {"method": "GET", "url": path, "headers": {}, **more, "assumed": True})
        self.answer(0.0, 200, {"content-type": "application/json"}, assumed=assumed)
        self.body(0.0, dumps(value))
        self.end(0.0, assumed=True)

    def note(self, at: float, head: Mapping[str, Any]) -> None:
        """Something that belongs to no exchange."""
        self._found.append(Frame(0, at, 0, Kind.NOTE, head))

    def answer(self, at: float, status: int, headers: Mapping[str, str], assumed: bool = False) -> None:
        """The status line and the headers of the answer to the newest request."""
        head: dict[str, Any] = {"status": status, "headers": dict(headers) if self._clean else redact_headers(headers)}
        self.add(at, Kind.RESPONSE, {**head, "assumed": True} if assumed else head)

    def body(self, at: float, content: bytes) -> None:
        """The body of that answer: an event stream in one frame an event, anything else in one."""
        for piece in events_of(content):
            self.add(at, Kind.DATA, {}, piece)

    def end(self, at: float, how: str = "eof", by: str = "server", **more: Any) -> None:
        """How the exchange ended."""
        self.add(at, Kind.END, {"how": how, "by": by, **more})

    def add(self, at: float, kind: Kind, head: Mapping[str, Any], body: bytes = b"") -> None:
        """Anything else of the newest exchange."""
        self._found.append(Frame(0, at, self._link, kind, head, body))

    def frames(self) -> list[Frame]:
        """All of them in order; what has the same time stays in the order in which it was given."""
        ordered = sorted(self._found, key=lambda frame: frame.at)
        return [Frame(n, f.at, f.link, f.kind, f.head, f.body) for n, f in enumerate(ordered, 1)]


def path_of(*parts: str) -> str:
    """A path of these parts, whatever letters are in them."""
    return "/" + "/".join(quote(part, safe="", errors="surrogatepass") for part in parts)


def _cleaned(head: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = dict(head)
    if "url" in head:
        cleaned["url"] = redact_url(str(head["url"]))
    if "headers" in head:
        cleaned["headers"] = redact_headers(head["headers"])
    return cleaned
