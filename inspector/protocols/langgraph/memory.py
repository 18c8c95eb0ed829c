"""What the decoder remembers of runs and threads between frames, and how the server's rows combine to one state.

The run row alone does not tell: a run that waits in an interrupt is ``success``. Run, thread and state together do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from inspector.domain.events import Ask, RunKey
from inspector.protocols.jsons import items, obj, text


@dataclass(slots=True)
class ThreadMemory:
    """The newest answers about a thread. ``state`` and ``row`` describe its newest run only. Times are log ms."""

    id: str
    row: Mapping[str, Any] = field(default_factory=dict)
    row_at: float = -1.0
    gone: bool = False
    state: Mapping[str, Any] | None = None
    state_at: float = -1.0
    rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    runs: list[RunKey] = field(default_factory=list)

    @property
    def status(self) -> str | None:
        """idle | busy | interrupted | error, as the server says."""
        return text(self.row, "status")

    @property
    def error(self) -> str:
        """The thread's own error, as one text."""
        error = self.row.get("error")
        return " ".join(str(v) for v in error.values() if v) if isinstance(error, Mapping) else str(error or "")

    @property
    def reason(self) -> str:
        """What the thread's own error says, without its class."""
        return text(self.row, "error", "message") or self.error

    @property
    def next(self) -> tuple[str, ...]:
        """The nodes that would run next."""
        return tuple(str(name) for name in items(obj(self.state), "next"))

    def since(self, at: float) -> ThreadMemory:
        """Only what was answered from this time on: older answers describe another moment of the run."""
        fresh = replace(self)
        if self.row_at < at:
            fresh.row = {}
        if self.state_at < at:
            fresh.state = None
        return fresh

    def asks(self) -> tuple[Ask, ...]:
        """What is pending: the tasks' interrupts, right even where the thread row has none; else the row's.

        A state with nothing left to run outweighs the row: JS leaves that as it was when somebody sets the state.
        """
        found: dict[str, Ask] = {}
        for task in items(obj(self.state), "tasks"):
            for asked in interrupts(obj(task).get("interrupts"), text(obj(task), "name")):
                found[asked.id or repr(asked.value)] = asked
        if not found and (self.state is None or (self.next and not items(self.state, "tasks"))):
            for pending in obj(self.row, "interrupts").values():
                for asked in interrupts(pending, None):
                    found[asked.id or repr(asked.value)] = asked
        return tuple(found.values())


def interrupts(value: Any, node: str | None) -> Iterable[Ask]:
    """The interrupts of a list as the server writes it: ``{id, value}``; older servers write ``interrupt_id``."""
    for one in items(value) if isinstance(value, list) else ():
        asked = obj(one)
        found = text(asked, "id") or text(asked, "interrupt_id")
        yield Ask("interrupt", found, node, asked.get("value") if asked else one, node)


