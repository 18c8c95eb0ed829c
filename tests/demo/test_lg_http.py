from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from inspector.demo.ids import assistant_of
from inspector.demo.lg_http import MODES
from inspector.domain.frames import Frame, Kind
from inspector.domain.sse import SseDecoder
from tests.demo.support import Demo, frames, running

RECORDINGS = Path(__file__).parents[1] / "recordings" / "demo"
NOBODY = "00000000-0000-0000-0000-000000000000"
BODY = {"assistant_id": "interrupt", "input": {"question": "q"}, "stream_mode": ["values", "updates", "tasks"]}


async def waiting(demo: Demo) -> tuple[str, str]:
    """A thread and its run, which waits in an interrupt."""
    thread = (await demo.json("POST", "/threads", {}))["thread_id"]
    run = (await demo.json("POST", f"/threads/{thread}/runs", BODY))["run_id"]
    demo.clock.turn(10)
    return thread, run


def shape(value: Any, *opaque: str) -> Any:
    """The keys of a JSON value all the way down; the values of what the graph decides are left out."""
    if isinstance(value, dict):
        return {key: "…" if key in opaque else shape(one, *opaque) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0], *opaque)] if value else []
    return type(value).__name__


def recorded(name: str) -> list[Frame]:
    return frames((RECORDINGS / name).read_text(encoding="utf-8").splitlines())


def answers(log: Iterable[Frame]) -> list[tuple[str, Any]]:
    """The last part of the address, and the JSON body, of each exchange that has one."""
    urls, found = {}, []
    for frame in log:
        if frame.kind is Kind.REQUEST:
            urls[frame.link] = str(frame.head["url"])
        elif frame.kind is Kind.DATA and frame.body[:1] in b"{[":
            found.append((urls[frame.link], json.loads(frame.body)))
    return found


GRAPHS_OWN = ("values", "input", "result", "value", "payload", "message", "created_by", "title", "app")


async def test_the_answers_have_the_shape_of_those_of_the_real_server() -> None:
    run, thread, state, runs = (body for _, body in answers(recorded("langgraph_interrupt.wire.jsonl")))
    async with running() as demo:
        thread_id, run_id = await waiting(demo)
        base = f"/threads/{thread_id}"
        tasks = {"task": next(iter(thread["interrupts"].values()))}
        mine = await demo.json("GET", base)
        for real, ours in (
            (run, await demo.json("GET", f"{base}/runs/{run_id}")),
            (runs, await demo.json("GET", f"{base}/runs")),
            (state, await demo.json("GET", f"{base}/state")),
            (
                {**thread, "interrupts": tasks},
                {**mine, "interrupts": {"task": next(iter(mine["interrupts"].values()))}},
            ),
        ):
            assert shape(ours, *GRAPHS_OWN) == shape(real, *GRAPHS_OWN)


def told(log: Iterable[Frame]) -> list[tuple[str, Any]]:
    """The events of the first exchange, as their name and the shape of their data."""
    decoder, found = SseDecoder(), []
    for frame in log:
        if frame.kind is Kind.DATA and frame.link == 1:
            found += [event for event in decoder.feed(frame.body) if event.kind == "event"]
    return [(event.name, shaped(event.data)) for event in found]


def shaped(data: str) -> Any:
    value = json.loads(data)
    return shape(value, *GRAPHS_OWN, "draft", "data" if value.get("method") in ("values", "updates") else "")


async def test_the_events_of_a_run_are_those_of_the_real_server() -> None:
    async with running() as demo:
        thread = (await demo.json("POST", "/threads", {}))["thread_id"]
        async with demo.stream("POST", f"/threads/{thread}/runs/stream", BODY) as reading:
            demo.clock.turn(10)
            await reading.rest()
    real = told(recorded("langgraph_interrupt.wire.jsonl"))
    ours = [(event.name, shaped(event.data)) for event in reading.events]
    assert [name for name, _ in ours] == [name for name, _ in real]
    for (name, mine), (_, theirs) in zip(ours, real, strict=True):
        if name != "values":
            assert mine == theirs


async def test_the_v2_events_of_a_run_are_those_of_the_real_server() -> None:
    channels = {"channels": ["lifecycle", "values", "updates", "tasks", "input", "checkpoints", "custom", "messages"]}
    async with running() as demo:
        thread = (await demo.json("POST", "/threads", {}))["thread_id"]
        async with demo.stream("POST", f"/threads/{thread}/stream/events", channels) as reading:
            await demo.json("POST", f"/threads/{thread}/runs", BODY)
            demo.clock.turn(4)
            await reading.until(lambda event: event.id == "11")
    ours = [(event.name, shaped(event.data)) for event in reading.events if event.kind == "event"]
    assert ours == told(recorded("langgraph_interrupt_v2.wire.jsonl"))


