"""The server's rows: what it answers about runs and threads, kept and combined to each run's state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from inspector.domain.book import Keys
from inspector.domain.events import Answered, Fact, Identified, RunKey, ServerSaid, StatusSeen, Wanted, Witness
from inspector.protocols.exchange import Draft, Exchange
from inspector.protocols.jsons import items, obj, short, text
from inspector.protocols.langgraph.memory import RunMemory, ThreadMemory, combine, newest

_SETTLED = ("success", "error", "timeout", "interrupted", "waiting", "rolled_back", "missing")
_SHARPER = {("success", "waiting"), ("missing", "rolled_back"), ("interrupted", "waiting")}
_KEPT = {"graph", "history", "metrics", "info", "assistant", "assistants", "old_state"}


class Rows:
    """What is remembered of one server's runs and threads."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.runs: dict[RunKey, RunMemory] = {}
        self.threads: dict[str, ThreadMemory] = {}

    def run(self, key: RunKey, run_id: str | None, thread: str | None) -> RunMemory:
        """The memory of a run, made when it is new; ids that are told are kept."""
        key = self.keys.canon(key)
        memory = self.runs.get(key)
        if memory is None:
            memory = self.runs[key] = RunMemory(key)
        memory.id = run_id or memory.id
        if thread is not None and memory.thread is None:
            memory.thread = thread
        return memory

    def active(self, key: RunKey, run_id: str | None, thread: str | None, now: float) -> RunMemory:
        """The memory of a run of which a stream brought an event now."""
        memory = self.run(key, run_id, thread)
        if not memory.settled:
            memory.active_at = max(memory.active_at, now)
        return memory

    def merge(self, old: RunKey, new: RunKey, run_id: str, thread: str) -> None:
        """Two keys turned out to be one run."""
        merged = [key for key in self.runs if key != new and self.keys.canon(key) == new]
        gone = [self.runs.pop(key) for key in dict.fromkeys([old, *merged]) if key != new and key in self.runs]
        memory = self.run(new, run_id, thread or None)
        for other in gone:
            memory.body = other.body if memory.body is None else memory.body
        for known in self.threads.values():
            known.runs[:] = list(dict.fromkeys(self.keys.canon(key) for key in known.runs))

    def thread(self, thread_id: str) -> ThreadMemory:
        """The memory of a thread."""
        known = self.threads.get(thread_id)
        if known is None:
            known = self.threads[thread_id] = ThreadMemory(thread_id)
        return known

    def carried(self, x: Exchange) -> Iterator[Draft]:
        """The run that a stream of its thread is about before it brings anything: the newest that the server runs."""
        if x.ok and x.run is None and x.about in ("thread_stream", "v2"):
            mine = [run for run in self.runs.values() if run.thread == x.ids.get("thread")]
            keys = [run.key for run in mine if run.word in ("pending", "running")]
            yield from [Draft("stream", "of its thread", key) for key in keys[-1:]]

    def waited(self, memory: RunMemory) -> bool:
        """Whether :meth:`begun` may have something to say: an earlier run of its thread waits for an answer."""
        runs = [] if memory.thread is None else self.thread(memory.thread).runs
        earlier = [self.runs[self.keys.canon(key)] for key in runs if key != memory.key]
        return any(run.state == "waiting" and not run.answered_by_other for run in earlier)

    def begun(self, memory: RunMemory) -> list[Fact]:
        """The run showed life: it is its thread's newest from now on. Earlier waits that it answered are over."""
        if memory.thread is None:
            return []
        runs = self.thread(memory.thread).runs
        if memory.key not in runs:
            runs.append(memory.key)
        found: list[Fact] = []
        for key in runs[: runs.index(memory.key)]:
            earlier = self.runs[self.keys.canon(key)]
            if earlier.state == "waiting" and not earlier.answered_by_other and self._answers(memory, earlier):
                earlier.answered_by_other = True
                found.append(Answered(key))
        return found

    def _answers(self, memory: RunMemory, earlier: RunMemory) -> bool:
        """Whether the later run got past the wait: a step ended, it ended well, or it asks something else.

        A resume that the server could not use fails before any step, or asks the same again.
        """
        if memory.state == "waiting":
            before = [(ask.id, ask.value) for ask in (*earlier.pending(), *earlier.told)]
            return memory.moved or any(ask.id and (ask.id, ask.value) not in before for ask in memory.pending())
        fresh = self.thread(memory.thread or "").since(memory.active_at)
        return memory.moved or (memory.state == "success" and (not memory.from_server or bool(fresh.row)))

    def take(self, about: str, x: Exchange, body: Any, now: float) -> Iterator[Draft]:
        """An answer of the server: kept, and combined to the state of the runs that it concerns."""
        thread_id, run_id = x.ids.get("thread"), x.ids.get("run")
        lost = body is None and x.status is not None and x.status == 404
        if about in ("run", "delete_run") and run_id is not None:
            yield from self._run_row(x, run_id, thread_id, body, lost, now)
        elif about in ("thread", "state", "runs") and thread_id is not None and (lost or body is not None):
            yield from self._thread_row(about, x, thread_id, body, lost, now)
        elif about in _KEPT and body is not None:
            name = x.ids.get("item") or thread_id or "server"
            yield Draft(f"{about} answered", short(body), None, facts=(ServerSaid(about, name, body),))

    def _run_row(
        self, x: Exchange, run_id: str, thread_id: str | None, body: Any, lost: bool, now: float
    ) -> Iterator[Draft]:
        key = self.keys.of(run_id)
        row = obj(body)
        memory = self.run(key, run_id, text(row, "thread_id") or thread_id)
        if not lost and not row:
            return
        if lost and x.opened.joined and (memory.word is not None or memory.contents or memory.state is not None):
            return  # a run that is known to be there; it is its stream that is not
        memory.gone = lost
        self._word(memory, text(row, "status"), now)
        memory.since = _since(x, text(row, "updated_at"), now, memory.since)
        memory.row = row or memory.row
        named = Identified(run_id, memory.thread, _name(row))
        facts: list[Fact] = [named, ServerSaid("run", run_id, body, x.status or 0)]
        facts += self._settle(memory, True)
        yield Draft("run: " + (text(row, "status") or str(x.status)), short(body), key, facts=tuple(facts))

    def _thread_row(
        self, about: str, x: Exchange, thread_id: str, body: Any, lost: bool, now: float
    ) -> Iterator[Draft]:
        thread = self.thread(thread_id)
        moved: str | None = None
        if about == "thread":
            thread.gone, thread.row, thread.row_at = lost, obj(body), now
            moved = text(body, "state_updated_at") or text(body, "updated_at")
        elif about == "state":
            thread.state, thread.state_at = (None if lost else obj(body)), now
            moved = text(body, "created_at")
        else:
            for row in items(body):
                row_id = text(row, "run_id")
                if row_id is not None:
                    thread.rows[row_id] = obj(row)
        told = short(text(body, "status") if about == "thread" else obj(body).get("next") if about == "state" else "")
        if about == "runs" and not lost:
            told = f"{len(items(body))} listed"
        said = ServerSaid(about, thread_id, body, x.status or 0)
        yield Draft(f"{about}: {told or x.status}", short(body), None, facts=(said,))
        for memory in [run for run in self.runs.values() if run.thread == thread_id]:
            if about == "runs" and memory.id in thread.rows:
                self._word(memory, text(thread.rows[memory.id], "status"), now)
            if newest(memory, thread):
                memory.since = _since(x, moved, now, memory.since)
            facts = self._settle(memory, about == "runs" and memory.id in thread.rows)
            if facts:
                yield Draft(f"{about}: {told or x.status}", "", memory.key, facts=tuple(facts))

    def _word(self, memory: RunMemory, word: str | None, now: float) -> None:
        if word is not None:
            memory.word, memory.word_at = word, now
        if word in ("pending", "running"):
            memory.active_at = max(memory.active_at, now)

    def _settle(self, memory: RunMemory, named: bool) -> list[Fact]:
        """The run's state as all answers together mean it. ``named``: the answer was about this very run."""
        thread = self.thread(memory.thread) if memory.thread is not None else ThreadMemory("")
        if memory.word == "pending" and memory.state == "running" and memory.active_at > memory.word_at:
            return []  # its stream has shown it at work since the server's row called it queued
        settled = combine(memory, thread)
        if settled is None:
            return []
        state, raw, asks = settled
        message = thread.reason if state in ("error", "timeout", "interrupted") and newest(memory, thread) else None
        changed = state != memory.state or asks != memory.told or (message or None) not in (None, memory.reason)
        if not changed and not named:
            return []
        refines = memory.from_server and (memory.state, state) in _SHARPER
        found: list[Fact] = []
        code = text(obj(thread.row, "error"), "error") if message else None
        found.append(StatusSeen(state, raw, Witness.SERVER, refines, code, message or None, memory.since))
        if asks != memory.told or (asks and named):
            found.append(Wanted(asks, None, Witness.SERVER))
        memory.told, memory.state, memory.from_server = asks, state, state in _SETTLED
        memory.reason = message or memory.reason
        return found + (self.begun(memory) if state in ("running", *_SETTLED) else [])


def _name(row: Mapping[str, Any]) -> str | None:
    """The graph of a run; an assistant's UUID is no name."""
    for path in (("metadata", "graph_id"), ("kwargs", "config", "configurable", "graph_id")):
        if (graph := text(row, *path)) is not None:
            return graph
    return None


def _since(x: Exchange, moved: str | None, now: float, known: float | None) -> float | None:
    """The log time of a change that the server dates: the answer's ``Date``, its own clock, tells how old it is."""
    try:
        date = parsedate_to_datetime(str(x.answer["date"]))
        age = (date - datetime.fromisoformat(moved or "")).total_seconds()
    except (KeyError, ValueError, TypeError, IndexError):
        return known
    at = now - max(0.0, age) * 1000
    return at if known is None else max(at, known)