@dataclass(slots=True)
class RunMemory:
    """What a stream showed of a run, and what the server's row of it says.

    ``active_at`` is the log time at which it was last seen at work: what was told of its thread before describes
    another moment. ``word_at``: when the server gave ``word``. ``moved``: a step of it came to an end.
    ``blind``: its stream was asked not to show what is asked.
    """

    key: RunKey
    id: str | None = None
    thread: str | None = None
    row: Mapping[str, Any] = field(default_factory=dict)
    word: str | None = None
    word_at: float = -1.0
    active_at: float = -1.0
    since: float | None = None
    gone: bool = False
    rolled_back: bool = False
    refused: bool = False
    cancelled: bool = False
    failed: bool = False
    body: Any = None
    asks: dict[str, Ask] = field(default_factory=dict)
    breakpoint: bool = False
    state: str | None = None
    from_server: bool = False
    told: tuple[Ask, ...] = ()
    reason: str | None = None
    contents: int = 0
    tasks: bool = False
    steps: int = 0
    tools: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    values: int = 0
    moved: bool = False
    blind: bool = False
    answered_by_other: bool = False
    speaking: dict[str, str] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether the server called it over. What a stream still brings of it is history."""
        return self.word in ("success", "error", "timeout", "interrupted")

    def pending(self) -> tuple[Ask, ...]:
        """What the stream showed it waiting for."""
        if self.asks:
            return tuple(self.asks.values())
        return (Ask("breakpoint", None),) if self.breakpoint else ()


def newest(run: RunMemory, thread: ThreadMemory) -> bool:
    """Whether thread row and state describe this run, and not a later one."""
    rows = [row for row in thread.rows.values() if text(row, "status") != "pending"]
    if run.id is not None and run.id in thread.rows and len(rows) > 1:
        mine = text(thread.rows[run.id], "created_at") or ""
        if any((text(row, "created_at") or "") > mine for row in rows):
            return False
    return not thread.runs or thread.runs[-1] == run.key


def replaced_by_rollback(run: RunMemory, thread: ThreadMemory) -> bool:
    """Whether a run that is gone was rolled back: somebody asked for it, or a newer run came with that strategy."""
    if run.rolled_back or "UserRollback" in thread.error:
        return True
    return any(
        (text(row, "multitask_strategy") or text(row, "kwargs", "multitask_strategy")) == "rollback"
        for row_id, row in thread.rows.items()
        if row_id != run.id
    )


def combine(run: RunMemory, thread: ThreadMemory) -> tuple[str, str, tuple[Ask, ...]] | None:
    """The state that the server's answers mean together, its raw word, and what is pending; None = nothing told yet."""
    if run.refused:
        return None
    if run.gone:
        return ("rolled_back" if replaced_by_rollback(run, thread) else "missing"), "404", ()
    mine = newest(run, thread)
    word = run.word
    if word is None:
        return _without_row(run, thread, mine)
    if word in ("pending", "running") and run.state is not None and run.word_at < run.active_at:
        return None  # the stream went on since: what it said then is newer
    thread = thread.since(run.active_at)
    if word == "success":
        asks = _waits(run, thread) if mine else _left(run, thread)
        return ("waiting", word, asks) if asks else ("success", word, ())
    if word == "interrupted" and not run.cancelled and not (mine and "UserInterrupt" in thread.error):
        asks = (thread.asks() or run.pending()) if mine else (run.pending() or run.told)
        if asks:
            return "waiting", word, asks
    if word == "error" and (run.rolled_back or "UserRollback" in thread.error):
        return "rolled_back", word, ()
    return word, word, ()


def _left(run: RunMemory, thread: ThreadMemory) -> tuple[Ask, ...]:
    """What is still unanswered of the questions of a run that is not its thread's newest."""
    pending = run.pending() or run.told
    if thread.state is None:
        return pending
    known = {ask.id for ask in thread.asks()}
    return tuple(ask for ask in pending if (ask.id in known if ask.id is not None else thread.next))


def _waits(run: RunMemory, thread: ThreadMemory) -> tuple[Ask, ...]:
    """What a run waits for that the server calls a success. ``next`` without interrupts is a breakpoint."""
    if thread.state is None and not thread.row:
        return run.pending()
    asks = thread.asks()
    if asks:
        return asks
    if thread.next and thread.status not in ("error", "busy"):
        return tuple(Ask("breakpoint", None, node, None, node) for node in thread.next)
    if thread.status == "interrupted" and (thread.state is None or thread.next):
        return run.pending() or (Ask("breakpoint", None),)
    return ()


def _without_row(run: RunMemory, thread: ThreadMemory, mine: bool) -> tuple[str, str, tuple[Ask, ...]] | None:
    """Only the thread was asked: its word is the newest run's."""
    if thread.gone:
        return "missing", "404", ()
    if not mine or thread.status is None:
        return None
    if "UserInterrupt" in thread.error:
        return "interrupted", thread.status, ()
    if "UserRollback" in thread.error:
        return "rolled_back", thread.status, ()
    asks = thread.asks()
    if not asks and thread.status == "interrupted" and (thread.next or run.pending()):
        asks = run.pending() or tuple(Ask("breakpoint", None, node, None, node) for node in thread.next)
    if asks:
        return "waiting", thread.status, asks
    if thread.status == "error":
        return "error", thread.status, ()
    if thread.status == "idle" and thread.state is not None and not thread.next:
        return "success", thread.status, ()
    return ("running", thread.status, ()) if thread.status == "busy" else None
