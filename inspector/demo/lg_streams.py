"""The streams of the simulated LangGraph server: of a run, of a thread, and of a thread in the v2 protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inspector.capture.http import Reply
from inspector.demo.clock import milliseconds
from inspector.demo.events import NO_FAULT, Dialect, EventStream, Fault, Trouble
from inspector.demo.lg_engine import LangGraph
from inspector.demo.lg_log import END, STATE_UPDATE, Entry
from inspector.demo.lg_state import Run, Thread
from inspector.demo.lg_tape import Tape, TapeEvent
from inspector.demo.routes import compact, standard

LANGGRAPH = Dialect(
    end="\r\n",
    beat=b": heartbeat\r\n\r\n",
    headers=(
        ("server", "stream-inspector-demo"),
        ("cache-control", "no-store"),
        ("x-accel-buffering", "no"),
        ("content-type", "text/event-stream; charset=utf-8"),
    ),
)
POLL = 0.5
"""Seconds after which a join of a run that is over, or is not there, is answered."""
_LOST = {"error": "HTTPException", "message": "404: Run not found"}


class Streams:
    """Opens streams and feeds them from the threads' logs."""

    def __init__(self, server: LangGraph, beat_every: float) -> None:
        self._server = server
        self._beat_every = beat_every

    def created(self, reply: Reply, thread: Thread, run: Run) -> None:
        """The stream of a run that this request began."""
        stream = self._open(reply, self._fault(thread, run), _where(thread, run, "stream"))
        self._follow(stream, thread, run, run.modes)
        if run.request.get("on_disconnect") == "cancel":
            stream.on_gone(lambda: self._abandon(thread, run))

    def join(self, reply: Reply, thread: Thread, run_id: str, after: str | None, modes: list[str]) -> None:
        """The stream of a run that somebody else began: what is kept after the id ``after``, then what comes."""
        run = thread.runs.get(run_id)
        where = [("location", f"/threads/{thread.id}/runs/{run_id}/stream")]
        if run is None:
            stream = self._open(reply, NO_FAULT, where)
            self._server.clock.later(POLL, lambda: _lost(stream))
            return
        stream = self._open(reply, self._fault(thread, run), _where(thread, run, "stream"))
        for entry in thread.log.kept(run.id, after) if after is not None else []:
            self._write(stream, entry, modes, run)
        if run.active:
            self._follow(stream, thread, run, modes)
        elif after is not None:
            stream.end()
        else:
            self._server.clock.later(POLL, stream.end)

    def wait(self, reply: Reply, thread: Thread, run: Run) -> None:
        """The state at the end of the run, as one JSON value; line feeds keep the connection alive until then."""
        headers = {**dict(_where(thread, run, "join")), "content-type": "application/json"}
        reply.open(200, standard(headers))

        def result() -> None:
            reply.chunk(compact(_result(thread, run)))
            reply.end()

        def beat() -> None:
            if not reply.over:
                reply.chunk(b"\n")
                self._server.clock.later(self._beat_every, beat)

        if run.active:
            reply.on_gone(thread.log.listen(lambda entry: result() if _ends(entry, run) else None))
            self._server.clock.later(self._beat_every, beat)
        else:
            result()

    def thread(self, reply: Reply, thread: Thread | None, modes: list[str], after: str | None) -> None:
        """All runs of a thread in one stream without an end."""
        stream = self._open(reply, self._fault(thread, None))
        if thread is None:
            return
        for entry in thread.log.kept(None, after) if after is not None else []:
            self._write_of_thread(stream, thread, entry, modes, live=False)
        stream.on_gone(thread.log.listen(lambda entry: self._write_of_thread(stream, thread, entry, modes, live=True)))

    def events(self, reply: Reply, thread: Thread | None, channels: list[str], since: int) -> None:
        """The thread's events in the v2 protocol: what is kept, then what comes, without an end."""
        stream = self._open(reply, self._fault(thread, None))
        if thread is None:
            return
        tape = Tape(
            lambda run: thread.runs[run].graph if run in thread.runs else "",
            lambda: milliseconds(self._server.clock.wall()),
        )

        def take(entry: Entry, *, live: bool) -> None:
            for event in tape.feed(entry):
                if event.final and self._withholds(thread, entry.run):
                    if live:
                        stream.end()
                elif event.seq > since and event.channel in channels:
                    _send(stream, event)

        for entry in thread.log.kept():
            take(entry, live=False)
        stream.on_gone(thread.log.listen(lambda entry: take(entry, live=True)))

    def _open(self, reply: Reply, fault: Fault, headers: list[tuple[str, str]] | None = None) -> EventStream:
        beat = self._beat_every
        return EventStream(reply, self._server.clock, LANGGRAPH, beat_every=beat, fault=fault, headers=headers or [])

    def _follow(self, stream: EventStream, thread: Thread, run: Run, modes: list[str]) -> None:
        def take(entry: Entry) -> None:
            if _ends(entry, run):
                stream.end()
            else:
                self._write(stream, entry, modes, run)

        stream.on_gone(thread.log.listen(take))

    def _write(self, stream: EventStream, entry: Entry, modes: list[str], run: Run) -> None:
        if entry.run == run.id and entry.name != END and _shows(entry, modes):
            stream.event(entry.name, compact(entry.data), entry.id if run.resumable else None)

    def _write_of_thread(
        self, stream: EventStream, thread: Thread, entry: Entry, modes: list[str], *, live: bool
    ) -> None:
        if entry.name == STATE_UPDATE:
            if "state_update" in modes:
                stream.event(STATE_UPDATE, compact(entry.data), entry.id)
        elif entry.name != END:
            if "run_modes" in modes or (entry.name == "metadata" and "lifecycle" in modes):
                stream.event(entry.name, compact(entry.data), entry.id)
        elif not self._withholds(thread, entry.run):
            stream.event("metadata", compact({"status": "run_done", "run_id": entry.run}), entry.id)
        elif live:
            stream.end()

    def _fault(self, thread: Thread | None, run: Run | None) -> Fault:
        """Streams have a fault as long as the first run of a faulty graph's thread is not over."""
        runs = list(thread.runs.values())[:1] if thread else []
        if runs and runs[0].active and run in (None, runs[0]):
            return self._server.graphs[runs[0].graph].fault
        return NO_FAULT

    def _withholds(self, thread: Thread, run_id: str) -> bool:
        run = thread.runs.get(run_id)
        return run is not None and run.first and self._server.graphs[run.graph].fault.trouble is Trouble.NO_FINAL

    def _abandon(self, thread: Thread, run: Run) -> None:
        if run.active:
            self._server.cancel(thread, run)


def _where(thread: Thread, run: Run, rejoin: str) -> list[tuple[str, str]]:
    base = f"/threads/{thread.id}/runs/{run.id}"
    return [("location", f"{base}/{rejoin}"), ("content-location", base)]


def _ends(entry: Entry, run: Run) -> bool:
    return entry.run == run.id and entry.name == END


def _shows(entry: Entry, modes: list[str]) -> bool:
    if entry.name in ("metadata", "error"):
        return True
    return not modes or ("messages-tuple" if entry.name == "messages" else entry.name) in modes


def _send(stream: EventStream, event: TapeEvent) -> None:
    stream.event(event.method, compact(event.body), str(event.seq))


def _lost(stream: EventStream) -> None:
    stream.event("error", compact(_LOST))
    stream.end()


def _result(thread: Thread, run: Run) -> dict[str, Any]:
    if run.status == "error":
        return {"__error__": thread.error}
    values = dict(thread.values or {})
    state = thread.state
    if run.status == "success" and state is not None and state.interrupts:
        values["__interrupt__"] = [{**one, "response_schema": None} for one in state.interrupts]
    return values


Opener = Callable[[Reply, Thread, Run], None]
"""How a request that begins a run wants to be answered."""
