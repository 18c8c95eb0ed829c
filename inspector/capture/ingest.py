"""Answers the reports of traces that Agents SDK programs post: of the SDK's own exporter, and of our tap.

What is in them is for the decoder to read; here it is only told whether they can be read at all. Both senders take any
2xx for "arrived", and neither looks at the answer's body.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

PATHS = ("/traces/ingest", "/traces/tap")
"""How the paths end: for the exporter and for the tap. What stands before (``/v1``) does not matter."""

MOST_BYTES = 16 << 20
"""Of one report. The exporter posts at most some hundred spans, the tap at most about 2 MB."""

Answer = tuple[int, Mapping[str, Any]]
"""Status and JSON body."""


def takes(path: str) -> bool:
    """Whether reports go here. ``path`` may have a query."""
    return _path(path).endswith(PATHS)


def holds(path: str) -> bool:
    """Whether a tap may hold a GET of this path open, so that its end tells of the end of the program."""
    return _path(path).endswith(PATHS[1])


def answer(path: str, body: bytes) -> Answer:
    """What to say to a POST of this body: 200 with how many entries arrived, or 4xx with one sentence why none did."""
    if not takes(path):
        return _refused(404, f"Traces are reported to /v1{PATHS[0]} or /v1{PATHS[1]}.")
    if len(body) > MOST_BYTES:
        return _refused(
            413, f"A report has at most {MOST_BYTES >> 20} MB; this one has {len(body) / (1 << 20):.0f} MB."
        )
    try:
        report = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _refused(400, "The report is not JSON.")
    entries = report.get("data") if isinstance(report, dict) else report
    if not isinstance(entries, list):
        return _refused(400, 'A report is a JSON object {"data": [\N{HORIZONTAL ELLIPSIS}]}.')
    read = sum(1 for entry in entries if _readable(entry, _path(path).endswith(PATHS[1])))
    return 200, {"received": read, "ignored": len(entries) - read}


def _readable(entry: object, of_tap: bool) -> bool:
    """Whether an entry can tell something; the decoder shows those that cannot."""
    if not isinstance(entry, dict):
        return False
    return entry.get("is") == "shutdown" or isinstance(entry.get("item"), dict) if of_tap else "id" in entry


def _path(path: str) -> str:
    try:
        return urlsplit(path).path.rstrip("/")
    except ValueError:
        return path.partition("?")[0].rstrip("/")


def _refused(status: int, why: str) -> Answer:
    return status, {"error": {"message": why, "type": "invalid_request_error"}}
