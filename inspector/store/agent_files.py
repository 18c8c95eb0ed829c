"""Files of the OpenAI Agents SDK: trace feeds, exports and saved run states, as what would have been reported live.

A feed holds one ``{"t"?, "is", "item"}`` a line, an export the objects that the SDK's exporter posts. Both become the
requests that carry them, with the times of the feed, or else those of the spans; a run state becomes an answer. None of
these exchanges happened: they are ``assumed``. ``saved`` in a head says that nothing more will come.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.store.log import Importer, ReadLog, lines_of
from inspector.store.wirelog import dumps, loads

BASE = "agents-sdk://file/v1"
PROTOCOL = "agents_sdk"
WORDS = frozenset(["trace_start", "span_start", "span_end", "trace_end", "shutdown"])

_OBJECT = re.compile(rb'"object"\s*:\s*"trace(?:\.span)?"')
_SCHEMA = re.compile(rb'"\$schemaVersion"\s*:\s*"')
_AGENT = re.compile(rb'"(?:current_agent|currentAgent)"\s*:')


def sniff_feed(start: bytes) -> bool:
    """Whether its entries are starts and ends of traces and spans. A first line may be a head."""
    for number, line in enumerate(lines_of(start)):
        value = loads(line)
        if isinstance(value, dict) and value.get("is") in WORDS:
            return True
        if number >= 2 or not isinstance(value, dict) or value.get("is") not in (None, "note"):
            return False
    return False


def sniff_export(start: bytes) -> bool:
    """Whether it holds traces and spans, in one JSON value or one a line, and is no log of exchanges."""
    if not start.lstrip().startswith((b"{", b"[")) or _OBJECT.search(start) is None:
        return False
    first = loads(next(lines_of(start), b""))
    return not (isinstance(first, dict) and ("wire" in first or "is" in first))


def sniff_state(start: bytes) -> bool:
    """Whether it is a run state of either SDK."""
    return start.lstrip().startswith(b"{") and _SCHEMA.search(start) is not None and _AGENT.search(start) is not None


def read_feed(file: BinaryIO, name: str) -> ReadLog:
    """One request an entry, at its time."""
    head: Mapping[str, Any] = {}
    entries: list[Mapping[str, Any]] = []
    warnings: list[str] = []
    for number, line in enumerate(file, 1):
        value = loads(line)
        if isinstance(value, dict) and value.get("is") in WORDS:
            entries.append(value)
        elif isinstance(value, dict) and isinstance(value.get("data"), list) and "is" not in value:
            entries += [each for each in value["data"] if isinstance(each, dict) and each.get("is") in WORDS]
        elif number == 1 and isinstance(value, dict) and "is" not in value:
            head = value
        elif line.strip():
            warnings.append(f"Line {number:,} was left out: it is no entry of a trace feed.")
    if not entries:
        raise UserError(f"{name} is no trace feed: none of its lines is an entry.")
    times, started = _times(entries)
    made = _Frames()
    for entry, at in zip(entries, times, strict=True):
        made.report(at, "/traces/tap", {"data": [entry]})
    return made.log("feed", {**head, "label": head.get("label", name)}, started, warnings)


def read_export(file: BinaryIO, name: str) -> ReadLog:
    """One request a batch, at the time of the last thing that it tells."""
    batches = [batch for batch in _batches(file.read(), name) if batch]
    moments = [moment for batch in batches for item in batch for moment in _moments(item)]
    if not batches:
        raise UserError(f"{name} holds no traces.")
    started, at = min(moments, default=None), 0.0
    made = _Frames()
    for batch in batches:
        told = [moment for item in batch for moment in _moments(item)]
        if told and started is not None:
            at = max(at, round(max(told) - started, 3))
        made.report(at, "/traces/ingest", {"data": batch})
    return made.log("export", {"label": name}, started, [])


def read_state(file: BinaryIO, name: str) -> ReadLog:
    """The file as an answer, to the last byte."""
    content = file.read()
    if not isinstance(loads(content), dict):
        raise UserError(f"{name} is a run state of the Agents SDK that was cut off or damaged: it is no JSON.")
    made = _Frames()
    made.answer("/run_state", content)
    return made.log("run_state", {"label": name}, None, [])


class _Frames:
    """Numbers frames and exchanges."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self._link = 0

    def report(self, at: float, path: str, body: Mapping[str, Any]) -> None:
        self._link += 1
        head = {"method": "POST", "url": BASE + path, "headers": {"content-type": "application/json"}, "json": True}
        self._add(at, Kind.REQUEST, {**head, "saved": True, "assumed": True}, dumps(body))
        self._add(at, Kind.RESPONSE, {"status": 200, "headers": {}, "assumed": True})
        self._add(at, Kind.END, {"how": "eof", "by": "server", "assumed": True})

    def answer(self, path: str, content: bytes) -> None:
        self._link += 1
        self._add(0.0, Kind.REQUEST, {"method": "GET", "url": BASE + path, "headers": {}, "assumed": True})
        headers = {"content-type": "application/json"}
        self._add(0.0, Kind.RESPONSE, {"status": 200, "headers": headers, "assumed": True})
        self._add(0.0, Kind.DATA, {}, content)
        self._add(0.0, Kind.END, {"how": "eof", "by": "server", "assumed": True})

    def log(self, kind: str, head: Mapping[str, Any], started: float | None, warnings: Sequence[str]) -> ReadLog:
        last = self.frames[-1]
        self.frames[-1] = Frame(last.seq, last.at, last.link, last.kind, {**last.head, "saved": True}, last.body)
        told = {key: value for key, value in head.items() if key != "wire"}
        wall = {} if started is None else {"started_ms": started}
        return ReadLog(kind, {**wall, **told, "protocol": PROTOCOL}, self.frames, warnings)

    def _add(self, at: float, kind: Kind, head: Mapping[str, Any], body: bytes = b"") -> None:
        self.frames.append(Frame(len(self.frames) + 1, at, self._link, kind, head, body))


