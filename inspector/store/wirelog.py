"""Wire logs (``*.wire.jsonl``): one JSON object a line, a head and then what crossed the wire, with times.

Reading and writing are inverse: what a frame has no field for stays in its ``head`` and is written back from there.
Where one thing can be written in two ways, ``head["wire"]`` says which way it was written if not in the usual one:
``b64``, ``text``, or ``none`` (the key was not there).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from inspector.domain.frames import Frame, Kind
from inspector.store.log import lines_of

VERSION = 1
FORM = "wire"
MOST_WARNINGS = 50

_KINDS = frozenset(Kind)
_FORMS = ("b64", "text", "none")
_TEXTS = (Kind.DATA, Kind.SOCKET)
_LONG_HEAD = re.compile(rb'\{\s*"wire"\s*:\s*\d')


def sniff(start: bytes) -> bool:
    """Whether this is the beginning of a wire log: an entry of a known kind, or a head and nothing else."""
    only_head = False
    for number, line in enumerate(lines_of(start)):
        entry = loads(line)
        if isinstance(entry, dict):
            if entry.get("is") in _KINDS:
                return True
            only_head = number == 0 and "wire" in entry
        elif number == 0 and b'"is"' in line and any(f'"{kind}"'.encode() in line for kind in _KINDS):
            return True  # a first entry too long to be seen whole
        elif number == 0 and _LONG_HEAD.match(line):
            return True
    return only_head and start.count(b"\n") <= 1


def head_line(head: Mapping[str, Any]) -> bytes:
    """The first line of a wire log."""
    return dumps({"wire": VERSION, **head}) + b"\n"


def entry_line(frame: Frame) -> bytes:
    """The line of one entry."""
    return dumps(entry_of(frame)) + b"\n"


def entry_of(frame: Frame) -> dict[str, Any]:
    """The entry of a frame, as a JSON object."""
    at = int(frame.at) if frame.at.is_integer() else frame.at
    entry: dict[str, Any] = {"t": at}
    if frame.link or frame.kind is not Kind.NOTE:
        entry["x"] = frame.link
    entry["is"] = frame.kind.value
    entry.update(frame.head)
    form = entry.pop(FORM) if entry.get(FORM) in _FORMS else None
    if frame.kind is Kind.REQUEST:
        entry.update(_request_body(frame.body, bool(entry.pop("json", False)), form))
    elif frame.kind in _TEXTS:
        entry.update(_text(frame.body, form))
    elif frame.body:
        entry["b64"] = base64.b64encode(frame.body).decode()
    return entry


def frame_of(entry: Mapping[str, Any], seq: int, at: float, link: int) -> Frame:
    """The frame of an entry, of which number, time and exchange were found out. ValueError where it is no entry."""
    head = {key: value for key, value in entry.items() if key not in ("t", "x", "is")}
    if entry.get("x") == 0 and entry.get("is") == Kind.NOTE:
        head["x"] = 0
    name = entry.get("is")
    if not isinstance(name, str):
        raise ValueError("it does not say what it is")
    if name not in _KINDS:
        return Frame(seq, at, link, Kind.NOTE, {**head, "is": name})
    kind = Kind(name)
    if kind is Kind.REQUEST:
        body = _take_request_body(head)
    elif kind in _TEXTS:
        body = _take_text(head)
    else:
        body = _take_b64(head) if isinstance(head.get("b64"), str) else b""
    return Frame(seq, at, link, kind, head, body)


def dumps(value: object) -> bytes:
    """Compact JSON in UTF-8; lone surrogates, which UTF-8 cannot hold, are escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), default=dict).encode()


def loads(content: bytes) -> Any:
    """The JSON value; None for what is no JSON, or is nested too deep."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _take_request_body(head: dict[str, Any]) -> bytes:
    if "body" not in head:
        head[FORM] = "none"
        return b""
    body = head.pop("body")
    if body is None:
        return _take_b64(head) if isinstance(head.get("b64"), str) else b""
    if isinstance(body, str):
        if not body:
            head[FORM] = "text"
        return body.encode("utf-8", "surrogatepass")
    head["json"] = True
    return dumps(body)


def _take_text(head: dict[str, Any]) -> bytes:
    if isinstance(head.get("text"), str):
        text: str = head.pop("text")
        try:
            return text.encode()
        except UnicodeEncodeError:
            head[FORM] = "text"
            return text.encode("utf-8", "surrogatepass")
    if isinstance(head.get("b64"), str):
        body = _take_b64(head)
        if _is_text(body):
            head[FORM] = "b64"
        return body
    head[FORM] = "none"
    return b""


def _take_b64(head: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(head.pop("b64"), validate=True)
    except ValueError:
        raise ValueError("its b64 is no base64") from None


def _request_body(body: bytes, is_json: bool, form: object) -> dict[str, Any]:
    if not body:
        return {} if form == "none" else {"body": "" if form == "text" else None}
    value = loads(body) if is_json else None
    if value is not None and not isinstance(value, str):
        return {"body": value}
    try:
        return {"body": body.decode("utf-8", "surrogatepass")}
    except UnicodeDecodeError:
        return {"body": None, "b64": base64.b64encode(body).decode()}


def _text(body: bytes, form: object) -> dict[str, Any]:
    if form == "none" and not body:
        return {}
    if form == "text":
        return {"text": body.decode("utf-8", "surrogatepass")}
    if form != "b64" and _is_text(body):
        return {"text": body.decode()}
    return {"b64": base64.b64encode(body).decode()}


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
