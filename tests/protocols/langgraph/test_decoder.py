"""Frames to events: which run an event is of, and what requests and answers tell of it."""

from __future__ import annotations

import json

import pytest

from inspector.domain.events import Acted, Event, Noticed, Purpose
from inspector.domain.frames import Frame, Kind
from inspector.protocols.langgraph.decoder import Decoder
from tests.protocols.langgraph.fakes import AT_RUN, AT_THREAD, NEXT_RUN, RUN, THREAD
from tests.protocols.langgraph.story import Story


def test_a_run_is_named_before_any_byte_of_its_stream() -> None:
    story = Story().create(named=False)
    assert (story.run().id, story.run().thread) == (RUN, THREAD)
    without = Story().request("POST", AT_THREAD + "/runs/stream", {"assistant_id": "g"}).answer()
    (run,) = without.book.runs.values()
    assert (run.id, run.thread) == (None, THREAD)
    without.says("metadata", {"run_id": RUN, "attempt": 1})
    assert without.run() is run


def test_runs_without_a_thread_have_nothing_to_do_with_each_other() -> None:
    story = Story()
    for run in (RUN, NEXT_RUN):
        story.request("POST", "/runs/stream", {"assistant_id": "g"}).answer(content_location=f"/runs/{run}")
        story.says("metadata", {"run_id": run}).says("updates", {"__interrupt__": []}).end()
    assert {story.verdict(run).ending for run in (RUN, NEXT_RUN)} == {"waiting"}
    assert {story.run(run).thread for run in (RUN, NEXT_RUN)} == {None}


def test_a_background_run_is_named_by_its_answer() -> None:
    story = Story().exchange("POST", AT_THREAD + "/runs", {"run_id": RUN, "thread_id": THREAD, "status": "pending"})
    assert (story.run().state, story.run().thread) == ("pending", THREAD)
    assert next(story.case().links()).opened.purpose is Purpose.BACKGROUND


def test_a_threads_stream_carries_several_runs() -> None:
    story = Story().join(AT_THREAD + "/stream")
    for run in (RUN, NEXT_RUN):
        story.says("metadata", {"run_id": run, "attempt": 1}).says("values", {"of": run})
    story.says("state_update", {"values": {}}).says("metadata", {"run_id": NEXT_RUN, "status": "run_done"})
    assert [story.run(run).state for run in (RUN, NEXT_RUN)] == ["running", "ended"]


def test_javascript_names_a_v2_run_only_in_its_tasks() -> None:
    story = Story().events("lifecycle", "tasks", "input").v2("lifecycle", {"event": "running"}, None)
    (run,) = story.book.runs.values()
    assert run.id is None
    story.v2("tasks", {"id": "t", "name": "n", "input": {}, "metadata": {"run_id": RUN}}, None)
    assert story.run().state == "running"
    assert len(story.book.runs) == 1


def test_a_command_on_a_socket_is_answered_by_the_run_that_it_began() -> None:
    story = Story().request("GET", AT_THREAD + "/stream/events")
    sent = {"id": 1, "method": "run.start", "params": {"assistant_id": "g", "input": {"text": "x"}}}
    story.frame(Kind.SOCKET, {"dir": "out", "op": "text"}, json.dumps(sent).encode())
    reply = {"type": "success", "id": 1, "result": {"run_id": RUN}}
    story.frame(Kind.SOCKET, {"dir": "in", "op": "text"}, json.dumps(reply).encode())
    story.frame(Kind.SOCKET, {"dir": "in", "op": "ping"}).frame(Kind.SOCKET, {"dir": "in", "op": "text"}, b"{")
    assert next(fact.accepted for fact, _ in story.run().acted("run.start"))
    refused = {"type": "error", "id": 2, "error": "unknown_command", "message": "no"}
    story.frame(Kind.SOCKET, {"dir": "in", "op": "text"}, json.dumps(refused).encode())
    assert len(story.book.runs) == 1


@pytest.mark.parametrize(("status", "accepted"), [(202, True), (204, True), (404, False), (409, False)])
def test_a_cancel_and_whether_it_was_accepted(status: int, accepted: bool) -> None:
    story = Story().create().exchange("POST", AT_RUN + "/cancel?action=rollback", None, status)
    told = [fact.accepted for fact, _ in story.run().acted("cancel")]
    assert told == [None, accepted]


def test_a_refused_start_is_a_run_that_never_was() -> None:
    story = Story().exchange("POST", AT_THREAD + "/runs/stream", {"detail": "Thread is busy"}, 409)
    (run,) = story.book.runs.values()
    assert any(isinstance(seen.fact, Noticed) and seen.fact.finding == "run.blocked" for seen in run.noticed)
    assert story.only().why == "refused"


@pytest.mark.parametrize(
    ("data", "what"),
    [("{", "data that is not JSON"), ('{"a": 1', "data that is not JSON"), ("[1,]", "data that is not JSON")],
)
def test_data_that_is_no_json_is_told_and_its_name_still_counts(data: str, what: str) -> None:
    story = Story().create().raw(f"event: error\ndata: {data}\n\n")
    assert story.run().state == "error"
    assert [
        seen.fact.values["what"] for seen in story.run().notices("stream.bad_data") if isinstance(seen.fact, Noticed)
    ] == [what]


def test_wait_answers_with_the_values_which_prove_no_success() -> None:
    story = Story().exchange("POST", AT_THREAD + "/runs/wait", {"a": 1}, content_location=AT_RUN)
    assert story.run().state == "ended"
    story = Story().exchange("GET", AT_RUN + "/join", {"__error__": {"error": "E", "message": "m"}})
    assert story.run().state == "error"
    story = Story().exchange("GET", AT_RUN + "/join", b"\n\n" + json.dumps({"__interrupt__": []}).encode())
    assert story.run().state == "waiting"


def test_what_the_server_keeps_beside_runs_is_kept_too() -> None:
    story = Story().exchange("GET", "/assistants/hitl/graph", {"nodes": []})
    assert story.book.said["langgraph", "graph", "hitl"][-1].data == {"nodes": []}


def test_every_event_has_its_place_in_the_log() -> None:
    minted = iter(range(1, 9))
    from inspector.domain.book import Keys
    from inspector.domain.events import RunKey

    decoder = Decoder(Keys(lambda: RunKey(next(minted))))
    head = {"method": "POST", "url": "http://h" + AT_RUN + "/cancel", "headers": {}}
    events: list[Event] = list(decoder.feed(Frame(5, 1.0, 3, Kind.REQUEST, head)))
    assert [(each.seq, each.part, each.link) for each in events] == [(5, n, 3) for n in range(len(events))]
    assert any(isinstance(fact, Acted) for each in events for fact in each.facts)
