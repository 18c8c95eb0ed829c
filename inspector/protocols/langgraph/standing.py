"""How a run and its thread stand, read from the server's objects: what every act is decided on and proved by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.book import Said
from inspector.domain.case import Case
from inspector.domain.events import Purpose, Witness
from inspector.domain.link import Link
from inspector.domain.run import Run
from inspector.protocols.jsons import items, number, obj, short, text

ACTIVE = ("pending", "running")
GONE = ("missing", "rolled_back")

Answer = tuple[int, Any]
"""HTTP status and body of a read."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An ``interrupt()`` that waits for its answer. ``id`` is None on servers older than langgraph 0.4."""

    id: str | None
    node: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One run and its thread. None = not known.

    ``status`` is the run's (``missing``: the server answered 404), ``next`` the nodes that would run next, ``active``
    the ids of the thread's pending and running runs with their status. ``workers_free``: no worker of the server
    executes anything that is not one of its running runs. ``created`` is the run object, for what a further run takes
    over from it. ``problem``: why a read did not come. ``stateless``: it was started without a thread.
    """

    run: str | None
    thread: str | None
    assistant: str | None = None
    status: str | None = None
    thread_status: str | None = None
    next: tuple[str, ...] | None = None
    pending: tuple[Pending, ...] = ()
    checkpoint: str | None = None
    active: tuple[tuple[str, str], ...] = ()
    workers_free: bool | None = None
    error: str | None = None
    created: Mapping[str, Any] = field(default_factory=dict)
    values: Any = None
    problem: str | None = None
    stateless: bool = False

    @property
    def gone(self) -> bool:
        """Whether the thread does not exist."""
        return self.thread is None or self.thread_status == "missing"

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """The active runs of the thread besides this one."""
        return tuple(each for each in self.active if each[0] != self.run)

    @property
    def orphaned(self) -> bool:
        """Busy without an active run: a cancelled node that goes on, or a mark that nobody took away.

        Seen of langgraph-api 0.16.7: a run cancelled with ``rollback`` while nobody streams it is deleted at once, and
        the thread stays ``busy`` until its next run.
        """
        return self.thread_status == "busy" and not self.active and self.status not in ACTIVE

    @property
    def held(self) -> str | None:
        """Why the thread takes no write now, or None when it is free."""
        if self.status in ACTIVE:
            return f"this run is still {self.status}"
        if self.active:
            run, status = self.active[0]
            return f"run {run} of this thread is {status}"
        if self.orphaned and self.workers_free is not True and self.status not in GONE:
            return "the thread is still busy: a cancelled node goes on until it ends by itself"
        return None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the pending interrupts."""
        return tuple(each.id for each in self.pending if each.id is not None)

    def facts(self) -> dict[str, Any]:
        """What is compared before and after an act."""
        return {
            "status": self.status,
            "thread": self.thread_status,
            "next": None if self.next is None else list(self.next),
            "checkpoint": self.checkpoint,
            "interrupts": list(self.ids),
        }


def stand(run: str | None, thread: str | None, answers: Mapping[str, Answer]) -> Standing:
    """What these answers tell, by what was asked for: ``run``, ``thread``, ``state``, ``runs``, ``metrics``."""
    run_status, run_body = answers.get("run", (0, None))
    thread_status, thread_body = answers.get("thread", (0, None))
    state_status, state = answers.get("state", (0, None))
    runs = [row for row in items(answers.get("runs", (0, None))[1]) if isinstance(row, Mapping)]
    asked = obj(run_body) if run_status != 404 else {}
    known = state_status == 200 and "next" in obj(state)
    return Standing(
        run=run,
        thread=thread,
        assistant=_assistant(asked, obj(thread_body), runs),
        status="missing" if run_status == 404 else text(asked, "status"),
        thread_status="missing" if thread_status == 404 else text(thread_body, "status"),
        next=tuple(str(node) for node in items(state, "next")) if known else None,
        pending=tuple(pending_of(state)),
        checkpoint=text(state, "checkpoint_id") or text(state, "checkpoint", "checkpoint_id"),
        active=tuple(_active(runs)),
        workers_free=_workers_free(answers.get("metrics", (0, None))[1]),
        error=_error(obj(thread_body), state),
        created=asked,
        values=obj(state).get("values"),
    )