async def test_the_server_tells_what_it_is() -> None:
    async with running() as demo:
        assert (await demo.json("GET", "/ok"))["ok"] is True
        assert (await demo.json("GET", "/info"))["version"] == "0.16.7"
        assert "/threads/{thread}/state" in (await demo.json("GET", "/openapi.json"))["paths"]
        rows = await demo.json("POST", "/assistants/search", {"limit": 100})
        assert await demo.json("POST", "/assistants/count", {}) == len(rows) > 10
        assert [row["graph_id"] for row in await demo.json("POST", "/assistants/search", {"graph_id": "silent"})] == [
            "silent"
        ]
        id_ = assistant_of("interrupt")
        assert (await demo.json("GET", f"/assistants/{id_}"))["graph_id"] == "interrupt"
        assert (await demo.json("GET", f"/assistants/{id_}/schemas"))["graph_id"] == "interrupt"
        for name in (id_, "interrupt"):
            assert (await demo.json("GET", f"/assistants/{name}/graph?xray=true"))["nodes"][1]["id"] == "draft"


async def test_the_metrics_tell_a_run_that_nothing_executes() -> None:
    async with running() as demo:
        await demo.server.play("langgraph-blocked-by-zombie")
        await demo.server.play("langgraph-stuck-node")
        demo.clock.turn(5)
        metrics = await demo.json("GET", "/metrics?format=json")
    assert metrics["queue"]["n_running"] == 2
    assert metrics["queue"]["n_pending"] == 1
    assert metrics["queue"]["pending_runs_wait_time_max_secs"] == 5.0
    assert metrics["workers"] == {"max": 10, "active": 1, "available": 9}


async def test_threads_are_found_by_status_and_metadata_a_page_at_a_time() -> None:
    async with running() as demo:
        for number in range(5):
            await demo.json("POST", "/threads", {"metadata": {"even": number % 2 == 0, "number": number}})
        reply = await demo.client.post("/threads/search", json={"metadata": {"even": True}, "limit": 2})
        assert [row["metadata"]["number"] for row in reply.json()] == [4, 2]
        assert (reply.headers["x-pagination-total"], reply.headers["x-pagination-next"]) == ("3", "2")
        reply = await demo.client.post("/threads/search", json={"metadata": {"even": True}, "limit": 2, "offset": 2})
        assert [row["metadata"]["number"] for row in reply.json()] == [0]
        assert "x-pagination-next" not in reply.headers
        thread, _ = await waiting(demo)
        rows = await demo.json("POST", "/threads/search", {"status": "interrupted", "select": ["thread_id", "status"]})
        assert rows == [{"thread_id": thread, "status": "interrupted"}]
        assert await demo.json("POST", "/threads/count", {"status": "idle"}) == 5
        ids = await demo.json("POST", "/threads/search", {"ids": [thread]})
        assert [row["thread_id"] for row in ids] == [thread]
        oldest = await demo.json("POST", "/threads/search", {"sort_by": "updated_at", "sort_order": "asc", "limit": 1})
        assert oldest[0]["metadata"]["number"] == 0


async def test_the_history_goes_back_from_the_newest_checkpoint() -> None:
    async with running() as demo:
        thread, _ = await waiting(demo)
        rows = await demo.json("POST", f"/threads/{thread}/history", {"limit": 2})
        assert [row["next"] for row in rows] == [["review"], ["draft"]]
        before = {"before": {"configurable": {"checkpoint_id": rows[1]["checkpoint_id"]}}}
        (first,) = await demo.json("POST", f"/threads/{thread}/history", before)
        assert (first["next"], first["parent_checkpoint_id"]) == (["__start__"], None)
        at = await demo.json("GET", f"/threads/{thread}/state/{rows[1]['checkpoint_id']}")
        assert at["values"] == rows[1]["values"]


async def test_runs_are_listed_the_newest_first_and_by_status() -> None:
    async with running() as demo:
        thread, first = await waiting(demo)
        second = (await demo.json("POST", f"/threads/{thread}/runs", {**BODY, "assistant_id": "stuck-node"}))["run_id"]
        rows = await demo.json("GET", f"/threads/{thread}/runs?limit=5")
        assert [row["run_id"] for row in rows] == [second, first]
        rows = await demo.json("GET", f"/threads/{thread}/runs?status=success")
        assert [row["run_id"] for row in rows] == [first]
        assert len(await demo.json("GET", f"/threads/{thread}/runs?limit=1&offset=1")) == 1


async def test_cancelling_answers_at_once_and_a_second_time_not_at_all() -> None:
    async with running() as demo:
        thread, _ = await waiting(demo)
        run = (await demo.json("POST", f"/threads/{thread}/runs", {**BODY, "assistant_id": "stuck-node"}))["run_id"]
        demo.clock.turn(3)
        path = f"/threads/{thread}/runs/{run}/cancel"
        assert await demo.json("POST", f"{path}?action=interrupt", status=202) is None
        assert "No matching runs to cancel" in (await demo.json("POST", path, status=404))["detail"]
        run = (await demo.json("POST", f"/threads/{thread}/runs", {**BODY, "assistant_id": "stuck-node"}))["run_id"]
        demo.clock.turn(3)
        assert await demo.json("POST", f"/threads/{thread}/runs/{run}/cancel?wait=true&action=rollback") == {}
        assert await demo.json("GET", f"/threads/{thread}/runs/{run}", status=404) == {"detail": "Not Found"}


