"""What the Hub takes and gives: plain values, nothing of the layers below shows through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from inspector.domain.actions import Outcome
from inspector.domain.adapter import Probe
from inspector.domain.case import Thresholds
from inspector.domain.events import RunKey


@dataclass(frozen=True, slots=True)
class RunId:
    """A run as the front ends name it: the book that tells of it, and its key there."""

    book: int
    key: RunKey


@dataclass(frozen=True, slots=True)
class ConnectionSpec:
    """Where a server is and how to speak to it. ``protocol`` None = find out by asking.

    ``headers`` hold secrets, in memory only. ``variables`` maps a header's name to the name of the environment variable
    that a shown request has in place of its value. ``query`` goes with every request (``api-version``).
    """

    base_url: str
    protocol: str | None = None
    name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: tuple[tuple[str, str], ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    verify_tls: bool = True


@dataclass(frozen=True, slots=True)
class Connection:
    """A server that answered. ``name`` is unique among the connections of this process and stands in the frames."""

    id: int
    spec: ConnectionSpec
    protocol: str
    probe: Probe
    name: str


@dataclass(frozen=True, slots=True)
class OpenBook:
    """A log that is open. ``live``: more is expected of it (recorded here, or written by another process).

    ``loading``: its frames are still being read. ``recovered`` is one sentence about what a cut-off file gave back.
    """

    id: int
    title: str
    path: Path | None
    live: bool
    warnings: tuple[str, ...] = ()
    recovered: str | None = None
    protocol: str | None = None
    loading: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What one flush changed. ``kind``: rows | books | connections | watching | journal | remarks | status.

    ``rows`` rows were appended to the book's rows from ``first_row`` on; ``runs`` were judged again.
    """

    book: int
    first_row: int = 0
    rows: int = 0
    runs: frozenset[RunKey] = frozenset()
    kind: str = "rows"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is shown: secrets as ``$VARIABLE`` or ``<redacted>``. ``body`` is a JSON value."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True)
class Step:
    """One moment of an act. ``kind``: sending | answered | waiting | seen | not_seen | refused.

    ``answer`` is status (0 = none came) and body as a JSON value.
    """

    kind: str
    text: str
    request: Request | None = None
    answer: tuple[int, Any] | None = None


@dataclass(frozen=True, slots=True)
class ActResult:
    """How an act went. ``requests`` is its plan; ``answers`` go with it index for index, as far as it was sent.

    ``possible`` false: nothing was sent, for the reason ``why``; then ``outcome`` is None.
    """

    action: str
    possible: bool
    why: str | None
    requests: tuple[Request, ...]
    answers: tuple[tuple[int, Any], ...] = ()
    outcome: Outcome | None = None
    started: RunId | None = None


class Tried(NamedTuple):
    """One step of the connection doctor: what was tried, what answered, and whether that is as it should be."""

    what: str
    answer: str
    good: bool


@dataclass(frozen=True, slots=True)
class Doctor:
    """What asking a server gave. ``sentence`` sums it up for the user; ``reachable``: anything answered at all.

    ``refused``: it answered that we may not, and nothing that tells what it is. ``also`` are the other protocols that
    it speaks at the same address.
    """

    steps: tuple[Tried, ...]
    probe: Probe | None
    protocol: str | None
    sentence: str
    reachable: bool = True
    refused: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchState:
    """How a run is watched now.

    ``source`` is the user's word for it. ``since`` and ``asked_at`` (the last read) are ms of the log. ``closing``:
    passive | unknown | cancels, what closing our connection would do to the run. ``active`` false: not watched any
    more. ``settled``: the server was asked, and the run is over or waits for somebody. ``problem`` is one sentence.
    """

    source: str
    since: float
    closing: str = "passive"
    polls: bool = False
    active: bool = True
    settled: bool = False
    asked_at: float | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What was sent by hand, and whether it was seen to work. ``seq`` is the frame that says so."""

    book: int
    seq: int
    at: float
    action: str
    run: str | None
    connection: str
    who: str
    when: str
    requests: tuple[Request, ...]
    answers: tuple[tuple[int, Any], ...]
    effect: str
    why: str


@dataclass(frozen=True, slots=True)
class Status:
    """How the recording itself goes. ``problem`` is one sentence: a full disk, a task that failed."""

    recording: Path | None = None
    problem: str | None = None
    tasks_failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """What the front end says about a book, to be written beside its frames: as an object, and for people to read."""

    report: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
