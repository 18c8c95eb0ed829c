"""What can be asked about a row: the fields of the filter language, with their types and their other names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from inspector.domain.charts import Ending
from inspector.domain.findings import Severity


class Type(StrEnum):
    """What the values of a field are, and so how it can be compared. A ``rank`` is a choice with an order."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    CHOICE = "choice"
    RANK = "rank"


KINDS = ("request", "answer", "event", "keepalive", "end", "note", "other")
"""What a row is. ``event``: content of the run. ``other``: what a request or an answer told besides."""

_TRUTHS = ("true", "false")


@dataclass(frozen=True, slots=True)
class Field:
    """``choices`` are all its values, in their order, where there are only so many."""

    name: str
    type: Type
    about: str
    also: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


_ALL = (
    Field("event", Type.TEXT, "the event's name", ("name",)),
    Field("state", Type.TEXT, "the state that the row tells"),
    Field("text", Type.TEXT, "the row's summary", ("summary",)),
    Field("any", Type.TEXT, "event, state or summary"),
    Field("gap", Type.TIME, "time since the row before of the same run", ("delta",)),
    Field("silence", Type.TIME, "time since the run's last content, on rows with content"),
    Field("at", Type.TIME, "time since the log began", ("time",)),
    Field("seq", Type.NUMBER, "number of the frame", ("frame", "#")),
    Field("part", Type.NUMBER, "place among the rows of its frame, from 0"),
    Field("kind", Type.CHOICE, "what the row is", ("category",), KINDS),
    Field("content", Type.CHOICE, "whether the row is content of its run", (), _TRUTHS),
    Field("routine", Type.CHOICE, "whether the row is of a read of ours and tells nothing new", (), _TRUTHS),
    Field("run", Type.TEXT, "id of the run; focus is the run that is shown"),
    Field("run.name", Type.TEXT, "graph, assistant or model of the run"),
    Field("run.state", Type.TEXT, "state of the run now"),
    Field("run.ending", Type.CHOICE, "how the run stands", ("ending",), tuple(ending.value for ending in Ending)),
    Field("thread", Type.TEXT, "id of the run's thread"),
    Field("protocol", Type.TEXT, "what the exchange speaks"),
    Field("connection", Type.TEXT, "name of the connection", ("server",)),
    Field("link", Type.NUMBER, "number of the exchange", ("lane", "exchange")),
    Field("method", Type.TEXT, "method of the exchange's request"),
    Field("url", Type.TEXT, "address of the exchange's request"),
    Field("status", Type.NUMBER, "HTTP status of the exchange's answer"),
    Field("finding.id", Type.TEXT, "a finding that the row proves", ("finding",)),
    Field(
        "finding.severity",
        Type.RANK,
        "severity of a finding that the row proves",
        ("severity",),
        tuple(severity.value for severity in (Severity.NOTE, Severity.WARN, Severity.ERROR)),
    ),
    Field("finding.text", Type.TEXT, "sentence of a finding that the row proves"),
    Field("marked", Type.CHOICE, "whether the row is marked", (), _TRUTHS),
    Field("comment", Type.TEXT, "comment on the row"),
    Field("direction", Type.CHOICE, "way of the frame, seen from the client", ("dir",), ("out", "in")),
    Field("size", Type.NUMBER, "bytes of the frame's body, such as 4k"),
    Field("raw", Type.TEXT, "the bytes of the frame as text, from where its event began"),
)

FIELDS: Mapping[str, Field] = {field.name: field for field in _ALL}
"""By name, those first that are asked for most."""

NAMES: Mapping[str, Field] = {name: field for field in _ALL for name in (field.name, *field.also)}
"""By every name that may be typed."""

CHANGING = frozenset(
    [
        "routine",
        "run",
        "run.name",
        "run.state",
        "run.ending",
        "thread",
        "method",
        "url",
        "status",
        "finding.id",
        "finding.severity",
        "finding.text",
        "marked",
        "comment",
    ]
)
"""Fields whose value for a row may change when later rows come, or somebody marks it."""

DEEP = frozenset(["direction", "size", "raw"])
"""Fields that only the frames themselves can tell: they are read again for these."""

_REQUEST = re.compile(r"[A-Z]{3,10} \S.*", re.DOTALL)
_ANSWER = re.compile(r"[1-9][0-9]{2}")


def kind_of(name: str) -> str:
    """What a row without content is, by its name."""
    if name.startswith(":"):
        return "keepalive"
    if name == "note" or name.startswith("note "):
        return "note"
    if name == "end":
        return "end"
    if _REQUEST.fullmatch(name):
        return "request"
    return "answer" if _ANSWER.fullmatch(name) else "other"