async def test_a_thread_is_changed_copied_and_deleted() -> None:
    async with running() as demo:
        thread, run = await waiting(demo)
        changed = await demo.json("PATCH", f"/threads/{thread}", {"metadata": {"mine": 1}})
        assert (changed["metadata"]["mine"], changed["metadata"]["graph_id"]) == (1, "interrupt")
        copy = (await demo.json("POST", f"/threads/{thread}/copy"))["thread_id"]
        assert (await demo.json("GET", f"/threads/{copy}/state"))["next"] == ["review"]
        assert await demo.json("GET", f"/threads/{copy}/runs") == []
        made = await demo.json("POST", f"/threads/{copy}/state", {"values": {"answer": True}, "as_node": "review"})
        assert made["checkpoint"]["checkpoint_id"] == made["checkpoint_id"]
        assert (await demo.json("GET", f"/threads/{copy}/state"))["next"] == ["publish"]
        assert await demo.json("DELETE", f"/threads/{thread}/runs/{run}", status=204) is None
        assert await demo.json("DELETE", f"/threads/{thread}", status=204) is None
        assert "not found" in (await demo.json("GET", f"/threads/{thread}", status=404))["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "detail"),
    [
        ("GET", f"/threads/{NOBODY}", None, 404, f"Thread with ID {NOBODY} not found"),
        ("GET", f"/threads/{NOBODY}/runs/{NOBODY}", None, 404, f"Thread with ID {NOBODY} not found"),
        ("GET", "/threads/zz", None, 422, "Invalid thread ID: must be a UUID"),
        ("GET", "/nothing", None, 404, "Not Found"),
        ("PUT", "/threads/search", None, 405, "Method Not Allowed"),
        ("POST", f"/threads/{NOBODY}/runs", BODY, 404, "Thread or assistant not found."),
        ("POST", f"/threads/{NOBODY}/runs", {"input": {}}, 422, '"assistant_id" is a required property'),
        ("POST", f"/threads/{NOBODY}/runs", {**BODY, "stream_mode": "nonsense"}, 422, "is not valid under any"),
        ("POST", f"/threads/{NOBODY}/runs", {**BODY, "command": 7}, 422, 'is not of type "object"'),
        ("POST", f"/threads/{NOBODY}/runs", {**BODY, "interrupt_before": [1]}, 422, 'is not of type "array"'),
        ("POST", f"/threads/{NOBODY}/stream/events", {}, 400, "channels is required"),
        ("POST", f"/threads/{NOBODY}/stream/events", {"channels": ["nope"]}, 400, "unsupported entries: nope."),
        ("POST", "/threads/search", {"status": "zzz"}, 422, '"zzz" is not one of'),
        ("POST", "/threads", {"thread_id": "zz"}, 422, "must be a UUID"),
        ("POST", "/threads", {"metadata": 1}, 422, "metadata must be an object"),
        ("GET", "/assistants/nope", None, 422, "Invalid assistant ID: must be a UUID"),
        ("GET", f"/assistants/{NOBODY}/graph", None, 404, "not found"),
    ],
)
async def test_a_request_that_cannot_be_met_is_told_why(
    method: str, path: str, body: Any, status: int, detail: str
) -> None:
    async with running() as demo:
        assert detail in (await demo.json(method, path, body, status))["detail"]


async def test_refusals_on_a_thread_that_is_there() -> None:
    async with running() as demo:
        thread, _ = await waiting(demo)
        base = f"/threads/{thread}"
        assert (await demo.json("POST", f"{base}/runs", {"assistant_id": "nope"}, 422))["detail"].startswith(
            "Invalid assistant: 'nope'"
        )
        assert "object" in (await demo.json("POST", f"{base}/history", {"before": "x"}, 422))["detail"]
        assert "string" in (await demo.json("POST", f"{base}/state", {"as_node": 1}, 422))["detail"]
        assert (await demo.json("DELETE", f"{base}/runs/{NOBODY}", status=404))["detail"] == "Run not found"
        assert "cancel" in (await demo.json("POST", f"{base}/runs/{NOBODY}/cancel", status=404))["detail"]
        assert (await demo.json("POST", "/threads", {"thread_id": thread}, 409))["detail"].endswith("already exists")
        assert (await demo.json("POST", "/threads", {"thread_id": thread, "if_exists": "do_nothing"}))["status"]
        await demo.json("POST", f"{base}/runs", BODY)
        assert "in-flight runs" in (await demo.json("POST", f"{base}/state", {"values": {}}, 409))["detail"]
        refused = await demo.json("POST", f"{base}/runs", {**BODY, "multitask_strategy": "reject"}, 409)
        assert refused["detail"].startswith("Thread is already running a task.")


async def test_a_run_may_bring_its_thread_along() -> None:
    async with running() as demo:
        run = await demo.json("POST", f"/threads/{NOBODY}/runs", {**BODY, "if_not_exists": "create"})
        assert (run["thread_id"], run["status"]) == (NOBODY, "pending")
        assert "messages-tuple" in MODES
