from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.adapter import Page, Query, RunRef, Target, ThreadRef
from inspector.domain.calls import Reply
from inspector.domain.errors import UserError
from inspector.protocols.assistants.discover import (
    NEEDS_THREAD,
    NO_THREADS,
    attach,
    discover,
    look,
    poll_after,
    probe,
)
from tests.protocols.assistants.wire import drive, json_reply, run

ASSISTANTS = {"object": "list", "data": [{"id": "asst_1", "object": "assistant", "name": "Weather"}, {"id": "asst_2"}]}
NOT_THERE = {"error": {"message": "No thread found with id 'thread_0'.", "type": "invalid_request_error"}}
NO_ROUTE = {"detail": "Not Found"}


def test_a_server_that_lists_assistants() -> None:
    found, calls = drive(
        probe(),
        json_reply(ASSISTANTS, openai_version="2020-10-01"),
        json_reply(NO_ROUTE, 404),
        json_reply(NOT_THERE, 404),
    )
    assert found.sure >= 0.9
    assert found.assistants == (("asst_1", "Weather"), ("asst_2", "asst_2"))
    assert found.capabilities == {"threads": False, "assistants": True}
    assert found.server == "OpenAI"
    assert [what for what, _ in found.tried][:2] == ["GET /assistants", "GET /threads"]
    assert all(call.reads and call.method == "GET" for call in calls)


def test_a_server_that_lists_threads() -> None:
    threads = {"object": "list", "data": [], "has_more": False}
    found, _ = drive(probe(), json_reply({"data": []}), json_reply(threads), json_reply(NOT_THERE, 404))
    assert found.sure >= 0.8
    assert found.capabilities["threads"] is True


@pytest.mark.parametrize(
    "nothing, least, most",
    [
        (json_reply(NOT_THERE, 404), 0.6, 1.0),
        (json_reply({"detail": "Thread not found."}, 404), 0.5, 0.65),
        (json_reply({"object": "list", "data": []}), 0.5, 0.9),
        (json_reply(NO_ROUTE, 404), 0.0, 0.1),
        (json_reply("<html>", 200), 0.0, 0.1),
    ],
)
def test_how_a_server_denies_a_thread_tells_what_it_is(nothing: Reply, least: float, most: float) -> None:
    found, _ = drive(probe(), json_reply(NO_ROUTE, 404), json_reply(NO_ROUTE, 404), nothing)
    assert least <= found.sure <= most


def test_a_key_that_is_refused_is_a_problem_in_words() -> None:
    refusal = json_reply({"error": {"message": "Incorrect API key provided"}}, 401)
    found, _ = drive(probe(), refusal, refusal, refusal)
    assert found.problem == "The server answered 401: Incorrect API key provided"
    assert 0.2 <= found.sure < 0.5


def test_a_server_that_cannot_be_reached_is_asked_once() -> None:
    found, calls = drive(probe(), Reply(0, error="Nobody listens there."))
    assert (found.sure, found.problem, len(calls)) == (0.0, "Nobody listens there.", 1)


def _page(query: Query, *replies: Reply) -> tuple[Page, Any]:
    page, (call,) = drive(discover(query), *replies)
    return page, call


def test_runs_of_a_thread_in_pages() -> None:
    listed = {
        "data": [run("completed", created_at=1790000000), run("failed", id="run_2", created_at="2026-11-21T00:00:00Z")],
        "has_more": True,
        "last_id": "run_2",
    }
    page, call = _page(Query("runs", "thread_1", limit=2), json_reply(listed))
    assert call.path == "/threads/thread_1/runs"
    assert dict(call.query) == {"limit": "2", "order": "desc"}
    assert page.items == (
        RunRef("run_1", "thread_1", "completed", 1790000000.0, "asst_1"),
        RunRef("run_2", "thread_1", "failed", "2026-11-21T00:00:00Z", "asst_1"),
    )
    assert page.next == "run_2"
    last, call = _page(Query("runs", "thread_1", after="run_2"), json_reply({"data": [], "has_more": False}))
    assert (last.items, last.next) == ((), None)
    assert dict(call.query)["after"] == "run_2"


def test_a_server_that_pages_in_circles_ends() -> None:
    body = {"data": [run("completed")], "has_more": True, "last_id": "run_1"}
    assert _page(Query("runs", "thread_1", after="run_1"), json_reply(body))[0].next is None


def test_what_the_server_cannot_filter_is_filtered() -> None:
    body = {"data": [run("completed"), run("failed", id="run_2", metadata={"user": "ann"})]}
    for query in (Query("runs", "thread_1", status="failed"), Query("runs", "thread_1", metadata={"user": "ann"})):
        assert [ref.id for ref in _page(query, json_reply(body))[0].items] == ["run_2"]


def test_threads_where_they_are_listed() -> None:
    body = {"data": [{"id": "thread_1", "created_at": 1790000000, "metadata": {"title": "Trip"}}], "has_more": False}
    page, _ = _page(Query("threads"), json_reply(body))
    assert page.items == (ThreadRef("thread_1", None, 1790000000.0, "Trip", {"title": "Trip"}),)


@pytest.mark.parametrize("status", [404, 405])
def test_threads_where_they_are_not(status: int) -> None:
    assert _page(Query("threads"), json_reply(NO_ROUTE, status))[0].error == NO_THREADS


@pytest.mark.parametrize(
    "reply, part",
    [
        (json_reply({"error": {"message": "No thread found"}}, 404), "No thread found"),
        (json_reply({"error": {"message": "bad key"}}, 401), "401: bad key"),
        (Reply(0, error="Nobody listens there."), "Nobody listens there."),
        (Reply(502, body="<html>Bad gateway</html>"), "502"),
    ],
)
def test_a_list_that_fails_is_one_sentence(reply: Reply, part: str) -> None:
    error = _page(Query("runs", "thread_1"), reply)[0].error
    assert error is not None
    assert part in error


def test_runs_need_their_thread() -> None:
    page, calls = drive(discover(Query("runs")))
    assert (page.error, calls) == (NEEDS_THREAD, [])
    with pytest.raises(UserError, match="thread"):
        look(Target("assistants", run="run_1"))


def test_the_reads_that_tell_how_a_run_stands() -> None:
    calls = look(Target("assistants", "run_1", "thread_1"))
    assert [call.path for call in calls] == [
        "/threads/thread_1/runs/run_1",
        "/threads/thread_1/runs/run_1/steps",
        "/threads/thread_1/messages",
    ]
    assert dict(calls[2].query)["run_id"] == "run_1"
    assert all(call.reads and call.headers["OpenAI-Beta"] == "assistants=v2" for call in calls)


def test_the_reads_for_a_thread_alone() -> None:
    assert [call.path for call in look(Target("assistants", thread="t"))] == [
        "/threads/t",
        "/threads/t/runs",
        "/threads/t/messages",
    ]


def test_nothing_can_be_joined() -> None:
    (source,) = attach(Target("assistants", "run_1", "thread_1"))
    assert (source.call, source.closing) == (None, "passive")


@pytest.mark.parametrize(
    "headers, seconds",
    [
        ({"openai-poll-after-ms": "5000"}, 5.0),
        ({"OpenAI-Poll-After-Ms": "0"}, 0.2),
        ({"openai-poll-after-ms": "99999999"}, 60.0),
        ({"openai-poll-after-ms": "soon"}, None),
        ({"openai-poll-after-ms": "nan"}, None),
        ({}, None),
    ],
)
def test_when_to_ask_again(headers: dict[str, str], seconds: float | None) -> None:
    assert poll_after(headers) == seconds
