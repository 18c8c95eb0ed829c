"""HAR files (HTTP Archive 1.2) as browsers and mitmproxy export them: event streams, plain answers, sockets.

A HAR tells when an exchange began, how long it waited for the answer's head and how long it took in all, but not when
each part of a body came: an event stream has the time of its first byte throughout, unless it is an ``EventSource`` of
a Chromium that kept its messages. Frames of sockets have their own times (``_webSocketMessages``, Unix seconds).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

import msgspec

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.domain.remarks import comment
from inspector.store.log import Importer, ReadLog
from inspector.store.made import NO_BODY, Made
from inspector.store.wirelog import MOST_WARNINGS, frame_of

_START = re.compile(rb'\s*\{\s*"log"\s*:\s*\{')
_OPCODES = {0: "text", 1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}
_BEFORE_ANSWER = ("blocked", "dns", "connect", "send", "wait")
_FAULTS = (
    (re.compile(r"(?i)abort|client disconnect|client closed|NS_BINDING_ABORTED"), "closed", "client"),
    (re.compile(r"(?i)incomplete|content.length|chunked|without sending complete|partial"), "cut", "server"),
    (
        re.compile(r"(?i)refused|resolve|name or service|unreachable|timed? ?_?out|connect"),
        "refused",
        "server",
    ),
    (re.compile(r"(?i)reset|empty_response|closed|eof|disconnect|killed"), "reset", "server"),
)
"""What the reasons for a failed exchange that are known mean; the first that fits."""

STREAM_TIMES = "A HAR does not tell when the parts of a body came: silences within a stream cannot be judged."


def sniff(start: bytes) -> bool:
    """Whether it is an object whose first key is ``log``, or that has all that a HAR must have."""
    if _START.match(start):
        return any(word in start for word in (b'"entries"', b'"creator"', b'"version"', b'"pages"'))
    return start.lstrip().startswith(b"{") and all(word in start for word in (b'"log"', b'"entries"', b'"creator"'))


def read(file: BinaryIO, name: str) -> ReadLog:
    """All exchanges of a HAR. An entry that cannot be used is left out with a warning that names its place."""
    try:
        log = _loads(file.read())["log"]
        entries = log["entries"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UserError(f"{name} is no whole HAR file: it was cut off, or holds no entries.") from None
    if not isinstance(entries, list):
        raise UserError(f"{name} is no whole HAR file: its entries are no list.")
    own = log.get("_head")
    reader = _Reader(log.get("_zero_ms"), clean=isinstance(own, Mapping))
    for number, entry in enumerate(entries, 1):
        reader.take(number, entry)
    frames = reader.made.frames()
    if not frames:
        raise UserError(f"{name} is a HAR without any exchange that could be read.")
    head: dict[str, Any] = {"label": name, "assumed": True}
    if isinstance(own, Mapping):  # one of our own
        head = dict(own)
        frames = _with_notes(frames, log.get("_notes"), reader.links)
    else:
        frames = _with_comments(frames, reader.comments)
        by = log.get("creator")
        creator = by if isinstance(by, Mapping) else {"name": "an unknown program"}
        head["server"] = f"HAR of {creator.get('name', 'an unknown program')} {creator.get('version', '')}".strip()
    if reader.zero:
        head["started_ms"] = reader.zero
    return ReadLog("har", head, frames, reader.told())


def _loads(content: bytes) -> Any:
    """The JSON value, in a third of the time that ``json`` takes; it takes some things that others do not."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return json.loads(content)


