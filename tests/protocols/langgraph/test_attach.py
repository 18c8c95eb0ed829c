from __future__ import annotations

from inspector.domain.adapter import Target
from inspector.protocols.langgraph.attach import attach, look, poll_after

BOTH = Target("langgraph", "r", "t")


def test_a_look_asks_for_run_thread_state_and_runs() -> None:
    assert [call.path for call in look(BOTH, {})] == [
        "/threads/t/runs/r",
        "/threads/t/runs",
        "/threads/t",
        "/threads/t/state",
    ]
    assert look(BOTH, {"metrics": True})[-1].path == "/metrics"
    assert look(Target("langgraph", None, "t"), {})[0].path == "/threads/t/runs"
    assert look(Target("langgraph", "r"), {}) == ()


def test_all_streams_of_an_unknown_server_are_tried() -> None:
    ways = attach(BOTH, {})

    assert [way.call.path if way.call else None for way in ways] == [
        "/threads/t/stream/events",
        "/threads/t/stream",
        "/threads/t/runs/r/stream",
        None,
    ]
    assert all(way.call is None or way.call.reads for way in ways)
    assert [way.ends for way in ways] == [False, False, True, True]


def test_what_the_server_does_not_have_is_left_out() -> None:
    ways = attach(BOTH, {"v2": False, "thread_stream": False})

    assert [way.call.path if way.call else None for way in ways] == ["/threads/t/runs/r/stream", None]
    assert (ways[0].closing, ways[0].after) == ("unknown", None)


def test_a_run_that_could_end_with_its_watcher_is_asked_for_instead() -> None:
    ways = attach(BOTH, {"v2": False, "thread_stream": False, "flavour": "aegra"})

    assert [(way.call, way.closing) for way in ways] == [(None, "passive")]


def test_a_join_replays_where_that_is_known_to_work() -> None:
    join = attach(BOTH, {"v2": False, "thread_stream": False, "flavour": "js"})[0]

    assert join.call is not None
    assert join.call.headers == {"Last-Event-ID": "-1"}
    assert join.resumes == "Last-Event-ID"
    assert join.closing == "passive"


def test_a_thread_alone_has_no_run_to_join() -> None:
    assert len(attach(Target("langgraph", None, "t"), {})) == 3
    assert [way.call for way in attach(Target("langgraph", "r"), {})] == [None]


def test_the_server_may_ask_for_patience() -> None:
    assert poll_after({"Retry-After": "7"}) == 7.0
    assert poll_after({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}) is None
    assert poll_after({}) is None
