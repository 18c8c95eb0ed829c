"""What a backend has to bring. A new one is a module in ``protocols`` that exposes ``ADAPTER`` with this shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from inspector.domain.actions import Action, Outcome
from inspector.domain.book import Decoder, Keys
from inspector.domain.calls import Call, Script
from inspector.domain.case import Case
from inspector.domain.charts import Chart
from inspector.domain.findings import Evidence
from inspector.domain.frames import Frame


@dataclass(frozen=True, slots=True)
class Target:
    """What a pasted text, an address or a list row points at. None = not told. ``said``: what was understood, in words.

    ``protocol`` is empty where the text does not tell it and the server has to be asked.
    ``base`` is the connection's base URL where the text had one. ``blocked_by`` is the id of a run that an error
    message named as the one in the way; "" where the message says that one is, and not which.
    """

    protocol: str
    run: str | None = None
    thread: str | None = None
    base: str | None = None
    query: tuple[tuple[str, str], ...] = ()
    said: str = ""
    blocked_by: str | None = None


@dataclass(frozen=True, slots=True)
class RunRef:
    """A run as a list of the server shows it. ``created_at`` is the server's own value (ISO text or Unix seconds)."""

    id: str
    thread: str | None
    status: str | None
    created_at: str | float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """A thread as a list of the server shows it."""

    id: str
    status: str | None = None
    updated_at: str | float | None = None
    title: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """What to list. ``kind``: threads | runs. ``after`` is the ``next`` of the page before."""

    kind: str
    thread: str | None = None
    status: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. ``next`` None = the last one. ``total`` where the server tells it.

    ``error`` is one sentence when the server refused or cannot list this.
    """

    items: tuple[RunRef | ThreadRef, ...] = ()
    next: str | None = None
    total: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """What asking a server showed. ``sure`` 0 to 1: how sure it is that it speaks this protocol.

    ``tried`` are (request, what answered) in words, for the connection doctor. ``capabilities`` go into the case.
    ``assistants`` are (id, name) to start a run with, where the server lists them. ``shares``: servers of this protocol
    may speak another one at the same address.
    """

    sure: float
    server: str = ""
    tried: tuple[tuple[str, str], ...] = ()
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    assistants: tuple[tuple[str, str], ...] = ()
    problem: str | None = None
    shares: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One way to watch a run; a watcher tries them in order. ``call`` opens a stream; None = ask again and again.

    ``name`` is what the user reads ("v2 event stream of the thread"). ``resumes``: the header that carries the last
    event id when it is opened again; ``after``: the query parameter that carries the number of the last event, where
    the decoder told one as the run's ``cursor``. ``closing``: passive | unknown | cancels, what closing does to it.
    ``ends``: whether the stream ends by itself with the run (else the watcher closes it once the run is over).
    """

    name: str
    call: Call | None = None
    resumes: str | None = None
    after: str | None = None
    closing: str = "passive"
    ends: bool = True


@dataclass(frozen=True, slots=True)
class Drawing:
    """A graph to draw: nodes (id, label) and edges (source, target, conditional)."""

    nodes: tuple[tuple[str, str], ...]
    edges: tuple[tuple[str, str, bool], ...]
    lit: Mapping[str, str] = field(default_factory=dict)  # node id -> active | stuck | waiting | done | failed


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One finding of the catalogue. ``check`` is pure; ``due`` says at which log time it could change by itself."""

    id: str
    check: Callable[[Case, float], Evidence | None]
    due: Callable[[Case, float], float | None] | None = None


class Adapter(Protocol):
    """One backend. All of it is pure: scripts yield calls and are sent replies. ``acts`` are its actions' ids."""

    name: str
    title: str
    charts: tuple[Chart, ...]
    rules: tuple[Rule, ...]
    has_terminal_event: bool
    acts: tuple[str, ...]

    def chart_of(self, run_protocol: str) -> Chart:
        """The lifecycle of its runs."""
        ...

    def decoder(self, keys: Keys) -> Decoder:
        """Frames to events, for one connection."""
        ...

    def claims(self, frames: Sequence[Frame]) -> float:
        """How sure it is, 0 to 1, that these first frames of a link speak its protocol."""
        ...

    def recognise(self, text: str) -> Target | None:
        """What a pasted text points at, or None."""
        ...

    def probe(self) -> Script[Probe]:
        """Asks a server what it is. Reads only."""
        ...

    def discover(self, query: Query) -> Script[Page]:
        """Lists threads or runs. Reads only."""
        ...

    def look(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Call]:
        """The reads that tell how a run stands (run, thread, state, steps …): before, after and during watching."""
        ...

    def attach(self, target: Target, capabilities: Mapping[str, Any]) -> Sequence[Source]:
        """The ways to watch it, best first. The last one is always asking again and again."""
        ...

    def poll_after(self, reply_headers: Mapping[str, str]) -> float | None:
        """Seconds that the server wants us to wait before asking again, where it says so."""
        ...

    def drawing_call(self, case: Case) -> Call | None:
        """The read that fetches what :meth:`draw` needs and the log has not got; None = nothing to fetch."""
        ...

    def draw(self, case: Case, now: float) -> Drawing | None:
        """The graph of what runs inside, lit as things stand; None where it is not known."""
        ...

    def actions(self, case: Case, now: float) -> Sequence[Action]:
        """All actions of this backend for this state: each possible, or refused with the reason."""
        ...

    def plan(self, action: str, case: Case, data: Any) -> Sequence[Call]:
        """The writes that an act would send. Raises Refused with the reason, UserError for unusable data."""
        ...

    def act(self, action: str, case: Case, data: Any) -> Script[Outcome]:
        """Sends exactly the plan, with reads around it to check before and to prove after. Raises as :meth:`plan`."""
        ...

    def start(self, data: Mapping[str, Any]) -> Sequence[Call]:
        """The writes that start a new run from the data of the start form or ``start --data``."""
        ...


@runtime_checkable
class Editor(Protocol):
    """What a backend has besides whose saved files can be decided in: a file is written then, and nothing is sent."""

    def written(self, case: Case) -> int | None:
        """The frame that completed the file which this run was read from; None where it was read from none."""
        ...

    def edited(self, case: Case, content: bytes, data: Any) -> bytes:
        """The file with these decisions, all else as it was. Refused with the reason, UserError for unusable data."""
        ...

    def afterwards(self, case: Case, file: str) -> Sequence[str]:
        """The lines of a program that go on with what was written to this file."""
        ...


@runtime_checkable
class Cautious(Protocol):
    """What a backend has besides whose server takes starts that do nothing, or something else than one would think."""

    def before_start(self, data: Mapping[str, Any]) -> Script[str | None]:
        """What a person should know before this is started, or None. Refused where it would do nothing. Reads only."""
        ...
