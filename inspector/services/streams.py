"""The streams that watchers hold open; that of a whole thread is opened once, however many of its runs are watched."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from dataclasses import dataclass, replace

from inspector.domain.adapter import Source
from inspector.domain.calls import Call, Reply
from inspector.domain.events import RunKey
from inspector.domain.frames import Kind
from inspector.domain.sse import SseDecoder
from inspector.services.driver import Driver
from inspector.services.live import Live
from inspector.services.tasks import cancel

_BORDER = re.compile(rb"\r\n\r\n|\n\n|\r\r")

FARTHEST = 1 << 20
"""How many bytes at the end of a stream are searched for its last event id."""

LOOKED_AT = 5_000
"""Frames, those of other links between them as well: beside a hundred busy streams the last few dozen of its own."""


@dataclass(eq=False, slots=True)
class Stream:
    """An open stream: its link in the live book, the task that reads it, and how many watch by it."""

    link: int
    pump: asyncio.Task[None]
    name: tuple[str, str, str] | None = None
    holders: int = 1


class Streams:
    """Opens streams and closes them when nobody needs them any more."""

    def __init__(self) -> None:
        self._shared: dict[tuple[str, str, str], Stream] = {}
        self._doors: dict[tuple[str, str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def open(self, driver: Driver, connection: str, source: Source, call: Call) -> Stream | Reply:
        """The stream that this call opens, or the answer that is no stream."""
        if source.ends:
            return await self._send(driver, call, None)
        name = (connection, f"{call.method} {call.path}", repr((call.query, call.json)))
        async with self._doors[name]:
            stream = self._shared.get(name)
            if stream is not None and not stream.pump.done():
                stream.holders += 1
                return stream
            opened = await self._send(driver, call, name)
            if isinstance(opened, Stream):
                self._shared[name] = opened
            return opened

    async def release(self, stream: Stream) -> None:
        """This watcher needs it no more; the last one closes it."""
        stream.holders -= 1
        if stream.holders > 0:
            return
        if stream.name is not None and self._shared.get(stream.name) is stream:
            del self._shared[stream.name]
            del self._doors[stream.name]
        if not stream.pump.done():
            await cancel(stream.pump)

    async def _send(self, driver: Driver, call: Call, name: tuple[str, str, str] | None) -> Stream | Reply:
        sent = await driver.send(call)
        return sent.reply if sent.pump is None else Stream(sent.reply.link, sent.pump, name)


def resumed(source: Source, call: Call, link: int, live: Live, run: RunKey) -> Call:
    """The call that goes on after the last event of ``link``, or of the run, where there is one and the source can."""
    if source.after is not None:
        known = live.ledger.case(run)
        cursor = None if known.run.id is None else known.said("cursor", known.run.id)
        return call if cursor is None else replace(call, query=(*call.query, (source.after, str(cursor.data))))
    last = last_event_id(live, link) if source.resumes is not None else None
    if source.resumes is None or last is None:
        return call
    kept = {name: value for name, value in call.headers.items() if name.lower() != source.resumes.lower()}
    return replace(call, headers={**kept, source.resumes: last})


def last_event_id(live: Live, number: int) -> str | None:
    """The id of the newest whole event of a link that has one, looked for from its end."""
    link = live.ledger.book.links.get(number)
    if link is None or link.request is None:
        return None
    tail, first = b"", max(link.request.seq, link.last_seq - LOOKED_AT)
    for seq in range(link.last_seq, first, -1):
        try:
            frame = live.recorder.frame(seq)
        except KeyError:
            continue
        if frame.link != number or frame.kind is not Kind.DATA:
            continue
        tail = frame.body + tail
        if b"id:" in tail[: len(frame.body) + 3] and (ids := _ids(_from_a_border(tail))):
            return ids[-1]
        if len(tail) > FARTHEST:
            return None
    ids = _ids(tail) if first == link.request.seq else []
    return ids[-1] if ids else None


def _ids(text: bytes) -> list[str]:
    return [event.id for event in SseDecoder().feed(text) if event.id]


def _from_a_border(tail: bytes) -> bytes:
    """What follows the first blank line: before it may stand the rest of a line that began in an earlier chunk."""
    border = _BORDER.search(tail)
    return tail[border.end() :] if border is not None else b""
