"""JSON that was saved from an OpenAI-style server: a run, a response, a step, or a list of them.

Each becomes the read that it is the answer to; the objects name themselves and what they belong to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

from inspector.domain.errors import UserError
from inspector.store.log import Importer, ReadLog
from inspector.store.made import Made, path_of
from inspector.store.thread_file import SAVED

_OBJECT = b'"object"'
_PROTOCOLS = {"thread.run": "assistants", "thread.run.step": "assistants", "response": "responses"}


def sniff(start: bytes) -> bool:
    """Whether it is JSON with such an object in it; of a long one only the beginning is seen."""
    text = start.lstrip()
    if not text.startswith((b"{", b"[")) or _OBJECT not in text:
        return False
    try:
        return any(_path(one) for one in _objects(json.loads(text)))
    except (ValueError, RecursionError):
        # A line of JSON lines, or cut off here because it is long; the latter is told by how such an object begins.
        return b"\n{" not in text and any(f'"{name}"'.encode() in text[:400] for name in (*_PROTOCOLS, "list"))


def read(file: BinaryIO, name: str) -> ReadLog:
    """The reads that gave this. UserError where nothing of it is known."""
    try:
        value = json.loads(file.read())
    except (ValueError, RecursionError):
        raise UserError(f"{name} is no whole JSON: it was cut off.") from None
    made, left = Made(), 0
    protocol = None
    for one in _objects(value):
        path = _path(one)
        if path is None:
            left += 1
            continue
        protocol = protocol or _PROTOCOLS[one["object"]]
        made.got(path, one)
    if protocol is None:
        raise UserError(f"{name} is JSON, but no run and no response.")
    more = [f"{left:,} parts of the list were left out: they are no run, step or response."] if left else []
    return ReadLog("object", {"label": name, "assumed": True, "protocol": protocol}, made.frames(), [SAVED, *more])


def _objects(value: Any) -> list[Any]:
    if isinstance(value, Mapping) and value.get("object") == "list":
        value = value.get("data")
    return value if isinstance(value, list) else [value]


def _path(one: Any) -> str | None:
    """Where a server would be asked for it; None for anything else."""
    if not isinstance(one, Mapping) or not isinstance(one.get("id"), str):
        return None
    thread, run = one.get("thread_id"), one.get("run_id")
    match one.get("object"):
        case "thread.run" if isinstance(thread, str):
            return path_of("v1", "threads", thread, "runs", one["id"])
        case "thread.run.step" if isinstance(thread, str) and isinstance(run, str):
            return path_of("v1", "threads", thread, "runs", run, "steps", one["id"])
        case "response":
            return path_of("v1", "responses", one["id"])
    return None


IMPORTER = Importer("object", "a saved run or response of an OpenAI-style server (JSON)", sniff, read)
