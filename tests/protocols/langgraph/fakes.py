"""Objects of a LangGraph server, cases that know them, and a driver that answers scripts from a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from inspector.domain.book import Book
from inspector.domain.calls import Call, Reply, Script, Sleep
from inspector.domain.case import Case
from inspector.domain.frames import Frame, Kind
from inspector.protocols.langgraph import ADAPTER

T = TypeVar("T")

THREAD = "01a1fbbc-75c6-7646-893f-0e0666235366"
RUN = "01a1fbbc-75c8-7243-b6e2-5f78c9973d97"
NEXT_RUN = "01a1fbbc-7d9a-7188-9c83-9a0c9b91eeb1"
COPY = "1d4d65e1-f170-4627-a8c9-4be1c563d32c"
LEFT, RIGHT = "ab62b2611398ba16d3d699d3281dcbc0", "b170b2509927618ea4178996f237ad22"
AT_RUN, AT_THREAD = f"/threads/{THREAD}/runs/{RUN}", f"/threads/{THREAD}"
PYTHON = {"flavour": "python", "v2": True, "thread_stream": True, "metrics": True}


def run_row(status: str = "success", run: str = RUN, **kwargs: Any) -> dict[str, Any]:
    row = {"run_id": run, "thread_id": THREAD, "assistant_id": "a-1", "status": status, "created_at": "2026-01-01"}
    return {**row, "kwargs": kwargs, "multitask_strategy": "enqueue"}


def thread_row(status: str = "idle", **more: Any) -> dict[str, Any]:
    return {"thread_id": THREAD, "status": status, "metadata": {"graph_id": "hitl", "assistant_id": "a-1"}, **more}


def task(name: str, *asked: tuple[str, Any], **more: Any) -> dict[str, Any]:
    pending = [{"id": each, "value": value} for each, value in asked]
    return {"id": f"task-{name}", "name": name, "error": None, "interrupts": pending, "result": None, **more}


def state(*tasks: Mapping[str, Any], checkpoint: str = "c1", **more: Any) -> dict[str, Any]:
    names = [each["name"] for each in tasks]
    found = {"values": {"text": "x"}, "next": names, "tasks": list(tasks), "checkpoint_id": checkpoint}
    return {**found, "created_at": "2026-01-01T00:00:00+00:00", **more}


def waiting() -> dict[str, Any]:
    """The answers about a run that waits in one interrupt."""
    asked = task("review", (LEFT, {"question": "?"}))
    return {"run": run_row(), "thread": thread_row("interrupted"), "state": state(asked), "runs": [run_row()]}


def busy(status: str = "running") -> dict[str, Any]:
    """The answers about a run that is executing a node."""
    row = run_row(status)
    return {"run": row, "thread": thread_row("busy"), "state": state(task("crawl")), "runs": [row]}


def finished() -> dict[str, Any]:
    """The answers about a run that has ended well."""
    return {"run": run_row(), "thread": thread_row(), "state": state(checkpoint="c9"), "runs": [run_row()]}


def cut_short(status: str = "error") -> dict[str, Any]:
    """The answers about a run that ended with something left to do."""
    failed = task("explode", error="ValueError('no')")
    thread = thread_row("error", error={"error": "ValueError", "message": "no"})
    return {"run": run_row(status), "thread": thread, "state": state(failed), "runs": [run_row(status)]}


class Log:
    """A book that is told things by exchanges."""

    def __init__(self) -> None:
        self.book = Book([ADAPTER], "langgraph")
        self._seq = self._link = 0
        self.at = 0.0

    def exchange(self, method: str, path: str, answer: Any, status: int = 200, body: Any = None) -> None:
        self._link += 1
        sent = b"" if body is None else json.dumps(body).encode()
        self._frame(Kind.REQUEST, {"method": method, "url": "http://h" + path, "headers": {}}, sent)
        self._frame(Kind.RESPONSE, {"status": status, "headers": {"content-type": "application/json"}})
        self._frame(Kind.DATA, {}, json.dumps(answer).encode())
        self._frame(Kind.END, {"how": "eof", "by": "server"})

    def stream(self, path: str, *events: tuple[str, Any]) -> None:
        """A stream of a run that stays open."""
        self._link += 1
        self._frame(Kind.REQUEST, {"method": "GET", "url": "http://h" + path, "headers": {}})
        self._frame(Kind.RESPONSE, {"status": 200, "headers": {"content-type": "text/event-stream"}})
        for name, data in events:
            self._frame(Kind.DATA, {}, f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())

    def told(self, answers: Mapping[str, Any]) -> None:
        paths = {"run": AT_RUN, "thread": AT_THREAD, "state": AT_THREAD + "/state", "runs": AT_THREAD + "/runs"}
        for about, answer in answers.items():
            gone = answer is None
            self.exchange("GET", paths.get(about, about), {"detail": "gone"} if gone else answer, 404 if gone else 200)

    def case(self, capabilities: Mapping[str, Any] = PYTHON) -> Case:
        run = self.book.run_by_id(RUN)
        assert run is not None
        return Case(run, self.book, capabilities=capabilities)

    def _frame(self, kind: Kind, head: Mapping[str, Any], body: bytes = b"") -> None:
        self._seq += 1
        self.at += 10.0
        self.book.feed([Frame(self._seq, self.at, self._link, kind, head, body)])


def case(answers: Mapping[str, Any], capabilities: Mapping[str, Any] = PYTHON) -> Case:
    """A case that was told these answers; None stands for 404."""
    log = Log()
    log.told(answers)
    return log.case(capabilities)


class Server:
    """Answers by method and path, from a list of answers each: the last one again and again."""

    def __init__(self, *tables: Mapping[str, Any], **more: Sequence[Any]) -> None:
        self.calls: list[Call] = []
        self.slept = 0.0
        self._answers: dict[str, list[Any]] = {key: list(value) for key, value in more.items()}
        for table in tables:
            self.then(table)

    def then(self, table: Mapping[str, Any]) -> Server:
        """What run, thread, state and runs are in the next look."""
        paths = {"run": AT_RUN, "thread": AT_THREAD, "state": AT_THREAD + "/state", "runs": AT_THREAD + "/runs"}
        for about, answer in table.items():
            self._answers.setdefault("GET " + paths.get(about, about), []).append(answer)
        return self

    def on(self, call: str, *answers: Any) -> Server:
        """Answers to ``METHOD /path``: a Reply, or a body that is sent with 200."""
        self._answers.setdefault(call, []).extend(answers)
        return self

    @property
    def writes(self) -> list[Call]:
        return [call for call in self.calls if not call.reads]

    def drive(self, script: Script[T], looks: int = 50) -> T:
        """Run a script; after so many pauses its time is up."""
        try:
            step = next(script)
            while True:
                if isinstance(step, Sleep):
                    self.slept += step.seconds
                    looks -= 1
                    step = script.send(None) if looks > 0 else script.throw(TimeoutError())
                else:
                    self.calls.append(step)
                    step = script.send(self._reply(step))
        except StopIteration as done:
            result: T = done.value
            return result

    def _reply(self, call: Call) -> Reply:
        answers = self._answers.get(f"{call.method} {call.path}", [None])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Reply):
            return answer
        if answer is None:
            return Reply(404, body={"detail": "Not Found"})
        return Reply(200, body=answer)


def streamed(run: str = NEXT_RUN, thread: str = THREAD) -> Reply:
    """The head of a run's stream."""
    return Reply(200, {"Content-Location": f"/threads/{thread}/runs/{run}"})
