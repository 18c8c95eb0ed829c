"""One HTTP request on its way: all that crosses becomes frames, secrets taken out, and there is exactly one end."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx

from inspector.domain.frames import Kind
from inspector.domain.redact import Scrubber, Secrets, redact_headers, redact_url
from inspector.transport.address import origin
from inspector.transport.body import body_of
from inspector.transport.faults import Fault, fault_of, timed_out

Record = Callable[[Kind, Mapping[str, Any], bytes], object]
"""Takes what crossed on one link, in order: kind, head, body. It is numbered and timed there."""

_LEFT = Fault("closed", "client", "", "We closed the connection.", False)
_WITH_URLS = frozenset({"location", "content-location"})
_LOCATION = "inspector.location"
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, EOFError)


async def keep_location(response: httpx.Response) -> None:
    """A response hook for the client: the library drops an answer that redirects to what it cannot parse."""
    if "location" in response.headers:
        response.extensions[_LOCATION] = response.headers.pop("location")


class Wire:
    """Sends one request and reads its answer. What the peer or the network does wrong ends up in ``fault``.

    A cancelled step closes the connection and records that we closed it. ``content`` is the body as far as it was kept.
    """

    def __init__(self, client: httpx.AsyncClient, request: httpx.Request, record: Record, secrets: Secrets) -> None:
        self._client = client
        self._request = request
        self._record = record
        self._secrets = secrets
        self._scrubber = Scrubber(secrets.values)
        self._response: httpx.Response | None = None
        self._kept: list[bytes] = []
        self._leaving = False
        self._unrecorded: BaseException | None = None
        self.over = False
        self.fault: Fault | None = None
        self.status = 0
        self.headers: Mapping[str, str] = {}
        self.location: str | None = None

    @property
    def content(self) -> bytes:
        """The body, without secrets."""
        return b"".join(self._kept)

    @property
    def url(self) -> httpx.URL:
        """Where the request goes, secrets included."""
        return self._request.url

    @property
    def place(self) -> str:
        """Scheme, host and port of the server."""
        return origin(self._request.url)

    async def open(self, head: Mapping[str, Any], shown: Mapping[str, str], limit: float | None) -> bool:
        """Send the request and wait for the headers of the answer; whether they came.

        ``head`` joins what the request's frame says of itself, ``shown`` are the headers as they may be seen.
        """
        said = {
            "method": self._request.method,
            "url": self._secrets.in_text(redact_url(str(self._request.url))),
            "headers": dict(shown),
            **head,
        }
        self._note(Kind.REQUEST, said, self._secrets.in_bytes(self._request.content))
        async with self._watched(limit):
            response = await self._client.send(self._request, stream=True)
            self._response = response
            self.status = response.status_code
            self.location = response.headers.get("location", response.extensions.get(_LOCATION))
            self.headers = self._redacted(response.headers)
            self._note(Kind.RESPONSE, {"status": self.status, "headers": self.headers}, b"")
        return not self.over

    async def read(self, limit: float | None = None, *, keep: bool = True) -> None:
        """Read the body to its end. With ``keep`` it is also gathered in ``content``."""
        response = self._response
        if response is None or self.over:
            return
        inflate = _Inflate(self.headers.get("content-encoding", ""))
        async with self._watched(limit):
            chunks = response.aiter_raw() if keep else body_of(response)
            try:
                async for chunk in chunks:
                    self._data(self._scrubber.feed(inflate.feed(chunk)), keep)
            except BaseException:
                await response.aclose()
                await _run_out(chunks)
                raise
            if inflate.broken:
                sentence = f"The answer of {self.place} is compressed, and broken: {inflate.broken}."
                self._finish(Fault("cut", "server", f"compression broken: {inflate.broken}", sentence), keep)
            self._finish(Fault("eof", "server", "", ""), keep)

    async def leave(self) -> None:
        """Close the connection, whatever is still to come."""
        self._leaving = True
        self._finish(_LEFT)
        if self._response is not None:
            await self._response.aclose()

    @asynccontextmanager
    async def _watched(self, limit: float | None) -> AsyncIterator[None]:
        """Turns what goes wrong inside into the end of the link, and closes the connection then."""
        deadline = asyncio.timeout(limit)
        try:
            async with deadline:
                yield
        except TimeoutError as exc:
            late = timed_out(self.place, limit or 0.0, self.status != 0)
            self._finish(late if deadline.expired() else self._fault(exc))
        except _FAILURES as exc:
            if exc is self._unrecorded:
                raise
            self._finish(_LEFT if self._leaving else self._fault(exc))
        except BaseException:
            self._finish(_LEFT)
            raise
        finally:
            if self.over and self._response is not None:
                await self._response.aclose()

    def _fault(self, exc: BaseException) -> Fault:
        connect = self._client.timeout.connect or 0.0
        return fault_of(exc, self.place, self.status != 0, connect)

    def _finish(self, fault: Fault, keep: bool = True) -> None:
        if self.over:
            return
        self.over = True
        self._data(self._scrubber.finish(), keep)
        if fault.how != "eof":
            self.fault = fault
        detail = {"detail": self._secrets.in_text(fault.detail)} if fault.detail else {}
        self._note(Kind.END, {"how": fault.how, "by": fault.by, **detail}, b"")

    def _data(self, chunk: bytes, keep: bool) -> None:
        if chunk:
            self._note(Kind.DATA, {}, chunk)
            if keep:
                self._kept.append(chunk)

    def _note(self, kind: Kind, head: Mapping[str, Any], body: bytes) -> None:
        """Hand a frame over. A failure there is ours and not the peer's: then nothing more is handed over."""
        try:
            self._record(kind, head, body)
        except BaseException as exc:
            self._unrecorded, self.over = exc, True
            raise

    def _redacted(self, headers: httpx.Headers) -> dict[str, str]:
        joined = {name: ", ".join(headers.get_list(name)) for name in headers}
        if self.location is not None:
            joined["location"] = self.location
        joined |= {name: redact_url(joined[name]) for name in _WITH_URLS & joined.keys()}
        return {name: self._secrets.in_text(value) for name, value in redact_headers(joined).items()}


class _Inflate:
    """Undoes the compression that we did not ask for. From where it is ``broken`` on, bytes stay as they are."""

    def __init__(self, encoding: str) -> None:
        known = encoding.strip().lower() in ("gzip", "x-gzip", "deflate")
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 32) if known else None
        self.broken = ""

    def feed(self, chunk: bytes) -> bytes:
        if self._inflater is None or self.broken:
            return chunk
        try:
            return self._inflater.decompress(chunk)
        except zlib.error as exc:
            self.broken = str(exc)
            return chunk


async def _run_out(chunks: AsyncIterator[bytes]) -> None:
    """Bring the nested generators of a closed body to their end; left alone, each is closed by a task of its own."""
    with suppress(*_FAILURES):
        async for _ in chunks:
            pass
