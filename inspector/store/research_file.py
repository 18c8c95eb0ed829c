"""The log that a GPT-Researcher server keeps of a run (``outputs/*.json``): it becomes the read that it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from inspector.domain.errors import UserError
from inspector.store.log import Importer, ReadLog
from inspector.store.made import Made, path_of
from inspector.store.wirelog import loads

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
    value = loads(text)
    return _is_log(value) if value is not None else all(key in text for key in _KEYS)


def read(file: BinaryIO, name: str) -> ReadLog:
    """The read of the file from its server. UserError where it is cut off or something else."""
    value = loads(file.read())
    if value is None:
        raise UserError(f"{name} is no whole JSON: it was cut off.")
    if not _is_log(value):
        raise UserError(f"{name} is JSON, but no log of a GPT-Researcher run.")
    made = Made()
    made.got(path_of("outputs", name.removesuffix(".json") + ".json"), value, assumed=True, protocol=NAME)
    warnings = [*BLIND, *([] if value["events"] else [EMPTY])]
    return ReadLog("research", {"label": name, "assumed": True, "protocol": NAME}, made.frames(), warnings)


def _is_log(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("timestamp"), str)
        and isinstance(value.get("events"), list)
        and isinstance(value.get("content"), Mapping)
    )


IMPORTER = Importer("research", "a GPT-Researcher run's own log (outputs/*.json)", sniff, read)
