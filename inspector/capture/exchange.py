"""One request of the app: passed on, and its answer passed back byte by byte as it comes. Every move is a frame."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from inspector.capture import failing
from inspector.capture.faults import Fault, fault_of
from inspector.capture.http import Reply, Request
from inspector.capture.upstream import Upstream, back, onward
from inspector.domain.errors import Refused
from inspector.domain.frames import Kind
from inspector.domain.redact import Scrubber, Secrets, redact_headers, redact_url

Record = Callable[[Kind, Mapping[str, Any], bytes], object]
OpenLink = Callable[[], tuple[int, Record]]
"""Opens the next link of the log: its number, and where its frames go."""

Start = Callable[[str, Coroutine[Any, Any, None]], "asyncio.Task[None]"]
"""The one door for tasks."""

Body = Callable[[httpx.Response], AsyncIterator[bytes]]
"""Reads the body of a stream of events as it comes over the wire, raising as httpx does."""

_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, EOFError)
_ENDED = Fault("cut", "the proxy ended")


@dataclass(frozen=True, slots=True)
class Means:
    """What forwarding takes. ``seconds`` is a clock that never goes back; ``wall`` gives Unix seconds.

    ``events`` reads bodies of events, which come in many small chunks.
    """

    upstream: Upstream
    client: httpx.AsyncClient
    open_link: OpenLink
    start: Start
    seconds: Callable[[], float]
    wall: Callable[[], float]
    events: Body = httpx.Response.aiter_raw


class Passing(Protocol):
    """What passes through the proxy, as its door shows it and acts on it."""

    links: list[int]

    @property
    def state(self) -> str:
        """waiting | relaying | over."""
        ...

    def shown(self) -> dict[str, Any]:
        """How it stands."""
        ...

    def kick(self) -> str:
        """Send it again; what was done. Refused with the reason."""
        ...

    def fail(self) -> str:
        """End it for the app; what was done. Refused with the reason."""
        ...


class Exchange:
    """One request with all its attempts. ``links`` are their numbers in the log; the first is the exchange's id.

    ``state``: waiting (the app got nothing yet) | relaying | over. ``relayed`` counts body bytes.
    """

    def __init__(self, means: Means, request: Request, reply: Reply, over: Callable[[Passing], None]) -> None:
        self.links: list[int] = []
        self.state: str = "waiting"
        self.status: int | None = None
        self.relayed = 0
        self.how: str | None = None
        self.began = means.seconds()
        self.quiet_since = self.began
        self._means = means
        self._request = request
        self._reply = reply
        self._over = over
        self._streams: failing.Relayed | None = None
        self._attempt: _Attempt | None = None
        self._try()
        reply.on_gone(self._app_left)

    @property
    def id(self) -> int:
        """Its number."""
        return self.links[0]

    def shown(self) -> dict[str, Any]:
        """How it stands, for whoever asks. Times in seconds."""
        now = self._means.seconds()
        return {
            "id": self.id,
            "links": self.links,
            "method": self._request.method,
            "path": redact_url(self._request.target),
            "state": self.state,
            "status": self.status,
            "attempts": len(self.links),
            "relayed": self.relayed,
            "age_s": round(now - self.began, 3),
            "silent_s": round(now - self.quiet_since, 3) if self.state != "over" else None,
            "timeout_s": timeout_of(self._request.headers),
            "how": self.how,
            "kick": self.why_no_kick(),
            "fail": self.why_no_fail(),
        }

    def why_no_kick(self) -> str | None:
        """Why it cannot be sent again now, or None."""
        if self.state == "over":
            return "This exchange is over."
        if self.state == "relaying":
            return "The app has got the answer's beginning already: sent again, it would get two answers mixed."
        return None

    def why_no_fail(self) -> str | None:
        """Why it cannot be ended for the app now, or None."""
        return "This exchange is over." if self.state == "over" else None

    def kick(self) -> str:
        """Drop the silent attempt and send the same request again; what was done. Refused with the reason."""
        if (why := self.why_no_kick()) is not None:
            raise Refused(why)
        assert self._attempt is not None
        self._attempt.drop("kicked by hand: the same request is sent again")
        self._try()
        return f"Attempt {len(self.links)} was sent; the app knows nothing of it."

    def fail(self) -> str:
        """End it for the app as its client understands it; what was done. Refused with the reason."""
        if (why := self.why_no_fail()) is not None:
            raise Refused(why)
        assert self._attempt is not None
        if self.state == "waiting":
            done = "The app was answered 503, and told not to try again."
            self._attempt.drop("failed by hand: the app was answered 503")
            status, lines, body = failing.refusal()
            self._finish("failed by hand")
            self._reply.send(status, lines, body)
            return done
        event = self._streams.failed(self._request.target, self._means.wall()) if self._streams is not None else None
        what = "a response.failed event" if event is not None else "a broken connection"
        self._attempt.drop(f"failed by hand: the app got {what}")
        self._finish("failed by hand")
        if event is None:
            self._reply.cut()
        else:
            self._reply.chunk(event)
            self._reply.end()
        return f"The app got {what}."

    # told by the attempt

    def opened(self, response: httpx.Response) -> None:
        """The server answered."""
        self.state, self.status, self.quiet_since = "relaying", response.status_code, self._means.seconds()
        lines = back(response.headers.multi_items())
        length = any(name.lower() == "content-length" for name, _ in lines)
        self._streams = failing.Relayed() if _of_events(response) and not length else None
        self._reply.open(response.status_code, lines)

    def passed(self, chunk: bytes) -> None:
        """A chunk of the body came."""
        self.relayed += len(chunk)
        self.quiet_since = self._means.seconds()
        self._reply.chunk(chunk)
        if self._streams is not None:
            self._streams.feed(chunk)

    async def drained(self) -> None:
        """Wait for an app that reads more slowly than the server writes."""
        await self._reply.drained()

    def ended(self, fault: Fault | None) -> None:
        """The server's side is over: well, or by a fault that the app is to see as we saw it."""
        waiting = self.state == "waiting"
        self._finish("eof" if fault is None else fault.how)
        if fault is None:
            self._reply.end()
        elif waiting and fault.unreached:
            said = {"message": fault.sentence(self._means.upstream.name), "type": "proxy_error", "param": None}
            body = json.dumps({"error": {**said, "code": "upstream_unreachable"}}).encode()
            self._reply.send(502, [("content-type", "application/json")], body)
        elif fault.how == "reset":
            self._reply.reset()
        else:
            self._reply.cut()

    def _try(self) -> None:
        link, record = self._means.open_link()
        self.links.append(link)
        self._attempt = _Attempt(self, self._means, self._request, link, record)

    def _app_left(self) -> None:
        if self.state != "over" and self._attempt is not None:
            how = "reset" if self._reply.torn else "closed"
            self._attempt.drop(f"the app {how} the connection", how)
            self._finish("the app left")

    def _finish(self, how: str) -> None:
        self.state, self.how = "over", how
        self._over(self)


