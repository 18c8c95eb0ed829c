"""What a frame meant: an event, which is one row of the log, and the facts that it carries.

A decoder turns frames into events. The run folds the facts; the diagnosis reads the run. A fact says what somebody
said, never what it is worth: judging is the diagnosis' job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, NewType

RunKey = NewType("RunKey", int)
"""Ours, minted when a run is first requested or named; counts from 1 in the order in which a book saw its runs."""


class Witness(StrEnum):
    """Who said it: an event stream while it happened, or the server when it was asked."""

    STREAM = "stream"
    SERVER = "server"


class Purpose(StrEnum):
    """What an exchange is for, as the decoder understood its request."""

    CREATE = "create"  # starts a run and carries its events
    CONTINUE = "continue"  # goes on with a known run and carries its events (tool outputs)
    JOIN = "join"  # watches what somebody else started
    WAIT = "wait"  # one JSON answer when the run is over
    BACKGROUND = "background"  # starts a run and answers at once
    READ = "read"
    ACT = "act"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Opened:
    """A request was understood. ``joined``: it may see only what comes after it. ``cancels_on_close``: closing this
    connection ends the run (None = not known)."""

    purpose: Purpose
    joined: bool = False
    cancels_on_close: bool | None = None


@dataclass(frozen=True, slots=True)
class Identified:
    """The server's ids of the event's run. ``name``: what people call it, such as its graph, assistant or model."""

    id: str | None = None
    thread: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class StatusSeen:
    """Somebody said in which state the run is.

    ``state`` is an id of the chart, or the server's own word where nobody declared it. ``raw`` is the word on the wire.
    ``refines``: the same moment seen more sharply (a run called ``success`` whose thread turns out to wait): it takes
    the place of the last word of this witness instead of being a transition. ``since``: the log time, in ms, of the
    last change that the server itself reported with it; it may lie before the log began.
    """

    state: str
    raw: str
    witness: Witness = Witness.STREAM
    refines: bool = False
    code: str | None = None
    message: str | None = None
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that the run waits for. ``kind``: tool | interrupt | breakpoint | approval | plan | confirmation.

    ``value`` is the question or the call's arguments as a JSON value or text; ``node`` the place where it waits.
    """

    kind: str
    id: str | None
    name: str | None = None
    value: Any = None
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the run waits for now, all of it. ``until``: the deadline as Unix seconds, if the server set one.

    ``witness`` matters: a wait that only the server told was hidden from the stream. Empty ``asks`` = nothing any more.
    """

    asks: tuple[Ask, ...]
    until: float | None = None
    witness: Witness = Witness.STREAM


class MessageSeen(NamedTuple):
    """A message, or a piece of it. ``append`` adds ``text`` to what is there; else ``text`` replaces it.

    A tuple for the same reason as :class:`Event`: most events are pieces of a message.
    """

    id: str
    role: str
    text: str
    append: bool = False
    status: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ToolCallSeen:
    """A tool call as far as it is known. ``output`` None = none yet. ``hosted``: the server runs it, nobody has to.

    ``append`` adds ``arguments`` to what is there.
    """

    id: str
    name: str | None = None
    arguments: str = ""
    output: str | None = None
    hosted: bool = False
    append: bool = False


@dataclass(frozen=True, slots=True)
class ErrorSeen:
    """An error in so many words. ``where``: event (in a stream) | http (an answer) | run (the run object's own)."""

    where: str
    message: str
    code: str | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """A step of the run's inside: a graph node's task, a run step, a span. ``phase``: start | end | error | wait.

    ``parent`` is the task that it is within. ``ref`` is the id of the run that it is elsewhere in the log (a model
    call's response). ``at`` is the log time at which it happened, in ms, where it was told only later.
    """

    task: str
    name: str
    phase: str
    kind: str = "node"
    parent: str | None = None
    note: str = ""
    ref: str | None = None
    at: float | None = None


@dataclass(frozen=True, slots=True)
class ServerSaid:
    """An object of the server, as it answered when asked. ``about``: run | thread | state | runs | messages | steps …

    ``id`` is the object's id (for ``state`` and ``runs`` the thread's). ``data`` is the JSON value; ``status`` the HTTP
    status: 404 with ``data`` None says that it does not exist.
    """

    about: str
    id: str
    data: Any
    status: int = 200


@dataclass(frozen=True, slots=True)
class Acted:
    """A person's request (ours or an app's), and whether the server took it. ``accepted`` None = not answered yet."""

    action: str
    accepted: bool | None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that is a finding by itself. ``finding`` is an id of the catalogue, ``values`` fill its sentence."""

    finding: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """This run, a later one of its thread, answered what run ``key`` was waiting for.

    ``outputs`` are the tool outputs that it brought; ``whole`` is false where others are still wanting. ``refused``:
    the server did not take them, so what was answered by it is open again.
    """

    key: RunKey
    outputs: tuple[ToolCallSeen, ...] = ()
    whole: bool = True
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Repeated:
    """The answer to a read is, byte for byte, the one before to the same request, which ended with frame ``since``."""

    since: int


Fact = (
    Opened
    | Identified
    | StatusSeen
    | Wanted
    | MessageSeen
    | ToolCallSeen
    | ErrorSeen
    | NodeSeen
    | ServerSaid
    | Acted
    | Noticed
    | Answered
    | Repeated
)


class Event(NamedTuple):
    """One row of the log. A tuple, because one is made for every row and a frozen dataclass costs four times more.

    ``seq`` is the frame that completed it, ``part`` its place among that frame's events.

    ``name`` is the word on the wire (an SSE event name, ``GET run``, ``: keep-alive``). ``text`` is a one-line summary.
    ``content``: counts for the second clock; a keep-alive, a request or an answer to a read does not. ``happened``: the
    log time, in ms, of what a server tells of only now (a replay); None = it happens as it comes.
    """

    run: RunKey | None
    seq: int
    part: int
    at: float
    link: int
    name: str
    text: str = ""
    content: bool = False
    facts: tuple[Fact, ...] = ()
    happened: float | None = None

    @property
    def moment(self) -> float:
        """The log time at which it happened, as far as anybody told."""
        return self.at if self.happened is None else self.happened


@dataclass(frozen=True, slots=True)
class Stretch:
    """Many events as one: pieces of text of one run, one after the other on one link, of one name, all of them content.

    Each is a row. ``seqs``, ``parts``, ``times`` and ``texts`` have of each what :class:`Event` has; times do not fall.
    ``grown`` are the messages with all that they grew by, and the frame that brought the last of it: what the pieces
    come to is the same as if they were taken one by one.
    """

    run: RunKey
    link: int
    name: str
    seqs: Sequence[int]
    parts: Sequence[int]
    times: Sequence[float]
    texts: Sequence[str]
    grown: Sequence[tuple[MessageSeen, int]]

    content: ClassVar[bool] = True
    facts: ClassVar[tuple[Fact, ...]] = ()

    def __len__(self) -> int:
        return len(self.seqs)

    @property
    def seq(self) -> int:
        """The frame of the first."""
        return self.seqs[0]

    @property
    def at(self) -> float:
        """The time of the first."""
        return self.times[0]
