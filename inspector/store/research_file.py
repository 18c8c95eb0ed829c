"""The log that a GPT-Researcher server keeps of a run (``outputs/*.json``): it becomes the read that it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

from inspector.domain.errors import UserError
from inspector.store.log import Importer, ReadLog
from inspector.store.made import Made
from inspector.store.wirelog import dumps

NAME = "gpt_researcher"
_KEYS = (b'"timestamp"', b'"events"', b'"data"', b'"logs"')
BLIND = (
    "The server writes only its steps into this file: neither the report (it is in the .md beside it), nor an error, "
    "nor how the run ended; a run that failed simply stops here.",
    "Runs of the same task that began within one second share one file: then their steps are mixed.",
)
EMPTY = "The file holds no step: the server makes a second, empty one where a run begins across a second's border."


def sniff(start: bytes) -> bool:
    """Whether the keys of such a log stand at the beginning."""
    text = start.lstrip()
    if not text.startswith(b"{") or b'"timestamp"' not in text[:200]:
        return False
    value = _loads(text)
    return _is_log(value) if value is not None else all(key in text for key in _KEYS)


def read(file: BinaryIO, name: str) -> ReadLog:
    """The read of the file from its server. UserError where it is cut off or something else."""
    value = _loads(file.read())
    if value is None:
        raise UserError(f"{name} is no whole JSON: it was cut off.")
    if not _is_log(value):
        raise UserError(f"{name} is JSON, but no log of a GPT-Researcher run.")
    made = Made()
    url = f"/outputs/{quote(name.removesuffix('.json'), safe='', errors='surrogatepass')}.json"
    made.request(0.0, {"method": "GET", "url": url, "headers": {}, "protocol": NAME, "assumed": True})
    made.answer(0.0, 200, {"content-type": "application/json"}, assumed=True)
    made.body(0.0, dumps(value))
    made.end(0.0, assumed=True)
    warnings = [*BLIND, *([] if value["events"] else [EMPTY])]
    return ReadLog("research", {"label": name, "assumed": True, "protocol": NAME}, made.frames(), warnings)


def _is_log(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("timestamp"), str)
        and isinstance(value.get("events"), list)
        and isinstance(value.get("content"), Mapping)
    )


def _loads(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


IMPORTER = Importer("research", "a GPT-Researcher run's own log (outputs/*.json)", sniff, read)
