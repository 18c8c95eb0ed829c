"""HTTP/1.1 on the loopback interface, in callbacks: no task is ever left behind, and each way to end a body can be had.

A reply can be whole, or a body of chunks that ends well, breaks off (``cut``) or is torn down with a reset.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import h11

Headers = Iterable[tuple[str, str]]
_NO_BODY = (204, 304)
_PROBED_S = 0.02
"""After how long a client that has gone has told so to what was sent: it is on this machine."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, read to its end. Header names are in lower case; ``raw`` is the request's head as it came in.

    ``lines`` are the headers as they came, repeated ones too; ``headers`` has the last of each name.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    raw: bytes = b""
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The path, percent-decoded, without the query."""
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        """The query's values; of a repeated name the last one."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    def json(self) -> Any:
        """The body as a JSON value, None where it is empty. Raises ValueError where it is no JSON."""
        return json.loads(self.body) if self.body.strip() else None


class Reply:
    """The answer to one request. Whatever is sent after the client has gone is dropped.

    ``torn``: the client ended it by a reset. ``chunked``: its body has begun, and goes in chunks.
    """

    def __init__(self, connection: _Connection, head: bool) -> None:
        self._connection = connection
        self._head = head
        self._gone: list[Callable[[], None]] = []
        self.over = self.torn = self.chunked = False

    def send(self, status: int, headers: Headers, body: bytes = b"") -> None:
        """The whole answer at once."""
        lines = [*headers] if status in _NO_BODY else [*headers, ("content-length", str(len(body)))]
        self.open(status, lines)
        self.chunk(body)
        self.end()

    def open(self, status: int, headers: Headers) -> None:
        """Status and headers. Without a content-length among the headers the body goes in chunks."""
        if not self.over:
            lines = [(name, value) for name, value in headers]
            sized = self._head or status in _NO_BODY or any(name.lower() == "content-length" for name, _ in lines)
            self.chunked = not sized
            self._connection.send(h11.Response(status_code=status, headers=lines))

    def chunk(self, data: bytes) -> None:
        """One chunk of the body, exactly as long as given."""
        if not data or self.over or self._head:
            return
        if self.chunked and self._connection.modern:
            # What h11 would make of it, at a tenth of the time: a stream has thousands of these.
            self._connection.write(b"%x\r\n%b\r\n" % (len(data), data))
        else:
            self._connection.send(h11.Data(data=data))

    async def drained(self) -> None:
        """Wait until the client has taken most of what was sent, or is gone."""
        await self._connection.room.wait()

    def end(self) -> None:
        """The proper end of the body."""
        if not self.over:
            self.finished()
            self._connection.send(h11.EndOfMessage())
            self._connection.answered()

    def cut(self) -> None:
        """Close the connection in the middle of the body: what was sent arrives, the end of the body does not."""
        if not self.over:
            self.finished()
            self._connection.transport.close()

    def reset(self) -> None:
        """Tear the connection down with a TCP reset."""
        if not self.over:
            self.finished()
            self._connection.reset()

    def on_gone(self, then: Callable[[], None]) -> None:
        """Call ``then`` once this reply is over, however it ended."""
        if self.over:
            then()
        else:
            self._gone.append(then)

    def finished(self) -> None:
        """Nothing more can be sent."""
        self.over = True
        gone, self._gone = self._gone, []
        for then in gone:
            then()


class Upgraded(Protocol):
    """Takes over a connection that has left HTTP."""

    def received(self, data: bytes) -> None:
        """Bytes of the client."""
        ...

    def lost(self, torn: bool) -> None:
        """The connection is gone; ``torn``: the client ended it by a reset."""
        ...


class App(Protocol):
    """What a server serves."""

    def answer(self, request: Request, reply: Reply) -> None:
        """Answer now, or keep the reply and answer later."""
        ...

    def upgrade(self, request: Request, transport: asyncio.Transport) -> Upgraded | None:
        """Take over a connection whose client asks for a WebSocket; None = answer it as any other request."""
        ...