def stand_of(case: Case) -> Standing:
    """The standing as far as the log tells it.

    What was read before the stream last spoke of the run's state is out of date: such a thread and state count as not
    known, and the interrupts that the stream showed stand in for them.
    """
    answers: dict[str, Answer] = {}
    for about in ("run", "thread", "state", "runs"):
        said = case.said(about)
        if said is not None and (about == "run" or not _outdated(said, case.run)):
            answers[about] = (said.status, said.data)
    metrics = case.said("metrics", "server")
    if metrics is not None and not _outdated(metrics, case.run):
        answers["metrics"] = (metrics.status, metrics.data)
    known = stand(case.run.id, case.run.thread, answers)
    shown = _shown(case)
    return Standing(
        run=known.run,
        thread=known.thread,
        assistant=known.assistant or _graph_of_siblings(case),
        status=case.run.state or known.status,
        thread_status=known.thread_status,
        next=known.next,
        pending=shown if known.next is None and not known.pending else known.pending,
        checkpoint=known.checkpoint,
        active=_still_active(case, known),
        workers_free=known.workers_free,
        error=known.error,
        created=known.created,
        values=known.values,
        stateless=case.run.thread is None and any(_without_thread(link) for link in case.links()),
    )


def _without_thread(link: Link) -> bool:
    return link.opened.purpose in (Purpose.CREATE, Purpose.WAIT, Purpose.BACKGROUND) and "/threads/" not in link.url


def pending_of(state: Any) -> Iterator[Pending]:
    """The pending interrupts of a thread's state. The tasks are to be trusted more than the thread's row."""
    seen: set[str] = set()
    for task in items(state, "tasks"):
        for each in items(task, "interrupts"):
            pending = _pending(each, text(task, "name") or "")
            if pending.id is None or pending.id not in seen:
                seen.add(pending.id or "")
                yield pending
    for each in items(state, "interrupts"):
        pending = _pending(each, "")
        if pending.id is not None and pending.id not in seen:
            seen.add(pending.id)
            yield pending


def _pending(value: Any, node: str) -> Pending:
    return Pending(text(value, "id") or text(value, "interrupt_id"), node, obj(value).get("value"))


def _assistant(run: Mapping[str, Any], thread: Mapping[str, Any], runs: Sequence[Any]) -> str | None:
    about = obj(thread, "metadata")
    rows = (text(row, "assistant_id") for row in runs)
    return text(run, "assistant_id") or text(about, "assistant_id") or text(about, "graph_id") or next(rows, None)


def _active(runs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for row in runs:
        run, status = text(row, "run_id"), text(row, "status")
        if run is not None and status in ACTIVE:
            yield run, status


def _workers_free(metrics: Any) -> bool | None:
    """Whether every busy worker is accounted for by a run that is shown as running."""
    active, running = number(metrics, "workers", "active"), number(metrics, "queue", "n_running")
    return None if active is None or running is None else active <= running


def _error(thread: Mapping[str, Any], state: Any) -> str | None:
    error = thread.get("error")
    if isinstance(error, Mapping):
        parts = (text(error, "error"), text(error, "message"))
        return ": ".join(part for part in parts if part) or short(error)
    if isinstance(error, str) and error:
        return error
    return next((each for task in items(state, "tasks") if (each := text(task, "error"))), None)


def _outdated(said: Said, run: Run) -> bool:
    return run.stream_word is not None and run.stream_word.at > said.at


def _shown(case: Case) -> tuple[Pending, ...]:
    wanted = case.run.wanted
    if wanted is None or (wanted.witness is Witness.SERVER and case.run.state != "waiting"):
        return ()
    return tuple(Pending(ask.id, ask.node or "", ask.value) for ask in wanted.asks if ask.kind == "interrupt")


def _graph_of_siblings(case: Case) -> str | None:
    for run in case.siblings():
        said = case.said("run", run.id) if run.id is not None else None
        assistant = text(said.data, "assistant_id") if said is not None else None
        if assistant is not None:
            return assistant
    return None


def _still_active(case: Case, known: Standing) -> tuple[tuple[str, str], ...]:
    """The list of runs, corrected by what the log has learned of each since."""
    active = dict(known.active)
    said = case.said("runs")
    for run in [case.run, *case.siblings()]:
        if run.id is None or run.state is None:
            continue
        words = [word.at for word in (run.stream_word, run.server_word) if word is not None]
        if said is not None and max(words, default=0.0) < said.at and run.id not in active:
            continue
        if run.state in ACTIVE:
            active[run.id] = run.state
        else:
            active.pop(run.id, None)
    return tuple(active.items())
