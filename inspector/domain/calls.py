"""Requests described, not made; and scripts, which yield them and are given the replies.

A script knows no clock and no socket: the driver (services) sends its calls, keeps its deadline, and feeds it replies.
At the deadline the driver throws ``TimeoutError`` into the script, which returns what it has proved by then, or lets
the error pass.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote


class Answer(StrEnum):
    """What the caller wants of a response body."""

    JSON = "json"
    STREAM = "stream"
    SOCKET = "socket"  # opens a WebSocket: answered by 101, and what crosses it then becomes frames
    FRAME = "frame"  # goes over an open WebSocket, which has no answer of its own to it
    CLOSED = "closed"  # closes a request of ours that is still open, answered or not


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a server, relative to the connection's base URL.

    ``path`` starts with a slash; ``{name}`` in it stands for the field ``name`` of the JSON answer to the call before,
    where that is not known yet (see :func:`filled`). ``json`` is the body as a JSON value (None = no body: no protocol
    here has a bare null body). ``reads`` is true when the call changes nothing on the server: only such calls may be
    sent without a person's act, and only such calls are retried. ``label`` says in a few words what it is for.

    Of ``Answer.FRAME`` the method is SEND (``json`` is the text of one frame) or CLOSE; ``link`` is the open socket,
    0 = the one that the call before opened. Of ``Answer.CLOSED`` the method is CLOSE, and ``link`` is what to close.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    reads: bool = True
    answer: Answer = Answer.JSON
    label: str = ""
    link: int = 0


@dataclass(frozen=True, slots=True)
class Sleep:
    """A pause of a script, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    ``status`` is 0 when nothing came: then ``error`` says why in one sentence. ``body`` is the parsed JSON value, or
    the text where it is none. For ``Answer.STREAM`` with a 2xx event stream ``body`` is None: the events become frames
    of link ``link``, and the script goes on without waiting for them; any other answer is read whole as usual. A
    socket that was opened answers 101, and so do each frame that went out over it and a connection that was closed.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    link: int = 0
    error: str | None = None

    @property
    def ok(self) -> bool:
        """A 2xx answer, or a socket."""
        return 200 <= self.status < 300 or self.status == 101


def filled(call: Call, reply: Reply | None) -> Call:
    """The call on the socket that the call before opened, or with ``{name}`` in its path as the answer to it says."""
    if call.answer is Answer.FRAME and call.link == 0 and reply is not None:
        return replace(call, link=reply.link)
    if reply is None or not isinstance(reply.body, Mapping) or "{" not in call.path:
        return call
    path = call.path
    for name, value in reply.body.items():
        if isinstance(value, str):
            path = path.replace("{" + str(name) + "}", quote(value, safe="", errors="surrogatepass"))
    return replace(call, path=path)


T = TypeVar("T")
Script = Generator[Call | Sleep, Reply | None, T]
"""Yields calls and pauses; is sent a Reply for a call and None for a pause; returns its result."""