class _Reader:
    """``links`` has the exchanges by the places of their entries, ``comments`` what was said of them."""

    def __init__(self, zero: Any, clean: bool) -> None:
        """``zero``: Unix ms of the log's beginning, if told; else the first exchange's. ``clean`` as in Made."""
        self.made = Made(clean)
        self.zero: float | None = _number(zero) if isinstance(zero, int | float) else None
        self._warnings: list[str] = []
        self._left_out = 0
        self._streams = False
        self.links: dict[int, int] = {}
        self.comments: dict[int, str] = {}

    def take(self, number: int, entry: Any) -> None:
        try:
            began = _unix_ms(entry["startedDateTime"])
            request, response = entry["request"], entry.get("response") or {}
            head = {
                "method": str(request.get("method", "GET")).upper(),
                "url": str(request["url"]),
                "headers": _headers(request.get("headers")),
            }
            if self.zero is None:
                self.zero = began
            at = round(began - self.zero, 3)
            messages = _messages(entry.get("_webSocketMessages"))
            answered, over = at + _spent(entry, _BEFORE_ANSWER), at + max(0.0, _number(entry.get("time")))
            link = self.links[number - 1] = self.made.request(at, head, _posted(request.get("postData")))
            if isinstance(said := entry.get("comment"), str) and said.strip():
                self.comments[link] = said
            self._answer(number, (at, max(at, answered), max(over, answered)), response, entry, messages)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            self._leave_out(number, error)

    def told(self) -> list[str]:
        """What is odd about the file."""
        hidden = self._left_out - MOST_WARNINGS
        more = [f"{hidden:,} more entries were left out."] if hidden > 0 else []
        return [*([STREAM_TIMES] if self._streams else []), *self._warnings, *more]

    def _answer(
        self,
        number: int,
        times: tuple[float, float, float],
        response: Mapping[str, Any],
        entry: Mapping[str, Any],
        messages: Sequence[Mapping[str, Any]],
    ) -> None:
        """What came back. ``times``: of the request, the answer's head, and the end."""
        began, at, over = times
        status = int(_number(response.get("status")))
        own = entry.get("_ends")
        socket = bool(messages) or status == 101
        if status > 0 and not response.get("_assumed"):
            self.made.answer(at, status, _headers(response.get("headers")))
        fault = _fault(response, entry, status)
        if not fault[2] and not socket and not isinstance(own, list) and _is_torn(response, entry):
            fault = "cut", "server", "its end was not recorded, nor anything of its body"
        if socket:
            over = self._socket(messages, began)
        else:
            over = self._body(number, (began, at, over), response.get("content") or {}, entry)
        if isinstance(own, list):
            for after, head in own:
                self.made.add(began + _number(after), Kind.END, head)
        elif fault[2]:
            self.made.end(over, fault[0], fault[1], detail=fault[2])
        elif not socket:
            self.made.end(over, fault[0], fault[1], assumed=True)

    def _body(
        self, number: int, times: tuple[float, float, float], content: Mapping[str, Any], entry: Mapping[str, Any]
    ) -> float:
        """The body with what is known of its times; when it ended."""
        began, at, over = times
        body, events = _content(content), _event_source(entry.get("_eventSourceMessages"), self.zero or 0.0)
        if not body and events:
            for when, event in events:
                self.made.add(max(at, when), Kind.DATA, {}, event)
            return max(over, events[-1][0])
        chunks = _chunks(entry.get("_chunks"), body)
        for after, chunk in chunks:
            self.made.add(max(at, began + after), Kind.DATA, {}, chunk)
        if not chunks:
            self._streams |= "event-stream" in str(content.get("mimeType", "")) and bool(body)
            self.made.body(at, body)
        if not body and _number(content.get("size")) > 0:
            self._warn(f"Entry {number:,}: the body of its answer was not saved with it.")
        return over

    def _socket(self, messages: Sequence[Mapping[str, Any]], began: float) -> float:
        """The frames of a socket; when the last one came."""
        last = began
        for message in messages:
            last = max(last, round(_number(message["time"]) * 1000 - (self.zero or 0.0), 3))
            op = _OPCODES.get(int(_number(message.get("opcode", 1))), "text")
            data = str(message.get("data", ""))
            head: dict[str, Any] = {"dir": "out" if message.get("type") in ("send", "request") else "in", "op": op}
            if "_code" in message:
                head["code"] = message["_code"]
            self.made.add(last, Kind.SOCKET, head, _payload(data, op))
        return last

    def _leave_out(self, number: int, error: Exception) -> None:
        self._left_out += 1
        if self._left_out <= MOST_WARNINGS:
            self._warn(f"Entry {number:,} was left out: {_why(error)}.")

    def _warn(self, sentence: str) -> None:
        self._warnings.append(sentence)


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]}"
    return "it is no exchange" if isinstance(error, TypeError | AttributeError) else f"it is wrong ({error})"


def _unix_ms(text: Any) -> float:
    when = datetime.fromisoformat(str(text))
    return (when if when.tzinfo is not None else when.replace(tzinfo=UTC)).timestamp() * 1000


