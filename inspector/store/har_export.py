"""Frames to a HAR 1.2, which browsers and HTTP tools open: one entry an exchange, sockets with their frames.

What a HAR has no place for stands in keys with an underscore, which others leave alone, so that it reads back as it
was: ``_chunks`` (time in ms since the request, bytes) of a body, ``_ends`` (time, how; none = still open), ``_notes``.
What was remarked on an exchange stands in its ``comment``, too; a note says ``_about`` which frame it is: the place of
the entry (-1 = among the notes), and of the frame in it.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

from inspector.domain.frames import Frame, Kind
from inspector.domain.remarks import Remarks
from inspector.store.wirelog import dumps, entry_of

_OPCODES = {"text": 1, "binary": 2, "close": 8, "ping": 9, "pong": 10}
_NOWHERE = "http://unknown.invalid"
"""In place of a server that the log does not name: an address in a HAR has to be whole."""


@dataclass(slots=True)
class _Exchange:
    at: float
    request: Frame | None = None
    response: Frame | None = None
    chunks: list[Frame] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    ends: list[Frame] = field(default_factory=list)
    last: float = 0.0
    seqs: list[int] = field(default_factory=list)


def write_har(head: Mapping[str, Any], frames: Iterable[Frame], file: BinaryIO, version: str) -> None:
    """Write it. Exchanges are held in memory until all frames were seen: they overlap."""
    found: dict[int, list[_Exchange]] = {}
    notes: list[Frame] = []
    for frame in frames:
        if frame.kind in (Kind.NOTE, Kind.REST):
            notes.append(frame)
        else:
            _take(found.setdefault(frame.link, []), frame)
    told = head.get("started_ms")
    zero = float(told) if isinstance(told, int | float) and math.isfinite(told) else 0.0
    entries = sorted((one for several in found.values() for one in several), key=lambda one: one.at)
    remarks, places = _remarks(notes), _places(entries, notes)
    log = {
        "version": "1.2",
        "creator": {"name": "Stream Inspector", "version": version},
        "pages": [],
        "_head": {name: value for name, value in head.items() if name != "started_ms"},
        "_zero_ms": zero,
        "_notes": [_note(note, places) for note in notes],
    }
    if not zero:
        log["comment"] = "Nobody knows when this was recorded: the times count from 1970."
    start = json.dumps({"log": log}, ensure_ascii=False, default=dict, indent=1).encode("utf-8", "replace")
    file.write(start.rstrip().removesuffix(b"}").rstrip().removesuffix(b"}").rstrip() + b',\n "entries": [')
    file.writelines(
        (b",\n" if number else b"\n") + dumps(_entry(one, zero, remarks)) for number, one in enumerate(entries)
    )
    file.write(b"\n]}}\n")


def _take(several: list[_Exchange], frame: Frame) -> None:
    if not several or (frame.kind is Kind.REQUEST and several[-1].request is not None):
        several.append(_Exchange(frame.at))
    one = several[-1]
    one.last = frame.at
    one.seqs.append(frame.seq)
    if frame.kind is Kind.REQUEST:
        one.request = frame
    elif frame.kind is Kind.RESPONSE:
        one.response = frame
    elif frame.kind is Kind.DATA:
        one.chunks.append(frame)
    elif frame.kind is Kind.SOCKET:
        one.frames.append(frame)
    else:
        one.ends.append(frame)


def _remarks(notes: Iterable[Frame]) -> Remarks:
    found = Remarks()
    for note in notes:
        found.take(note.head)
    return found


def _places(entries: Iterable[_Exchange], notes: Iterable[Frame]) -> dict[int, tuple[int, int]]:
    """Where each frame stands: its number in an import may be another one."""
    places = {note.seq: (-1, number) for number, note in enumerate(notes)}
    for entry, one in enumerate(entries):
        places |= {seq: (entry, number) for number, seq in enumerate(one.seqs)}
    return places


def _note(note: Frame, places: Mapping[int, tuple[int, int]]) -> dict[str, Any]:
    entry, about = entry_of(note), note.head.get("frame")
    return {**entry, "_about": places[about]} if isinstance(about, int) and about in places else entry


def _said(one: _Exchange, remarks: Remarks) -> str:
    """What was remarked on an exchange, a line each."""
    mine = set(one.seqs)
    spots = sorted(spot for spot in {*remarks.marks, *remarks.comments} if spot[0] in mine)
    return "\n".join(remarks.comments.get(spot, "marked") for spot in spots)


def _entry(one: _Exchange, zero: float, remarks: Remarks) -> dict[str, Any]:
    first = one.response or next(iter(one.frames or one.chunks), None)
    answered = first.at if first is not None else one.last
    entry = {
        "startedDateTime": _moment(zero + one.at),
        "time": round(one.last - one.at, 3),
        "request": _request(one),
        "response": _response(one),
        "cache": {},
        "timings": {"send": 0, "wait": round(answered - one.at, 3), "receive": round(one.last - answered, 3)},
        "_ends": [[round(end.at - one.at, 3), dict(end.head)] for end in one.ends],
    }
    if said := _said(one, remarks):
        entry["comment"] = said
    if one.chunks:
        entry["_chunks"] = [[round(chunk.at - one.at, 3), len(chunk.body)] for chunk in one.chunks]
    if one.frames:
        entry["_resourceType"] = "websocket"
        entry["_webSocketMessages"] = [_message(frame, zero) for frame in one.frames]
    return entry


def _request(one: _Exchange) -> dict[str, Any]:
    head: Mapping[str, Any] = {} if one.request is None else one.request.head
    url = str(head.get("url", "/"))
    body = b"" if one.request is None else one.request.body
    request: dict[str, Any] = {
        "method": str(head.get("method", "GET")),
        "url": url if "://" in url else _NOWHERE + (url if url.startswith("/") else f"/{url}"),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs({} if one.request is None else one.request.headers),
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(urlsplit(url).query, True)],
        "headersSize": -1,
        "bodySize": len(body),
    }
    if body:
        kind = "application/json" if head.get("json") else str(head.get("headers", {}).get("content-type", ""))
        request["postData"] = {"mimeType": kind, "text": body.decode("utf-8", "replace")}
    return request


def _response(one: _Exchange) -> dict[str, Any]:
    response = one.response
    status = int(response.head.get("status") or 0) if response is not None else 101 if one.frames else 0
    headers: Mapping[str, str] = {} if response is None else response.headers
    body = b"".join(chunk.body for chunk in one.chunks)
    answer: dict[str, Any] = {
        "status": status,
        "statusText": _phrase(status),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers),
        "content": _content(body, str(headers.get("content-type", "application/octet-stream"))),
        "redirectURL": str(headers.get("location", "")),
        "headersSize": -1,
        "bodySize": len(body),
    }
    end = one.ends[0].head if one.ends else {}
    if end.get("how", "eof") != "eof":
        detail = str(end.get("detail", ""))
        by = f"{end.get('how')} by the {end.get('by', 'server')}"
        answer["_error"] = f"{by}: {detail}" if detail else by
    elif status == 0:
        answer["_error"] = "no answer came"
    if response is None and status:
        answer["_assumed"] = True
    return answer


def _content(body: bytes, kind: str) -> dict[str, Any]:
    try:
        return {"size": len(body), "mimeType": kind, "text": body.decode()}
    except UnicodeDecodeError:
        return {"size": len(body), "mimeType": kind, "text": base64.b64encode(body).decode(), "encoding": "base64"}


def _message(frame: Frame, zero: float) -> dict[str, Any]:
    op = str(frame.head.get("op", "text"))
    try:
        if op not in ("text", "close"):
            raise UnicodeError
        data = frame.body.decode()
    except UnicodeError:
        op, data = ("binary" if op == "text" else op), base64.b64encode(frame.body).decode()
    more = {"_code": frame.head["code"]} if "code" in frame.head else {}
    return {
        "type": "receive" if frame.head.get("dir", "in") == "in" else "send",
        "time": (zero + frame.at) / 1000,
        "opcode": _OPCODES.get(op, 1),
        "data": data,
        **more,
    }


def _pairs(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": str(name), "value": str(value)} for name, value in headers.items()]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _moment(unix_ms: float) -> str:
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=unix_ms)
    return when.isoformat(timespec="microseconds").replace("+00:00", "Z")