class _Attempt:
    """One sending of a request: its own link of the log, and a task that reads the answer."""

    def __init__(self, exchange: Exchange, means: Means, request: Request, link: int, record: Record) -> None:
        self._exchange = exchange
        self._client = means.client
        self._events = means.events
        self._record = record
        self._secrets = Secrets(request.headers)
        self._scrubber = Scrubber(self._secrets.values)
        self._over = False
        url = means.upstream.url(request.target)
        self._sent = httpx.Request(request.method, url, headers=list(onward(request.lines)), content=request.body)
        self._note(Kind.REQUEST, self._said(request, exchange), self._secrets.in_bytes(request.body))
        self._task = means.start(f"exchange {link} of the app", self._run())

    def drop(self, why: str, how: str = "closed") -> None:
        """Leave the server, whatever it would still say."""
        self._end(how, "client", why)
        self._task.cancel()

    def _said(self, request: Request, exchange: Exchange) -> dict[str, Any]:
        head: dict[str, Any] = {
            "method": request.method,
            "url": self._secrets.in_text(redact_url(str(self._sent.url))),
            "headers": redact_headers(request.headers),
            "exchange": exchange.id,
        }
        if _is_json(request):
            head["json"] = True
        if (timeout := timeout_of(request.headers)) is not None:
            head["timeout_s"] = timeout
        return head

    async def _run(self) -> None:
        response: httpx.Response | None = None
        try:
            response = await self._client.send(self._sent, stream=True)
            await self._pass_on(response)
        except _FAILURES as error:
            self._failed(error)
        finally:
            if self._end("closed", "client", "the proxy ended"):
                self._exchange.ended(_ENDED)
            if response is not None:
                await response.aclose()

    async def _pass_on(self, response: httpx.Response) -> None:
        self._exchange.opened(response)
        headers = {name: ", ".join(response.headers.get_list(name)) for name in response.headers}
        self._note(Kind.RESPONSE, {"status": response.status_code, "headers": redact_headers(headers)}, b"")
        inflate = _inflater(response.headers.get("content-encoding", ""))
        chunks = self._events(response) if _of_events(response) else response.aiter_raw()
        try:
            async for chunk in chunks:
                self._exchange.passed(chunk)
                self._data(self._scrubber.feed(inflate(chunk)))
                await self._exchange.drained()
        except BaseException:
            await response.aclose()
            await _run_out(chunks)
            raise
        self._data(self._scrubber.finish())
        if self._end("eof", "server", ""):
            self._exchange.ended(None)

    def _failed(self, error: Exception) -> None:
        fault = fault_of(error)
        self._data(self._scrubber.finish())
        if self._end(fault.how, "server", self._secrets.in_text(fault.detail)):
            self._exchange.ended(fault)

    def _end(self, how: str, by: str, detail: str) -> bool:
        """Whether this was its end."""
        if self._over:
            return False
        self._note(Kind.END, {"how": how, "by": by, **({"detail": detail} if detail else {})}, b"")
        self._over = True
        return True

    def _data(self, chunk: bytes) -> None:
        if chunk:
            self._note(Kind.DATA, {}, chunk)

    def _note(self, kind: Kind, head: Mapping[str, Any], body: bytes) -> None:
        if not self._over:
            self._record(kind, head, body)


async def _run_out(chunks: AsyncIterator[bytes]) -> None:
    """Bring the nested generators of a closed body to their end; left alone, each is closed by a task of its own."""
    with suppress(*_FAILURES):
        async for _ in chunks:
            pass


def _of_events(response: httpx.Response) -> bool:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower() == "text/event-stream"


def timeout_of(headers: Mapping[str, str]) -> float | None:
    """The client's read timeout in seconds, where it says so (openai-python does)."""
    try:
        return float(headers["x-stainless-read-timeout"])
    except (KeyError, ValueError):
        return None


def _is_json(request: Request) -> bool:
    try:
        return request.json() is not None
    except (ValueError, RecursionError):
        return False


def _inflater(encoding: str) -> Callable[[bytes], bytes]:
    """Undoes for the log the compression that a server uses unasked; what is broken stays as it is."""
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        return lambda chunk: chunk
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def inflate(chunk: bytes) -> bytes:
        try:
            return inflater.decompress(chunk)
        except zlib.error:
            return chunk

    return inflate