class _Connection(asyncio.Protocol):
    """One client connection: bytes to requests, replies to bytes."""

    transport: asyncio.Transport

    def __init__(self, app: App, all_of_them: set[_Connection]) -> None:
        self._app = app
        self._all = all_of_them
        self._http = h11.Connection(h11.SERVER)
        self._raw = b""
        self._head: h11.Request | None = None
        self._body: list[bytes] = []
        self._reply: Reply | None = None
        self._upgraded: Upgraded | None = None
        self._asked: asyncio.TimerHandle | None = None
        self.room = asyncio.Event()
        self.room.set()

    def pause_writing(self) -> None:
        self.room.clear()

    def resume_writing(self) -> None:
        self.room.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._all.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._all.discard(self)
        self.room.set()
        if self._asked is not None:
            self._asked.cancel()
        if self._upgraded is not None:
            self._upgraded.lost(isinstance(exc, ConnectionResetError))
        elif self._reply is not None and not self._reply.over:
            self._reply.torn = isinstance(exc, ConnectionResetError) and self._asked is None
            self._reply.finished()

    def eof_received(self) -> bool:
        """The client sends no more: it has gone, or it has closed its half and still reads. TCP does not tell which.

        What means nothing to a reader finds out: the system of a client that has gone answers it with a reset.
        """
        if (probe := self._probe()) is None:
            return False
        self._http.receive_data(b"")
        self.transport.write(probe)
        self._asked = asyncio.get_running_loop().call_later(_PROBED_S, self._ask_again)
        return True

    def _ask_again(self) -> None:
        """Fails where the first probe was answered with a reset, and the connection is lost by that."""
        if not self.transport.is_closing() and (probe := self._probe()) is not None:
            self.transport.write(probe)

    def _probe(self) -> bytes | None:
        """Bytes that change nothing for a client that reads; None where there are none, or no answer is under way.

        Before an answer that is an interim one, which every client of HTTP/1.1 skips (RFC 9110 §15.2); among chunks
        the leading zero of the next one's size (RFC 9112 §7.1).
        """
        if self._upgraded is not None or self._reply is None or not self.modern:
            return None
        if self._http.our_state is h11.SEND_RESPONSE:
            return self._http.send(h11.InformationalResponse(status_code=100, headers=[]))
        return b"0" if self._http.our_state is h11.SEND_BODY and self._reply.chunked else None

    def data_received(self, data: bytes) -> None:
        if self._upgraded is not None:
            self._upgraded.received(data)
            return
        if self._head is None:
            self._raw += data
        self._http.receive_data(data)
        self._read()

    def _read(self) -> None:
        while not self.transport.is_closing():
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as problem:
                self._refuse(problem)
                return
            if event is h11.NEED_DATA and self._http.they_are_waiting_for_100_continue:
                self.send(h11.InformationalResponse(status_code=100, headers=[]))
            if event in (h11.NEED_DATA, h11.PAUSED):
                return
            self._take(event)
            if self._upgraded is not None:
                return

    def _take(self, event: h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]) -> None:
        if isinstance(event, h11.Request):
            self._head, self._body = event, []
        elif isinstance(event, h11.Data):
            self._body.append(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage) and self._head is not None:
            self._answer(self._request(self._head))
        elif isinstance(event, h11.ConnectionClosed):
            self.transport.close()

    def _request(self, head: h11.Request) -> Request:
        lines = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
        raw, self._raw = self._raw, b""
        body = b"".join(self._body)
        return Request(head.method.decode(), head.target.decode("latin-1"), dict(lines), body, raw, lines)

    def _answer(self, request: Request) -> None:
        if request.headers.get("upgrade", "").lower() == "websocket":
            self._upgraded = self._app.upgrade(request, self.transport)
            if self._upgraded is not None:
                if early := self._http.trailing_data[0]:
                    self._upgraded.received(early)
                return
        self._reply = Reply(self, request.method == "HEAD")
        self._app.answer(request, self._reply)

    def _refuse(self, problem: h11.RemoteProtocolError) -> None:
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = json.dumps({"detail": str(problem)}).encode()
            headers = [("content-type", "application/json"), ("content-length", str(len(body)))]
            head = h11.Response(status_code=problem.error_status_hint, headers=[*headers, ("connection", "close")])
            for event in (head, h11.Data(data=body), h11.EndOfMessage()):
                self.send(event)
        self.transport.close()

    @property
    def modern(self) -> bool:
        """Whether the client knows chunks."""
        return self._http.their_http_version == b"1.1"

    def send(self, event: h11.Event) -> None:
        self.write(self._http.send(event) or b"")

    def write(self, data: bytes) -> None:
        if data and not self.transport.is_closing():
            self.transport.write(data)

    def answered(self) -> None:
        """The reply is complete: go on with the next request on this connection, if it may have one."""
        self._reply, self._head = None, None
        if self._http.our_state is h11.MUST_CLOSE:
            self.transport.close()
        elif self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            self._raw = self._http.trailing_data[0]
            asyncio.get_running_loop().call_soon(self._read)

    def reset(self) -> None:
        tear_down(self.transport)


def tear_down(transport: asyncio.Transport) -> None:
    """Close with a TCP reset instead of an orderly end."""
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None and not transport.is_closing():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def drained(transport: asyncio.Transport) -> None:
    """Wait until the client of an upgraded connection has taken most of what was sent, or is gone."""
    connection = transport.get_protocol()
    if isinstance(connection, _Connection):
        await connection.room.wait()


class HttpServer:
    """Listens on the loopback interface, and on nothing else."""

    def __init__(self, server: asyncio.Server, connections: set[_Connection]) -> None:
        self._server = server
        self._connections = connections
        address = server.sockets[0].getsockname()
        self.port = int(address[1])
        self.url = f"http://127.0.0.1:{self.port}"

    @classmethod
    async def start(cls, app: App, port: int = 0) -> HttpServer:
        """Begin to listen; port 0 takes a free one. Raises OSError where the port cannot be had."""
        connections: set[_Connection] = set()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(app, connections), "127.0.0.1", port)
        return cls(server, connections)

    async def aclose(self) -> None:
        """Stop listening and drop every connection."""
        self._server.close()
        for connection in list(self._connections):
            connection.transport.abort()
        await self._server.wait_closed()
        await asyncio.sleep(0)  # the connections hear of their end in the loop's next turn