def _is_torn(response: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Whether a stream broke off: mitmproxy keeps of such an answer only its head, and says nothing of a fault."""
    content, timings = response.get("content"), entry.get("timings")
    kind = str(content.get("mimeType", "")) if isinstance(content, Mapping) else ""
    received = timings.get("receive") if isinstance(timings, Mapping) else None
    empty = isinstance(content, Mapping) and not content.get("text") and not _number(content.get("size"))
    return "event-stream" in kind and empty and received == 0 and not entry.get("_eventSourceMessages")


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value == value else 0.0


def _spent(entry: Mapping[str, Any], phases: Sequence[str]) -> float:
    timings = entry.get("timings")
    return sum(max(0.0, _number(timings.get(phase))) for phase in phases) if isinstance(timings, Mapping) else 0.0


def _headers(pairs: Any) -> dict[str, str]:
    """Header lines by lower-case name, without the pseudo headers of HTTP/2; repeated ones are joined."""
    found: dict[str, str] = {}
    for pair in pairs if isinstance(pairs, list) else ():
        name, value = str(pair.get("name", "")).lower(), str(pair.get("value", ""))
        if name and not name.startswith(":"):
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _posted(post: Any) -> Any:
    if not isinstance(post, Mapping):
        return NO_BODY
    text = post.get("text")
    if isinstance(text, str) and text:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        return text if isinstance(value, str) else value
    params = post.get("params")
    if isinstance(params, list) and params:
        return "&".join(f"{pair.get('name', '')}={pair.get('value', '')}" for pair in params)
    return NO_BODY


def _content(content: Mapping[str, Any]) -> bytes:
    text = content.get("text")
    if not isinstance(text, str):
        return b""
    if content.get("encoding") == "base64":
        return base64.b64decode(text)
    return text.encode("utf-8", "surrogatepass")


def _chunks(told: Any, body: bytes) -> list[tuple[float, bytes]]:
    """The parts of a body and when each came, as our own exports tell it; nothing where that does not add up."""
    pairs = told if isinstance(told, list) else []
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        return []
    sizes = [int(_number(size)) for _, size in pairs]
    if sum(sizes) != len(body) or min(sizes, default=0) < 0:
        return []
    found, place = [], 0
    for (after, _), size in zip(pairs, sizes, strict=True):
        found.append((_number(after), body[place : place + size]))
        place += size
    return found


def _with_notes(frames: list[Frame], notes: Any, links: Mapping[int, int]) -> list[Frame]:
    """The frames with the notes of the log at their times. ``links`` by the places of the entries."""
    found: list[Frame] = []
    abouts: dict[int, Any] = {}
    for note in _messages(notes):
        if note.get("is") in (Kind.NOTE, Kind.REST):
            abouts[-len(found)] = note.get("_about")
            bare = {key: value for key, value in note.items() if key != "_about"}
            found.append(frame_of(bare, -len(found), _number(note.get("t")), int(_number(note.get("x")))))
    ordered = sorted([*frames, *found], key=lambda frame: frame.at)
    numbers: dict[int, list[int]] = {-1: [0] * len(found)}
    for number, frame in enumerate(ordered, 1):
        if frame.seq > 0:
            numbers.setdefault(frame.link, []).append(number)
        else:
            numbers[-1][-frame.seq] = number
    again = []
    for number, frame in enumerate(ordered, 1):
        head, about = frame.head, abouts.get(frame.seq)
        if isinstance(about, list) and len(about) == 2 and all(type(place) is int for place in about):
            places = numbers.get(-1 if about[0] < 0 else links.get(about[0], 0), [])
            head = {**head, "frame": places[about[1]]} if 0 <= about[1] < len(places) else head
        again.append(replace(frame, seq=number, head=head))
    return again


def _with_comments(frames: list[Frame], comments: Mapping[int, str]) -> list[Frame]:
    """The frames with what another program's user said of their exchanges: on the requests."""
    last = frames[-1]
    about = [frame.seq for frame in frames if frame.kind is Kind.REQUEST and frame.link in comments]
    said = [comment((seq, 0), comments[frames[seq - 1].link]) for seq in about]
    return [*frames, *(Frame(n, last.at, 0, Kind.NOTE, head) for n, head in enumerate(said, last.seq + 1))]


def _payload(data: str, op: str) -> bytes:
    if op not in ("text", "close"):
        try:
            return base64.b64decode(data, validate=True)
        except ValueError:
            return data.encode("utf-8", "surrogatepass")
    return data.encode("utf-8", "surrogatepass")


def _messages(found: Any) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _event_source(found: Any, zero: float) -> list[tuple[float, bytes]]:
    """The messages of an EventSource with their times, as Chromium keeps them."""
    return [(_number(one.get("time")) * 1000 - zero, b"".join(_lines(one))) for one in _messages(found)]


def _lines(message: Mapping[str, Any]) -> Iterator[bytes]:
    for field, key in (("event", "eventName"), ("id", "eventId")):
        if message.get(key):
            yield f"{field}: {message[key]}\n".encode("utf-8", "surrogatepass")
    for line in str(message.get("data", "")).split("\n"):
        yield f"data: {line}\n".encode("utf-8", "surrogatepass")
    yield b"\n"


def _fault(response: Mapping[str, Any], entry: Mapping[str, Any], status: int) -> tuple[str, str, str]:
    """How it ended, by whom, and the reason that was written down."""
    told = response.get("_error") or entry.get("_error") or ""
    detail = told if isinstance(told, str) else json.dumps(told)
    for pattern, how, by in _FAULTS if detail else ():
        if pattern.search(detail):
            return ("reset" if how == "refused" and status > 0 else how), by, detail
    if detail or status <= 0:
        return ("cut" if status > 0 else "refused"), "server", detail or "no answer was recorded"
    return "eof", "server", ""


IMPORTER = Importer("har", "a HAR file", sniff, read)
