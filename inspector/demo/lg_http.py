"""The HTTP interface of the simulated LangGraph server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inspector.demo.clock import milliseconds
from inspector.demo.ids import is_uuid
from inspector.demo.lg_engine import LangGraph, Problem
from inspector.demo.lg_state import GRAPH_VERSION, NO_STATE, VERSION, Run, Thread, reference
from inspector.demo.lg_streams import Opener, Streams
from inspector.demo.lg_tape import CHANNELS
from inspector.demo.routes import Answer, Exchange, Routes, compact

MODES = ("values", "updates", "messages", "messages-tuple", "tasks", "checkpoints", "debug", "events", "custom")
THREAD_STATUSES = ("idle", "busy", "interrupted", "error")
_NO_CHANNELS = "channels is required and must be a non-empty array"
_BAD_CHANNELS = (
    "channels contains unsupported entries: {}. Allowed: values, updates, messages, tools, custom, lifecycle, input, "
    "tasks, or any `custom:<name>`."
)
OfThread = Callable[[Exchange, Thread], Answer | None]
OfRun = Callable[[Exchange, Thread, Run], Answer | None]


def refused(status: int, detail: str) -> Answer:
    """A refusal as this server words it."""
    return Answer(status, {"detail": detail})


class LangGraphHttp:
    """The table of endpoints, and what each does."""

    def __init__(self, server: LangGraph, beat_every: float) -> None:
        self._server = server
        self._streams = Streams(server, beat_every)
        self.routes = Routes(
            missing=lambda _: refused(404, "Not Found"),
            not_allowed=lambda exchange: Answer(
                405, {"detail": "Method Not Allowed"}, {"allow": exchange.ids["allow"]}
            ),
            bad_json=lambda _: refused(422, "Invalid JSON in request body"),
        )
        self._add_server()
        self._add_threads()
        self._add_runs()

    def _add_server(self) -> None:
        add = self.routes.add
        add("GET", "/ok", lambda _: Answer(200, {"ok": True, "services": {}}))
        add("GET", "/info", lambda _: Answer(200, _INFO))
        add("GET", "/openapi.json", lambda _: Answer(200, self._openapi()))
        add("GET", "/metrics", lambda _: Answer(200, metrics(self._server)))
        add("POST", "/assistants/search", self._assistants)
        add("POST", "/assistants/count", lambda _: Answer(200, len(self._server.graphs)))
        add("GET", "/assistants/{assistant}", self._assistant)
        add("GET", "/assistants/{assistant}/graph", self._graph)
        add("GET", "/assistants/{assistant}/schemas", self._schemas)
        add("GET", "/assistants/{assistant}/subgraphs", lambda _: Answer(200, {}))

    def _add_threads(self) -> None:
        add, thread = self.routes.add, self._of_thread
        add("POST", "/threads", self._create_thread)
        add("POST", "/threads/search", self._search)
        add("POST", "/threads/count", lambda exchange: Answer(200, len(self._matching(exchange))))
        add("GET", "/threads/{thread}", thread(lambda _, one: Answer(200, one.wire())))
        add("PATCH", "/threads/{thread}", thread(self._patch))
        add("DELETE", "/threads/{thread}", thread(self._delete_thread))
        add("POST", "/threads/{thread}/copy", thread(self._copy))
        add("GET", "/threads/{thread}/state", thread(_state))
        add("POST", "/threads/{thread}/state", thread(self._update_state))
        add("GET", "/threads/{thread}/state/{checkpoint}", thread(_state_at))
        add("GET", "/threads/{thread}/history", thread(_history))
        add("POST", "/threads/{thread}/history", thread(_history))
        add("GET", "/threads/{thread}/stream", self._thread_stream)
        add("POST", "/threads/{thread}/stream/events", self._events)

    def _add_runs(self) -> None:
        add, thread, run = self.routes.add, self._of_thread, self._of_run
        add("GET", "/threads/{thread}/runs", thread(_runs))
        add("POST", "/threads/{thread}/runs", self._create(None))
        add("POST", "/threads/{thread}/runs/stream", self._create(self._streams.created))
        add("POST", "/threads/{thread}/runs/wait", self._create(self._streams.wait))
        add("GET", "/threads/{thread}/runs/{run}", run(lambda _, _thread, one: Answer(200, one.wire())))
        add("DELETE", "/threads/{thread}/runs/{run}", run(self._delete_run, "Run not found"))
        add("GET", "/threads/{thread}/runs/{run}/stream", thread(self._join_stream))
        add("GET", "/threads/{thread}/runs/{run}/join", run(self._join))
        add("POST", "/threads/{thread}/runs/{run}/cancel", run(self._cancel, "No runs found to cancel."))

    # the server and its assistants

    def _openapi(self) -> dict[str, Any]:
        return {
            "openapi": "3.1.0",
            "info": {"title": "Stream Inspector demo server", "version": VERSION},
            "paths": self.routes.paths(),
        }

    def _assistants(self, exchange: Exchange) -> Answer:
        rows = [self._server.assistant(graph) for graph in self._server.graphs.values()]
        wanted = exchange.field("graph_id")
        return _page(exchange, [row for row in rows if wanted in (None, row["graph_id"])])

    def _assistant(self, exchange: Exchange) -> Answer:
        if not is_uuid(exchange.ids["assistant"]):
            return refused(422, "Invalid assistant ID: must be a UUID")
        graph = self._server.graph(exchange.ids["assistant"])
        if graph is None:
            return refused(404, f"Assistant {exchange.ids['assistant']} not found")
        return Answer(200, self._server.assistant(graph))

    def _graph(self, exchange: Exchange) -> Answer:
        graph = self._server.graph(exchange.ids["assistant"])
        return Answer(200, graph.drawing()) if graph else self._assistant(exchange)

    def _schemas(self, exchange: Exchange) -> Answer:
        graph = self._server.graph(exchange.ids["assistant"])
        known = graph is not None and is_uuid(exchange.ids["assistant"])
        return Answer(200, graph.schemas()) if graph and known else self._assistant(exchange)

    # threads

    def _of_thread(self, handler: OfThread) -> Callable[[Exchange], Answer | None]:
        def handle(exchange: Exchange) -> Answer | None:
            thread = self._server.threads.get(exchange.ids["thread"])
            if not is_uuid(exchange.ids["thread"]):
                return refused(422, "Invalid thread ID: must be a UUID")
            if thread is None:
                return refused(404, f"Thread with ID {exchange.ids['thread']} not found")
            return handler(exchange, thread)

        return handle

    def _create_thread(self, exchange: Exchange) -> Answer:
        id_, metadata = exchange.field("thread_id"), exchange.field("metadata", {})
        if id_ is not None and not (isinstance(id_, str) and is_uuid(id_)):
            return refused(422, "Invalid thread ID: must be a UUID")
        if id_ in self._server.threads:
            if exchange.field("if_exists") == "do_nothing":
                return Answer(200, self._server.threads[id_].wire())
            return refused(409, f"Thread with ID {id_} already exists")
        if not isinstance(metadata, dict):
            return refused(422, "metadata must be an object")
        return Answer(200, self._server.create_thread(metadata, id_).wire())

    def _matching(self, exchange: Exchange) -> list[Thread]:
        metadata, status, ids = (exchange.field(name) for name in ("metadata", "status", "ids"))
        wanted = metadata.items() if isinstance(metadata, dict) else ()
        return [
            thread
            for thread in reversed(self._server.threads.values())
            if status in (None, thread.status)
            and (not isinstance(ids, list) or thread.id in ids)
            and all(thread.metadata.get(key) == value for key, value in wanted)
        ]

    def _search(self, exchange: Exchange) -> Answer:
        status = exchange.field("status")
        if status is not None and status not in THREAD_STATUSES:
            return refused(422, _not_one_of(status))
        threads = self._matching(exchange)
        by = exchange.field("sort_by", "created_at")
        if by in ("updated_at", "state_updated_at", "status"):
            threads.sort(key=lambda thread: str(getattr(thread, by)), reverse=True)
        if exchange.field("sort_order") == "asc":
            threads.reverse()
        select = exchange.field("select")
        rows = [thread.wire() for thread in threads]
        if isinstance(select, list):
            rows = [{str(key): row.get(str(key)) for key in select} for row in rows]
        return _page(exchange, rows)

    def _patch(self, exchange: Exchange, thread: Thread) -> Answer:
        metadata = exchange.field("metadata", {})
        if not isinstance(metadata, dict):
            return refused(422, "metadata must be an object")
        thread.metadata |= metadata
        return Answer(200, thread.wire())

    def _delete_thread(self, exchange: Exchange, thread: Thread) -> Answer:
        self._server.delete_thread(thread)
        return Answer(204)

    def _copy(self, exchange: Exchange, thread: Thread) -> Answer:
        return Answer(200, self._server.copy_thread(thread).wire())

    def _update_state(self, exchange: Exchange, thread: Thread) -> Answer:
        as_node, checkpoint = exchange.field("as_node"), exchange.field("checkpoint")
        if as_node is not None and not isinstance(as_node, str):
            return refused(422, _wrong_type("as_node", as_node, "string"))
        at = exchange.field("checkpoint_id") or _object(checkpoint).get("checkpoint_id")
        made = self._server.update_state(thread, exchange.field("values"), as_node, at)
        if isinstance(made, Problem):
            return refused(made.status, made.detail)
        named = reference(made.id, thread.id)
        return Answer(200, {"checkpoint": named, "configurable": named, "checkpoint_id": made.id})

    def _thread_stream(self, exchange: Exchange) -> None:
        modes = exchange.request.query.get("stream_modes", "run_modes").split(",")
        after = exchange.request.headers.get("last-event-id")
        self._streams.thread(exchange.reply, self._server.threads.get(exchange.ids["thread"]), modes, after)

    def _events(self, exchange: Exchange) -> Answer | None:
        channels = exchange.field("channels")
        if not isinstance(channels, list) or not channels:
            return refused(400, _NO_CHANNELS)
        bad = [str(one) for one in channels if one not in CHANNELS and not str(one).startswith("custom:")]
        if bad:
            return refused(400, _BAD_CHANNELS.format(", ".join(bad[:5])))
        since = exchange.field("since", 0)
        thread = self._server.threads.get(exchange.ids["thread"])
        self._streams.events(exchange.reply, thread, channels, since if isinstance(since, int) else 0)
        return None

    # runs

    def _of_run(self, handler: OfRun, missing: str = "Not Found") -> Callable[[Exchange], Answer | None]:
        def handle(exchange: Exchange, thread: Thread) -> Answer | None:
            if not is_uuid(exchange.ids["run"]):
                return refused(422, "Invalid run ID: must be a UUID")
            run = thread.runs.get(exchange.ids["run"])
            return handler(exchange, thread, run) if run is not None else refused(404, missing)

        return self._of_thread(handle)

    def _create(self, opener: Opener | None) -> Callable[[Exchange], Answer | None]:
        def handle(exchange: Exchange) -> Answer | None:
            thread = self._thread_for_run(exchange)
            if isinstance(thread, Answer):
                return thread
            run = self._server.create_run(thread, exchange.body)
            if isinstance(run, Problem):
                return refused(run.status, run.detail)
            if opener is not None:
                opener(exchange.reply, thread, run)
                return None
            return Answer(200, run.wire(), {"content-location": f"/threads/{thread.id}/runs/{run.id}"})

        return handle

    def _thread_for_run(self, exchange: Exchange) -> Thread | Answer:
        """The thread that a new run belongs to, or why there can be none."""
        id_ = exchange.ids["thread"]
        if not is_uuid(id_):
            return refused(422, "Invalid thread ID: must be a UUID")
        if not exchange.field("assistant_id"):
            return refused(422, '"assistant_id" is a required property\n\nFailed validating "required" in schema')
        wrong = _invalid(exchange.body)
        if wrong:
            return refused(422, wrong)
        if id_ not in self._server.threads and exchange.field("if_not_exists") == "create":
            return self._server.create_thread(thread_id=id_)
        return self._server.threads.get(id_) or refused(404, "Thread or assistant not found.")

    def _delete_run(self, exchange: Exchange, thread: Thread, run: Run) -> Answer:
        self._server.delete_run(thread, run)
        return Answer(204)

    def _cancel(self, exchange: Exchange, thread: Thread, run: Run) -> Answer:
        query = exchange.request.query
        problem = self._server.cancel(thread, run, query.get("action", "interrupt"))
        if problem is not None:
            return refused(problem.status, problem.detail)
        return Answer(200, {}) if query.get("wait") in ("true", "1", "yes") else Answer(202)

    def _join(self, exchange: Exchange, thread: Thread, run: Run) -> None:
        self._streams.wait(exchange.reply, thread, run)

    def _join_stream(self, exchange: Exchange, thread: Thread) -> None:
        after = exchange.request.headers.get("last-event-id")
        modes = exchange.request.query.get("stream_mode", "")
        self._streams.join(exchange.reply, thread, exchange.ids["run"], after, [m for m in modes.split(",") if m])


_INFO: Mapping[str, Any] = {
    "version": VERSION,
    "langgraph_py_version": GRAPH_VERSION,
    "flags": {"assistants": True, "crons": False, "langsmith": False},
    "host": {"kind": "self-hosted", "project_id": None, "revision_id": None, "tenant_id": None},
}


def metrics(server: LangGraph) -> dict[str, Any]:
    """The queue, and the workers."""
    runs = [run for thread in server.threads.values() for run in thread.active_runs]
    now = milliseconds(server.clock.wall())
    waiting = sorted((now - run.asked_ms) / 1000 for run in runs if run.status == "pending")
    return {
        "queue": {
            "n_pending": len(waiting),
            "n_running": sum(run.status == "running" for run in runs),
            "pending_runs_wait_time_max_secs": max(waiting, default=None),
            "pending_runs_wait_time_med_secs": waiting[len(waiting) // 2] if waiting else None,
            "pending_unblocked_runs_wait_time_max_secs": None,
        },
        "api": {"http_requests_total": []},
        "workers": {"max": 10, "active": server.busy_workers, "available": 10 - server.busy_workers},
    }


def _state(exchange: Exchange, thread: Thread) -> Answer:
    return Answer(200, thread.state.wire(thread.id, head=True) if thread.state else NO_STATE)


def _state_at(exchange: Exchange, thread: Thread) -> Answer:
    checkpoint = thread.checkpoints.get(exchange.ids["checkpoint"])
    if checkpoint is None:
        return Answer(200, NO_STATE)
    return Answer(200, checkpoint.wire(thread.id, head=checkpoint.id == thread.head))


def _history(exchange: Exchange, thread: Thread) -> Answer:
    before = exchange.field("before")
    if isinstance(before, str):
        return refused(422, _wrong_type("before", before, "object"))
    rows = sorted(thread.checkpoints.values(), key=lambda one: one.id, reverse=True)
    if isinstance(before, dict):
        last = str(before.get("checkpoint_id") or _object(before.get("configurable")).get("checkpoint_id"))
        rows = [row for row in rows if row.id < last]
    limit = _number(exchange.field("limit") or exchange.request.query.get("limit"), 10)
    return Answer(200, [row.wire(thread.id, head=row.id == thread.head) for row in rows[:limit]])


def _runs(exchange: Exchange, thread: Thread) -> Answer:
    query = exchange.request.query
    wanted = query.get("status")
    rows = [run.wire() for run in reversed(thread.runs.values()) if wanted in (None, run.status)]
    start = _number(query.get("offset"), 0)
    return Answer(200, rows[start : start + _number(query.get("limit"), 10)])


def _page(exchange: Exchange, rows: list[dict[str, Any]]) -> Answer:
    """A page of a search; like the real server it counts one more than it gives where there are more."""
    start, limit = _number(exchange.field("offset"), 0), _number(exchange.field("limit"), 10)
    page = rows[start : start + limit]
    more = len(rows) > start + limit
    headers = {"x-pagination-total": str(start + len(page) + more)}
    if more:
        headers["x-pagination-next"] = str(start + limit)
    return Answer(200, page, headers)


_OBJECTS = ("command", "checkpoint", "metadata", "config", "context")
_LISTS = ("interrupt_before", "interrupt_after")


def _invalid(body: Mapping[str, Any]) -> str:
    """What is wrong with the body of a request for a run; empty when nothing is."""
    modes = body.get("stream_mode") or []
    modes = [modes] if isinstance(modes, str) else modes
    if not isinstance(modes, list) or not all(mode in MODES for mode in modes):
        return f"{modes!r} is not valid under any of the schemas listed in the 'anyOf' keyword"
    for name in _OBJECTS:
        if not isinstance(body.get(name) or {}, dict):
            return _wrong_type(name, body[name], "object")
    for name in _LISTS:
        wanted = body.get(name) or []
        if wanted != "*" and not (isinstance(wanted, list) and all(isinstance(one, str) for one in wanted)):
            return _wrong_type(name, body[name], "array")
    return ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _wrong_type(name: str, value: Any, wanted: str) -> str:
    shown = compact(value).decode()
    return f'{shown} is not of type "{wanted}"\n\nFailed validating "type"\n\nOn instance["{name}"]:\n    {shown}'


def _number(value: Any, default: int) -> int:
    return int(value) if str(value).isdigit() else default


def _not_one_of(status: Any) -> str:
    return f'"{status}" is not one of "idle", "busy" or 2 other candidates\n\nFailed validating "enum" in schema'
