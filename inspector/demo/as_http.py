"""The HTTP interface of the simulated Assistants-compatible server, below ``/v1``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inspector.capture.http import Reply
from inspector.demo.as_engine import Assistants, Refusal, text_of
from inspector.demo.as_state import TERMINAL, Run, Thread
from inspector.demo.clock import unix
from inspector.demo.events import NO_FAULT, Dialect, EventStream, Trouble
from inspector.demo.routes import Answer, Exchange, Routes, compact

ASSISTANTS = Dialect(
    end="\n",
    beat=b": keep-alive\n\n",
    headers=(
        ("server", "stream-inspector-demo"),
        ("cache-control", "no-cache"),
        ("content-type", "text/event-stream; charset=utf-8"),
    ),
)
POLL_AFTER_MS = 1000
_FINAL = tuple(f"thread.run.{status}" for status in TERMINAL)
OfThread = Callable[[Exchange, Thread], Answer | None]
OfRun = Callable[[Exchange, Thread, Run], Answer | None]


def refused(status: int, message: str, code: str | None = None) -> Answer:
    """A refusal as this kind of server words it."""
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return Answer(status, {"error": error})


def _refused(refusal: Refusal) -> Answer:
    return refused(refusal.status, refusal.message, refusal.code)


class AssistantsHttp:
    """The table of endpoints, and what each does."""

    def __init__(self, server: Assistants, beat_every: float) -> None:
        self._server = server
        self._beat_every = beat_every
        self._began = unix(server.clock.wall())
        self.routes = Routes(missing=_no_such_url, not_allowed=_not_allowed, bad_json=_bad_json)
        self._add()

    def _add(self) -> None:
        add, thread, run = self.routes.add, self._of_thread, self._of_run
        add("GET", "/v1/assistants", self._assistants)
        add("GET", "/v1/assistants/{assistant}", self._assistant)
        add("GET", "/v1/threads", self._threads)
        add("POST", "/v1/threads", self._create_thread)
        add("POST", "/v1/threads/runs", self._create_thread_and_run)
        add("GET", "/v1/threads/{thread}", thread(lambda _, one: Answer(200, one.wire())))
        add("POST", "/v1/threads/{thread}", thread(_modify_thread))
        add("DELETE", "/v1/threads/{thread}", thread(self._delete_thread))
        add("GET", "/v1/threads/{thread}/messages", thread(_messages))
        add("POST", "/v1/threads/{thread}/messages", thread(self._add_message))
        add("GET", "/v1/threads/{thread}/messages/{message}", thread(_message))
        add("GET", "/v1/threads/{thread}/runs", thread(_runs))
        add("POST", "/v1/threads/{thread}/runs", thread(self._create_run))
        add("GET", "/v1/threads/{thread}/runs/{run}", run(_run))
        add("POST", "/v1/threads/{thread}/runs/{run}", run(self._modify_run))
        add("GET", "/v1/threads/{thread}/runs/{run}/steps", run(_steps))
        add("GET", "/v1/threads/{thread}/runs/{run}/steps/{step}", run(_step))
        add("POST", "/v1/threads/{thread}/runs/{run}/cancel", run(self._cancel))
        add("POST", "/v1/threads/{thread}/runs/{run}/submit_tool_outputs", run(self._submit))

    def _of_thread(self, handler: OfThread) -> Callable[[Exchange], Answer | None]:
        def handle(exchange: Exchange) -> Answer | None:
            thread = self._server.threads.get(exchange.ids["thread"])
            return handler(exchange, thread) if thread else _missing("thread", exchange)

        return handle

    def _of_run(self, handler: OfRun) -> Callable[[Exchange], Answer | None]:
        def handle(exchange: Exchange, thread: Thread) -> Answer | None:
            run = thread.runs.get(exchange.ids["run"])
            return handler(exchange, thread, run) if run else _missing("run", exchange)

        return self._of_thread(handle)

    # assistants, threads, messages

    def _assistants(self, exchange: Exchange) -> Answer:
        return _list(exchange, [one.wire(self._began) for one in self._server.assistants.values()])

    def _assistant(self, exchange: Exchange) -> Answer:
        one = self._server.assistants.get(exchange.ids["assistant"])
        return Answer(200, one.wire(self._began)) if one else _missing("assistant", exchange)

    def _threads(self, exchange: Exchange) -> Answer:
        return _list(exchange, [thread.wire() for thread in self._server.threads.values()])

    def _create_thread(self, exchange: Exchange) -> Answer:
        return Answer(200, self._server.start_thread(exchange.body).wire())

    def _delete_thread(self, exchange: Exchange, thread: Thread) -> Answer:
        self._server.delete_thread(thread)
        return Answer(200, {"id": thread.id, "object": "thread.deleted", "deleted": True})

    def _add_message(self, exchange: Exchange, thread: Thread) -> Answer:
        role, text = exchange.field("role"), text_of(exchange.field("content"))
        if role not in ("user", "assistant"):
            return refused(400, "Missing required parameter: 'role'.")
        if not text:
            return refused(400, "Missing required parameter: 'content'.")
        message = self._server.add_message(thread, role, text)
        return _refused(message) if isinstance(message, Refusal) else Answer(200, message.wire())

    # runs

    def _create_thread_and_run(self, exchange: Exchange) -> Answer | None:
        assistant = exchange.field("assistant_id")
        if assistant not in self._server.assistants:
            return refused(404, f"No assistant found with id '{assistant}'.")
        thread = self._server.start_thread(exchange.field("thread"))
        return self._start(exchange, thread, created=True)

    def _create_run(self, exchange: Exchange, thread: Thread) -> Answer | None:
        if not exchange.field("assistant_id"):
            return refused(400, "Missing required parameter: 'assistant_id'.")
        return self._start(exchange, thread, created=False)

    def _start(self, exchange: Exchange, thread: Thread, *, created: bool) -> Answer | None:
        run = self._server.create_run(thread, exchange.body)
        if isinstance(run, Refusal):
            return _refused(run)
        shown = run.wire()
        if exchange.field("stream") is True:
            stream = self._stream(exchange.reply, run)
            if created:
                stream.event("thread.created", compact(thread.wire()))
        self._server.begin(run)
        return None if exchange.field("stream") is True else Answer(200, shown)

    def _submit(self, exchange: Exchange, thread: Thread, run: Run) -> Answer | None:
        outputs = self._server.outputs(run, exchange.field("tool_outputs"))
        if isinstance(outputs, Refusal):
            return _refused(outputs)
        streamed = exchange.field("stream") is True
        if streamed:
            self._stream(exchange.reply, run)
        self._server.submit(run, outputs)
        return None if streamed else Answer(200, run.wire())

    def _cancel(self, exchange: Exchange, thread: Thread, run: Run) -> Answer:
        refusal = self._server.cancel(run)
        return _refused(refusal) if refusal else Answer(200, run.wire())

    def _modify_run(self, exchange: Exchange, thread: Thread, run: Run) -> Answer:
        refusal = self._server.modify(run, exchange.field("metadata"))
        return _refused(refusal) if refusal else Answer(200, run.wire())

    def _stream(self, reply: Reply, run: Run) -> EventStream:
        """Open a stream of the run: it shows what comes from now on, until the run waits or ends."""
        assistant = self._server.assistants[run.assistant]
        fault = assistant.fault if run.first else NO_FAULT
        beat_every = self._beat_every if assistant.beats and run.first else None
        stream = EventStream(reply, self._server.clock, ASSISTANTS, beat_every=beat_every, fault=fault)

        def take(event: str, data: Any) -> None:
            if event in _FINAL and fault.trouble is Trouble.NO_FINAL:
                stream.end()
            elif event == "done":
                stream.event("done", b"[DONE]")
                stream.end()
            else:
                stream.event(event, compact(data))

        stream.on_gone(run.listen(take))
        return stream


def _modify_thread(exchange: Exchange, thread: Thread) -> Answer:
    metadata = exchange.field("metadata")
    thread.metadata |= metadata if isinstance(metadata, dict) else {}
    return Answer(200, thread.wire())


def _messages(exchange: Exchange, thread: Thread) -> Answer:
    wanted = exchange.request.query.get("run_id")
    rows = [message for message in thread.messages.values() if wanted in (None, message.run)]
    return _list(exchange, [message.wire() for message in rows])


def _message(exchange: Exchange, thread: Thread) -> Answer:
    message = thread.messages.get(exchange.ids["message"])
    return Answer(200, message.wire()) if message else _missing("message", exchange)


def _runs(exchange: Exchange, thread: Thread) -> Answer:
    return _list(exchange, [run.wire() for run in thread.runs.values()])


def _run(exchange: Exchange, thread: Thread, run: Run) -> Answer:
    headers = {"openai-poll-after-ms": str(POLL_AFTER_MS)} if run.active else None
    return Answer(200, run.wire(), headers)


def _steps(exchange: Exchange, thread: Thread, run: Run) -> Answer:
    return _list(exchange, [step.wire() for step in run.steps])


def _step(exchange: Exchange, thread: Thread, run: Run) -> Answer:
    step = next((one for one in run.steps if one.id == exchange.ids["step"]), None)
    return Answer(200, step.wire()) if step else _missing("step", exchange)


def _list(exchange: Exchange, rows: list[dict[str, Any]]) -> Answer:
    """A page of a list, given in the order of creation: the newest first, unless asked for the other way round."""
    query = exchange.request.query
    if query.get("order", "desc") != "asc":
        rows.reverse()
    ids = [row["id"] for row in rows]
    if query.get("after") in ids:
        rows = rows[ids.index(query["after"]) + 1 :]
    if query.get("before") in ids:
        rows = [row for row in rows if ids.index(row["id"]) < ids.index(query["before"])]
    limit = query.get("limit", "20")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        return refused(400, f"Invalid 'limit': expected an integer between 1 and 100, got '{limit}'.")
    page = rows[: int(limit)]
    first, last = (page[0]["id"], page[-1]["id"]) if page else (None, None)
    more = len(rows) > len(page)
    return Answer(200, {"object": "list", "data": page, "first_id": first, "last_id": last, "has_more": more})


def _missing(kind: str, exchange: Exchange) -> Answer:
    return refused(404, f"No {kind} found with id '{exchange.ids[kind]}'.")


def _no_such_url(exchange: Exchange) -> Answer:
    return refused(404, f"Invalid URL ({exchange.request.method} {exchange.request.path})", "unknown_url")


def _not_allowed(exchange: Exchange) -> Answer:
    return refused(405, f"Not allowed to {exchange.request.method} on {exchange.request.path}.")


def _bad_json(exchange: Exchange) -> Answer:
    return refused(400, "We could not parse the JSON body of your request.")