def _times(entries: Sequence[Mapping[str, Any]]) -> tuple[list[float], float | None]:
    """Log times that never go back: those that are told, else those of the spans; and Unix ms of the log's zero."""
    told = [_number(entry.get("t")) for entry in entries]
    walls = [max(_moments(entry.get("item"), entry.get("is") == "span_start"), default=None) for entry in entries]
    pairs = [wall - at for wall, at in zip(walls, told, strict=True) if wall is not None and at is not None]
    known = [wall for wall in walls if wall is not None]
    started = min(pairs) if pairs else min(known, default=None)
    times, last = [], 0.0
    for at, wall in zip(told, walls, strict=True):
        if at is None and wall is not None and started is not None:
            at = round(wall - started, 3)
        last = max(last, last if at is None else at)
        times.append(last)
    return times, started


def _moments(item: Any, only_start: bool = False) -> Iterator[float]:
    """Unix ms of what an object tells of."""
    if isinstance(item, dict):
        for name in ("started_at",) if only_start else ("started_at", "ended_at"):
            moment = _moment(item.get(name))
            if moment is not None:
                yield moment


def _moment(value: Any) -> float | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp() * 1000.0
    except (ValueError, OverflowError, OSError):
        return None


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value) or value < 0:
        return None
    return float(value)


def _batches(content: bytes, name: str) -> Iterator[list[Any]]:
    """The batches of a file: one JSON value, or several one after another; lines of single objects are one batch."""
    text, at = content.decode("utf-8", "replace"), 0
    decoder, single = json.JSONDecoder(), list[Any]()
    while (found := re.compile(r"[\s,]*").match(text, at)) is not None and found.end() < len(text):
        try:
            value, at = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            raise UserError(f"{name} is an export of traces that was cut off or damaged: it is no JSON.") from None
        if isinstance(value, dict) and isinstance(value.get("data"), list):
            yield value["data"]
        elif isinstance(value, list):
            yield value
        elif isinstance(value, dict):
            single.append(value)
    yield single


FEED = Importer("feed", "a trace feed of the Agents SDK", sniff_feed, read_feed)
EXPORT = Importer("export", "a trace export of the Agents SDK", sniff_export, read_export)
STATE = Importer("run_state", "a saved run state of the Agents SDK", sniff_state, read_state)
