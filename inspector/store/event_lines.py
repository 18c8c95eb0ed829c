"""JSON lines, or one JSON list, of ``{"event": …, "data": …}``: what ``toReadableStream()`` of the OpenAI library for
Node writes of an Assistants stream (of a Responses stream: the data alone), and what people write who print the parts
of a LangGraph stream. They become the event stream that they came from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.store.log import Importer, ReadLog, lines_of
from inspector.store.sse_file import ASSUMED_ANSWER, ASSUMED_END, LINE_END, NO_TIMES
from inspector.store.wirelog import dumps, loads


def sniff(start: bytes) -> bool:
    """Whether the first line that can be read is such an object, or the first of a JSON list."""
    if start.lstrip().startswith(b"["):
        return _is_event(_first(start))
    for line in lines_of(start):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            if line.lstrip().startswith(b'{"event":"'):
                return True  # too long to be seen whole
            continue
        return _is_event(value)
    return False


def read(file: BinaryIO, name: str) -> ReadLog:
    """One data frame a line. Lines that cannot be used are left out with a warning."""
    frames = [Frame(1, 0.0, 1, Kind.RESPONSE, {**ASSUMED_ANSWER, "assumed": True})]
    warnings = [NO_TIMES]
    for place, value in _values(file, name):
        if _is_event(value):
            frames.append(Frame(len(frames) + 1, 0.0, 1, Kind.DATA, {}, _event(value)))
        else:
            warnings.append(f"{place} was left out: it is no object with event and data.")
    if len(frames) == 1:
        raise UserError(f"{name} holds no lines of event and data.")
    frames.append(Frame(len(frames) + 1, 0.0, 1, Kind.END, ASSUMED_END))
    return ReadLog("events", {"label": name, "assumed": True}, frames, warnings)


def _first(start: bytes) -> object:
    """The first of a JSON list that may be cut off."""
    try:
        return json.JSONDecoder().raw_decode(start.lstrip()[1:].lstrip().decode("utf-8", "replace"))[0]
    except (ValueError, RecursionError):
        return None


def _values(file: BinaryIO, name: str) -> Iterator[tuple[str, Any]]:
    """Each value with where it stands; None for what is no JSON."""
    begin = file.tell()
    listed = file.read(64).lstrip().startswith(b"[")
    file.seek(begin)
    if listed:
        try:
            values = json.loads(file.read())
        except (ValueError, RecursionError):
            raise UserError(f"{name} is no whole JSON list: it was cut off.") from None
        yield from ((f"Entry {number:,}", value) for number, value in enumerate(values, 1))
        return
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        yield f"Line {number:,}", loads(line)


def _is_event(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return (isinstance(value.get("event"), str) and "data" in value) or _is_response_event(value)


def _is_response_event(value: Mapping[str, Any]) -> bool:
    """The Responses API's events carry their own names: their lines are the data alone."""
    return isinstance(value.get("type"), str) and value["type"].startswith("response.") and "event" not in value


def _one_line(text: str) -> bytes:
    return LINE_END.sub(b" ", text.encode("utf-8", "surrogatepass"))


def _event(value: Mapping[str, Any]) -> bytes:
    if _is_response_event(value):
        value = {"event": value["type"], "data": value}
    data = value["data"]
    text = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else dumps(data)
    lines = [b"event: " + _one_line(value["event"])]
    if isinstance(value.get("id"), str):
        lines.append(b"id: " + _one_line(value["id"]))
    lines += [b"data: " + line for line in LINE_END.split(text)]
    return b"\n".join(lines) + b"\n\n"


IMPORTER = Importer("events", "JSON lines of event and data", sniff, read)
