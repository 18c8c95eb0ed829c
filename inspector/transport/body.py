"""The body of an event stream, read past the HTTP library: for each small chunk that does ten times the work.

Only bodies in chunks, as all streams of events have. Their end is left to the library, which then has the connection
for the next request.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpcore
import httpx

from inspector.transport.network import Stream

READ = 16 * 1024
"""Bytes at most in one piece: some hundred small events, which are taken in at a stretch."""

LONGEST = 100 * 1024
"""Bytes of a chunk's size, or of what follows the last chunk, as the library has it."""

CUT = "peer closed connection without sending complete message body (incomplete chunked read)"
"""In the words of the library, by which this fault is known."""

_BODILESS = (204, 304)
"""With these, and to HEAD, the headers tell of a body that does not come (RFC 9112 §6.3)."""

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,20})(?:;.*)?[ \t]*")
_BLANK = re.compile(rb"\n\r?\n")


class Dechunker:
    """Takes the framing of chunks off (RFC 9112 §7.1), as the library does, but for what it says of trailers.

    ``over``: the last chunk has come. ``wrong``: why what follows cannot be read. ``rest``: what is yet to be read.
    """

    def __init__(self) -> None:
        self.over = False
        self.wrong = ""
        self._left = 0
        self._between = False
        self.rest = b""

    def feed(self, data: bytes) -> bytes:
        """The body's bytes in these."""
        if self.rest:
            data, self.rest = self.rest + data, b""
        at, parts = 0, list[bytes]()
        while at < len(data) and not self.over and not self.wrong:
            if self._left:
                parts.append(data[at : at + self._left])
                at += len(parts[-1])
                self._left -= len(parts[-1])
                self._between = not self._left
            elif not self._between:
                end = self._size(data, at)
                if not end:
                    self.rest = data[at:]
                    break
                at = end
            elif data.startswith(b"\r\n", at):
                at, self._between = at + 2, False
            elif data[at:] == b"\r":
                self.rest = b"\r"
                break
            else:
                self.wrong = f"malformed chunk footer: {data[at : at + 2]!r}"
        if self.over:
            self.rest = data[at:]
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _size(self, data: bytes, at: int) -> int:
        """Where the next chunk begins, or all ends; 0 where more has to come first."""
        end = data.find(b"\r\n", at)
        if end >= 0:
            size = _SIZE.fullmatch(data, at, end)
            if size is None:
                self.wrong = f"illegal chunk header: {data[at:end]!r}"
                return 0
            self._left = int(size[1], 16)
            if self._left:
                return end + 2
            if blank := _BLANK.search(data, end + 1):
                self.over = True
                return blank.end()
        if len(data) - at > LONGEST:
            self.wrong = "Receive buffer too long"
        return 0


def body_of(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body as it comes over the wire, what came at once in one piece; faults as the library has them."""
    stream = response.extensions.get("network_stream")
    coding = response.headers.get("transfer-encoding", "").strip().lower()
    empty = response.request.method == "HEAD" or response.status_code in _BODILESS
    if isinstance(stream, Stream) and stream.at_body and coding == "chunked" and not empty:
        return _past(stream, response)
    return response.aiter_raw()


async def _past(stream: Stream, response: httpx.Response) -> AsyncIterator[bytes]:
    framing, request = Dechunker(), response.request
    try:
        while not framing.over:
            data = await stream.read(READ)
            if not data:
                raise httpx.RemoteProtocolError(CUT, request=request)
            if piece := framing.feed(data):
                yield piece
            if framing.wrong:
                raise httpx.RemoteProtocolError(framing.wrong, request=request)
    except httpcore.ReadError as exc:
        raise httpx.ReadError(str(exc), request=request) from exc
    stream.put_back(b"0\r\n\r\n", framing.rest)
    async for _ in response.aiter_raw():
        pass
