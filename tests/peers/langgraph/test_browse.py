"""Asking a real server what it is and has, watching, starting, drawing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from inspector.domain.adapter import Page, Query, RunRef, Target, ThreadRef
from inspector.domain.calls import Call
from inspector.protocols.langgraph.attach import attach
from inspector.protocols.langgraph.discover import discover
from inspector.protocols.langgraph.graph import draw, drawing_call
from inspector.protocols.langgraph.probe import probe
from tests.peers.langgraph.desk import Desk

pytestmark = pytest.mark.peer


def test_the_server_says_what_it_is_and_what_it_can(desk: Desk) -> None:
    found = desk.drive(probe())

    assert found.sure > 0.9
    assert "Python" in found.server
    assert found.problem is None
    assert found.capabilities["flavour"] == "python"
    assert found.capabilities["v2"] is True
    assert found.capabilities["thread_stream"] is True
    assert found.capabilities["metrics"] is True
    assert "tasks" in found.capabilities["stream_modes"]
    assert {"hitl", "fan"} <= {name for _, name in found.assistants}


def pages(desk: Desk, query: Query) -> list[Page]:
    found = [desk.drive(discover(query))]
    while found[-1].next is not None:
        query = Query(query.kind, query.thread, query.status, query.metadata, query.limit, found[-1].next)
        found.append(desk.drive(discover(query)))
    return found


def test_threads_by_metadata_and_status_in_pages(desk: Desk) -> None:
    mark = {"batch": desk.thread()}
    made = [desk.client.post("/threads", json={"metadata": mark}).json()["thread_id"] for _ in range(5)]
    desk.run(made[0], "hitl")
    desk.until(made[0], lambda row: row["status"] == "interrupted")

    all_of_them = pages(desk, Query("threads", metadata=mark, limit=2))
    waiting = pages(desk, Query("threads", status="interrupted", metadata=mark))

    assert [len(page.items) for page in all_of_them] == [2, 2, 1]
    assert all_of_them[0].total == 5
    listed = [row for page in all_of_them for row in page.items if isinstance(row, ThreadRef)]
    assert {row.id for row in listed} == set(made)
    assert listed[0].id == made[0], "the one that changed last comes first"
    assert [row.id for page in waiting for row in page.items] == [made[0]]


def test_runs_of_a_thread_in_pages_and_by_status(desk: Desk) -> None:
    thread, first = desk.got_to("steps")
    runs = [first, desk.run(thread, "boom"), desk.run(thread, "steps")]
    desk.client.get(f"/threads/{thread}/runs/{runs[-1]}/join")

    listed = pages(desk, Query("runs", thread, limit=2))
    failed = pages(desk, Query("runs", thread, status="error"))

    assert {row.id for page in listed for row in page.items} == set(runs)
    assert [row.id for page in failed for row in page.items] == [runs[1]]
    row = listed[0].items[0]
    assert isinstance(row, RunRef)
    assert row.thread == thread
    assert row.created_at


def test_runs_of_all_threads(desk: Desk) -> None:
    thread, run = desk.got_to("steps")

    found = desk.drive(discover(Query("runs")))

    assert (run, thread) in {(row.id, row.thread) for row in found.items if isinstance(row, RunRef)}


def test_a_thread_that_is_not_there_has_a_sentence(desk: Desk) -> None:
    found = desk.drive(discover(Query("runs", "00000000-0000-0000-0000-000000000000")))

    assert found.items == ()
    assert found.error is None or "404" in found.error


def until(desk: Desk, holds: Callable[[], bool], seconds: float = 20.0) -> None:
    pause = threading.Event()
    end = desk.now() + seconds * 1000
    while not holds():
        assert desk.now() < end, "never so"
        pause.wait(0.05)


@pytest.mark.parametrize("source", [0, 1, 2])
def test_a_foreign_run_is_seen_through_each_stream(desk: Desk, source: int) -> None:
    thread, run = desk.under_way(
        "hang", "crawl", {"seconds": 2}, stream_mode=["values", "tasks"], stream_resumable=True
    )
    ways = attach(Target("langgraph", run, thread), desk.capabilities)
    assert [way.call is None for way in ways] == [False, False, False, True]
    call = ways[source].call
    assert isinstance(call, Call)
    assert call.reads

    before = desk.case(run).run.events
    assert desk.send(call).ok
    until(desk, lambda: (desk.case(run).run.content_at or 0) > 0 and desk.case(run).run.events > before)
    desk.until(thread, lambda row: row["status"] != "busy")
    desk.look(run, thread)

    assert desk.case(run).run.state == "success"


def test_a_started_run_streams_and_is_named_by_its_header(desk: Desk) -> None:
    reply = desk.start({"assistant_id": "fan", "input": {}})

    assert reply.ok
    place = reply.headers["content-location"].split("/")
    thread, run = place[2], place[4]
    desk.until(thread, lambda row: row["status"] == "idle")
    until(desk, lambda: any(node.name == "join" for node in desk.case(run).run.nodes.values()))
    row: dict[str, Any] = desk.client.get(f"/threads/{thread}/runs/{run}").json()
    assert row["kwargs"]["resumable"] is True
    assert row["kwargs"]["subgraphs"] is True
    assert row["multitask_strategy"] == "reject"


def drawing_of(desk: Desk, run: str) -> dict[str, str]:
    call = drawing_call(desk.case(run))
    assert call is not None
    assert desk.send(call).ok
    assert drawing_call(desk.case(run)) is None
    drawing = draw(desk.case(run), desk.now())
    assert drawing is not None
    assert {edge[0] for edge in drawing.edges} <= {node for node, _ in drawing.nodes}
    return dict(drawing.lit)


def test_the_node_that_hangs_is_lit(desk: Desk) -> None:
    _, run = desk.under_way("hang", "crawl")

    lit = drawing_of(desk, run)
    assert lit["crawl"] == "active"
    later = draw(desk.case(run), desk.now() + 60_000)
    assert later is not None
    assert later.lit["crawl"] == "stuck"
    desk.act("cancel", run)


def test_waiting_failed_and_nested_nodes_are_lit(desk: Desk) -> None:
    assert drawing_of(desk, desk.got_to("hitl")[1])["review"] == "waiting"
    assert drawing_of(desk, desk.got_to("boom")[1])["explode"] == "failed"
    assert drawing_of(desk, desk.got_to("nested")[1])["inner:review"] == "waiting"
    assert drawing_of(desk, desk.got_to("stop")[1])["second"] == "waiting"


def test_the_tasks_of_a_stream_light_subgraphs(desk: Desk) -> None:
    reply = desk.start({"assistant_id": "fan", "input": {}})
    thread, run = reply.headers["content-location"].split("/")[2::2]
    desk.until(thread, lambda row: row["status"] == "idle")
    until(desk, lambda: any(node.name == "join" and node.phase == "end" for node in desk.case(run).run.nodes.values()))
    desk.look(run, thread)

    lit = drawing_of(desk, run)

    assert {lit[name] for name in ("split", "researcher:fetch", "researcher:condense", "join", "__end__")} == {"done"}
