"""The exchanges of a recording as they can be played again, and which of them answers a request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from inspector.domain.frames import Frame, Kind

_FRAMING = ("connection", "keep-alive", "transfer-encoding", "content-length")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[a-z]{2,8}_[0-9A-Za-z]+|\d+|[0-9a-f]{16,}", re.ASCII)


@dataclass(slots=True)
class Recorded:
    """One recorded exchange. Times are milliseconds of the log. Without ``status`` no answer came.

    ``frames`` are the frames of a socket, in both directions. ``end`` is None where the client ended it, or nobody did
    before the recording stopped: then the exchange stays open.
    """

    number: int
    method: str
    target: str
    at: float
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    answered_at: float = 0.0
    chunks: list[Frame] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    end: str | None = None
    ended_at: float = 0.0
    ended: bool = False

    @property
    def path(self) -> str:
        """The path of its address."""
        return unquote(urlsplit(self.target).path) or "/"

    @property
    def is_socket(self) -> bool:
        """A WebSocket, not a request with its answer."""
        return self.status == 101 or bool(self.frames) or self.target.startswith(("ws:", "wss:"))

    @property
    def is_poll(self) -> bool:
        """It asks how something stands, and is answered at once."""
        return self.method == "GET" and not self.is_socket and "stream" not in self.headers.get("content-type", "")

    def answer_headers(self) -> list[tuple[str, str]]:
        """The recorded headers, save those that belong to the recorded connection.

        A content-length is kept where it tells the truth, or where the body broke off before it. A content-encoding is
        kept where the recorded bytes are encoded: many recorders keep the decoded text.
        """
        total = sum(len(chunk.body) for chunk in self.chunks)
        length = self.headers.get("content-length", "")
        kept = [(name, value) for name, value in self.headers.items() if name not in _FRAMING]
        if length.isdigit() and (int(length) == total or (self.end != "eof" and int(length) > total)):
            kept.append(("content-length", length))
        if all(_is_text(chunk.body) for chunk in self.chunks):
            kept = [(name, value) for name, value in kept if name != "content-encoding"]
        return kept


def exchanges(frames: Iterable[Frame]) -> list[Recorded]:
    """What a recording holds, in the order of the requests."""
    found: dict[int, Recorded] = {}
    for frame in frames:
        if frame.kind is Kind.REQUEST:
            method, url = str(frame.head.get("method", "GET")), str(frame.head.get("url", "/"))
            found[frame.link] = Recorded(frame.link, method.upper(), url, frame.at)
        elif frame.link in found:
            _add(found[frame.link], frame)
    return list(found.values())


def _add(exchange: Recorded, frame: Frame) -> None:
    if frame.kind is Kind.RESPONSE:
        exchange.status, exchange.answered_at = int(frame.head.get("status", 200)), frame.at
        exchange.headers = {name.lower(): str(value) for name, value in frame.headers.items()}
    elif frame.kind is Kind.DATA:
        exchange.chunks.append(frame)
    elif frame.kind is Kind.SOCKET:
        exchange.frames.append(frame)
    elif frame.kind is Kind.END and not exchange.ended:
        exchange.ended = True
        if frame.head.get("by") != "client":
            exchange.end, exchange.ended_at = str(frame.head.get("how", "eof")), frame.at


class Matcher:
    """Gives the recorded exchange for each request: the first one not yet given that fits, the better fit first.

    A request that fits nothing open but something given is given that again, the last one of its kind, so that a client
    may ask more often than the recorded one did. When all were given, it begins anew, but not for one who only asks on:
    else a run that was over would be under way again.
    """

    def __init__(self, recorded: Sequence[Recorded]) -> None:
        self._recorded = recorded
        self._given: list[Recorded] = []

    def match(self, method: str, target: str, *, socket: bool = False) -> Recorded | None:
        """The exchange that answers this request; None where the recording has nothing like it."""
        mine = [one for one in self._recorded if one.method == method and one.is_socket == socket]
        again = max(reversed(self._given_of(mine)), key=lambda one: _fit(one, target), default=None)
        if len(self._given) == len(self._recorded):
            if again is not None and again.is_poll and not all(one.is_poll for one in self._recorded):
                return again
            self._given, again = [], None
        left = [one for one in mine if one not in self._given]
        fitting = max(left, key=lambda one: _fit(one, target), default=None)
        best = fitting if fitting is not None and _fit(fitting, target) > _LOOSE else None
        if best is None and again is not None and _fit(again, target) > _LOOSE:
            return again
        if best is None and fitting is not None and (_fit(fitting, target) or method not in ("GET", "HEAD")):
            best = fitting
        if best is not None:
            self._given.append(best)
        return best

    def _given_of(self, some: Sequence[Recorded]) -> list[Recorded]:
        return [one for one in self._given if one in some]


_LOOSE = 1


def _fit(one: Recorded, target: str) -> int:
    """4: the same address; 3: the same path; 2: the same but for ids or what stands before it; 1: a similar path."""
    asked = urlsplit(target)
    path = unquote(asked.path)
    if one.path == path:
        return 3 + (urlsplit(one.target).query == asked.query)
    mine, theirs = _shape(one.path), _shape(path)
    short = min(len(mine), len(theirs))
    if mine == theirs or (short > 1 and mine[-short:] == theirs[-short:]):
        return 2
    return int(len(mine) == len(theirs) and mine[:1] == theirs[:1])


def _shape(path: str) -> list[str]:
    return ["*" if _ID.fullmatch(segment) else segment for segment in path.strip("/").split("/")]


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def value(frame: Frame, name: str, default: Any = None) -> Any:
    """A value of the frame's head."""
    found = frame.head.get(name)
    return default if found is None else found
