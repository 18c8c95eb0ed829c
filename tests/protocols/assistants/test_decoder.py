"""Exchanges: what a request is for, which run it is about, and what an act and its answer mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.book import Keys
from inspector.domain.case import Case
from inspector.domain.diagnosis import judge
from inspector.domain.events import Acted, Noticed, Opened, Purpose, RunKey, ToolCallSeen
from inspector.domain.frames import Frame, Kind
from inspector.protocols.assistants import ADAPTER
from inspector.protocols.assistants.chart import MESSAGE_EVENTS, RUN_EVENTS, STEP_EVENTS
from inspector.protocols.assistants.decoder import AssistantsDecoder
from tests.protocols.assistants.test_deltas import JSON
from tests.protocols.assistants.wire import BASE, Log, asking, call, fold, run, step

RUN = "/threads/thread_1/runs/run_1"


@pytest.mark.parametrize(
    "method, path, body, purpose",
    [
        ("POST", "/threads/thread_1/runs", {"stream": True}, Purpose.CREATE),
        ("POST", "/threads/thread_1/runs", {"stream": False}, Purpose.BACKGROUND),
        ("POST", "/threads/runs", {"stream": True}, Purpose.CREATE),
        ("POST", f"{RUN}/submit_tool_outputs", {"stream": True}, Purpose.CONTINUE),
        ("POST", f"{RUN}/submit_tool_outputs", {}, Purpose.ACT),
        ("POST", f"{RUN}/cancel", None, Purpose.ACT),
        ("GET", RUN, None, Purpose.READ),
        ("POST", "/threads/thread_1/messages", {"role": "user"}, Purpose.OTHER),
        ("DELETE", "/threads/thread_1", None, Purpose.OTHER),
        ("POST", "/chat/completions", {"stream": True}, Purpose.OTHER),
    ],
)
def test_the_purpose_of_a_request(method: str, path: str, body: Any, purpose: Purpose) -> None:
    (opened,) = fold(Log().request(method, path, body)).facts(Opened)
    assert opened.purpose is purpose


def test_a_run_is_named_by_the_request_for_it() -> None:
    seen = fold(Log().request("GET", RUN))
    assert (seen.run.id, seen.run.thread) == ("run_1", "thread_1")


def test_a_run_that_is_asked_for_has_the_thread_of_its_path_and_no_id_yet() -> None:
    seen = fold(Log().create("thread_7"))
    assert (seen.run.id, seen.run.thread, seen.ending()) == (None, "thread_7", "not_started")


def test_the_stream_of_submitted_outputs_continues_the_run() -> None:
    log = Log().create().status("requires_action", required_action=asking(call("a"))).end()
    sent = {"tool_outputs": [{"tool_call_id": "a", "output": "12"}], "stream": True}
    log.request("POST", f"{RUN}/submit_tool_outputs", sent).response()
    log.status("queued").status("in_progress").status("completed").end()
    seen = fold(log)
    assert seen.run.tools["a"].output == "12"
    assert seen.ending() == "completed"
    assert seen.found() == set()
    assert [t.target for t in seen.run.transitions] == ["requires_action", "queued", "in_progress", "completed"]


def test_a_stream_that_calls_the_run_otherwise_than_its_url_is_of_one_run() -> None:
    """As recorders leave it, which make ids in addresses equal."""
    log = Log().request("POST", "/threads/x/runs/run_x/submit_tool_outputs", {"stream": True}).response()
    seen = fold(log.status("in_progress").status("completed").end())
    assert (seen.run.id, seen.run.thread, seen.run.state) == ("run_1", "thread_1", "completed")


def test_one_address_for_two_runs_does_not_make_them_one() -> None:
    log = Log().request("POST", "/threads/x/runs/run_x/submit_tool_outputs", {"stream": True}).response()
    log.status("completed").end().request(
        "POST", "/threads/x/runs/run_x/submit_tool_outputs", {"stream": True}
    ).response()
    seen = fold(log.event("thread.run.failed", run("failed", id="run_2")).end())
    assert [(one.id, one.state) for one in seen.runs] == [("run_1", "completed"), ("run_2", "failed")]


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_the_same_request_after_no_answer_is_another_attempt(status: int) -> None:
    log = Log().post("/threads/thread_1/runs", {"assistant_id": "asst_1", "stream": True}, {"error": {}}, status)
    seen = fold(log.create().status("completed").end())
    assert (seen.run.id, seen.ending()) == ("run_1", "completed")
    assert seen.finding("stream.attempts").values["times"] == 2
    assert seen.finding("stream.http_error").severity == "note"


def test_the_same_request_after_an_answer_is_another_run() -> None:
    log = Log().post("/threads/thread_1/runs", {"assistant_id": "asst_1", "stream": True}, {"error": {}}, 400)
    log.create().status("completed").end().create().status("failed", id="run_2").end()
    assert [one.id for one in fold(log).runs] == [None, "run_1", "run_2"]


def test_a_connection_that_broke_before_its_answer_is_an_attempt_too() -> None:
    log = Log().request("POST", "/threads/thread_1/runs", {"assistant_id": "asst_1", "stream": True}).end("reset")
    assert fold(log.create().status("completed").end()).run.id == "run_1"


def test_outputs_count_as_given_once_they_are_sent() -> None:
    sent = {"tool_outputs": [{"tool_call_id": "a", "output": "12"}, {"tool_call_id": "b", "output": 5}, {}, 3]}
    given = fold(Log().request("POST", f"{RUN}/submit_tool_outputs", sent)).facts(ToolCallSeen)
    assert [(fact.id, fact.output) for fact in given] == [("a", "12"), ("b", "5")]


def test_an_act_is_sent_and_then_taken_or_not() -> None:
    taken = fold(Log().post(f"{RUN}/cancel", None, run("cancelling"))).facts(Acted)
    assert taken == [Acted("cancel", None, {}), Acted("cancel", True, {})]
    refusal = {"error": {"message": "Cannot cancel run with status 'completed'."}}
    seen = fold(Log().post(f"{RUN}/cancel", None, refusal, 400))
    assert [act.accepted for act in seen.facts(Acted)] == [None, False]
    assert seen.ending() == "completed"


def test_an_accepted_cancel_is_pending_until_the_end() -> None:
    log = Log().create().status("in_progress").post(f"{RUN}/cancel", None, run("cancelling"))
    assert "run.cancel_pending" in fold(log).found()
    log.get(RUN, run("cancelled"))
    assert "run.cancel_pending" not in fold(log).found()
    assert fold(log).ending() == "cancelled"


def test_approvals_are_an_act_of_their_own() -> None:
    sent = {"tool_approvals": [{"tool_call_id": "m", "approve": True}]}
    acts = fold(Log().post(f"{RUN}/submit_tool_outputs", sent, run("queued"))).facts(Acted)
    assert acts == [Acted("approve", None, {"calls": ["m"]}), Acted("approve", True, {"calls": ["m"]})]


def test_the_run_in_the_way_is_named_but_is_no_run_of_the_log() -> None:
    message = "Thread thread_1 already has an active run run_9."
    log = Log().post("/threads/thread_1/runs", {"stream": True}, {"error": {"message": message}}, 400)
    seen = fold(log)
    assert (seen.run.id, seen.ending()) == (None, "failed")
    assert seen.finding("run.blocked").values == {"run": "run_9", "message": message}


def test_a_message_that_is_refused_belongs_to_no_run_but_is_told() -> None:
    message = "Can't add messages to thread_1 while a run run_9 is active."
    seen = fold(Log().post("/threads/thread_1/messages", {"role": "user"}, {"error": {"message": message}}, 400))
    assert seen.runs == []
    assert Noticed("run.blocked", {"run": "run_9", "message": message}) in seen.facts(Noticed)


def test_json_where_a_stream_was_asked_for_is_told_and_still_read() -> None:
    log = Log().post("/threads/thread_1/runs", {"stream": True}, run("queued"))
    seen = fold(log)
    assert (seen.run.id, seen.ending()) == ("run_1", "not_started")
    assert seen.finding("stream.not_a_stream").values["type"] == "application/json"


def test_html_where_a_stream_was_asked_for() -> None:
    log = Log().request("POST", "/threads/thread_1/runs", {"stream": True}).answer("<html>hi</html>", kind="text/html")
    seen = fold(log)
    values = seen.finding("stream.not_a_stream").values
    assert (values["type"], values["text"], values["run"]) == ("text/html", "<html>hi</html>", False)


def test_a_stream_where_none_was_asked_for_is_read() -> None:
    log = Log().request("POST", "/threads/thread_1/runs", {"assistant_id": "a"}).response().status("completed").end()
    seen = fold(log)
    assert [opened.purpose for opened in seen.facts(Opened)] == [Purpose.BACKGROUND, Purpose.CREATE]
    assert seen.ending() == "completed"


def test_a_run_outlives_the_connection_that_started_it() -> None:
    log = Log().create().status("in_progress").end("closed", "client")
    assert fold(log).facts(Opened)[0].cancels_on_close is False
    assert fold(log).ending() == "cut"


def test_an_error_answer_is_read_whatever_it_calls_itself() -> None:
    log = Log().request("POST", "/threads/thread_1/runs", {"stream": True}).response(503)
    seen = fold(log.bytes(b"upstream is away").end())
    assert seen.finding("stream.http_error").values["message"] == "upstream is away"


FRAMES = st.builds(
    lambda kind, link, head, body: (kind, link, head, body),
    st.sampled_from(list(Kind)),
    st.integers(0, 3),
    st.fixed_dictionaries(
        {},
        optional={
            "method": st.sampled_from(["GET", "POST", "DELETE", ""]),
            "url": st.sampled_from(
                ["/threads/runs", RUN, f"{RUN}/steps", f"{RUN}/cancel", "/threads/t/messages", "x://["]
            )
            | st.text(max_size=10),
            "status": st.sampled_from([200, 400, 404, 500]) | st.none(),
            "headers": st.dictionaries(
                st.sampled_from(["content-type", "date", "x-stainless-retry-count"]),
                st.sampled_from(["text/event-stream", "application/json", "1"]) | st.text(max_size=5),
                max_size=2,
            ),
            "how": st.sampled_from(["eof", "cut", "closed"]),
        },
    ),
    st.binary(max_size=60) | st.text(max_size=20).map(str.encode),
)


@given(st.lists(FRAMES, max_size=12))
def test_any_frames_can_be_decoded(parts: list[tuple[Kind, int, dict[str, Any], bytes]]) -> None:
    minted = iter(range(1, 1000))
    decoder = AssistantsDecoder(Keys(lambda: RunKey(next(minted))))
    for seq, (kind, link, head, body) in enumerate(parts, 1):
        decoder.feed(Frame(seq, float(seq), link, kind, head, body))


NAMES = st.sampled_from(
    sorted({*RUN_EVENTS, *STEP_EVENTS, *MESSAGE_EVENTS, "error", "thread.created", "done", "", "x"})
)
OBJECTS = st.one_of(
    JSON,
    st.fixed_dictionaries(
        {"id": st.sampled_from(["run_1", "run_2", "m"]) | JSON},
        optional={
            "object": st.sampled_from(["thread.run", "thread.message", "thread.run.step"]) | JSON,
            "status": st.sampled_from(["queued", "requires_action", "completed", "odd"]) | JSON,
            "run_id": st.sampled_from(["run_1", "run_2"]) | JSON,
            "required_action": JSON | st.just(asking(call("a"))),
            "step_details": JSON | st.just(step(call("a"))["step_details"]),
            "delta": JSON | st.fixed_dictionaries({"content": JSON, "step_details": JSON}),
            "data": JSON,
            "last_error": JSON,
            "expires_at": JSON,
            "usage": JSON,
        },
    ),
)


@given(st.lists(st.tuples(NAMES, OBJECTS), max_size=6), st.lists(OBJECTS, max_size=3))
def test_any_json_can_be_judged(events: list[tuple[str, Any]], answers: list[Any]) -> None:
    log = Log().create()
    for name, data in events:
        log.event(name, data)
    log.end()
    for path in (RUN, f"{RUN}/steps", "/threads/thread_1/messages?run_id=run_1", "/threads/thread_1/runs"):
        for answer in answers:
            log.get(path, answer)
    seen = fold(log)
    for one in seen.runs:
        case = Case(one, seen.book, wall_ms=0.0)
        judge(case, seen.book.now, ADAPTER.rules, ADAPTER.has_terminal_event)
        ADAPTER.actions(case, seen.book.now)
        ADAPTER.draw(case, seen.book.now)


def test_the_base_of_the_address_does_not_matter() -> None:
    for base in (BASE, "https://r.services.ai.azure.com/api/projects/p", "https://r.openai.azure.com/openai", ""):
        frame = Frame(1, 0.0, 1, Kind.REQUEST, {"method": "GET", "url": f"{base}{RUN}?api-version=v1"})
        assert fold([frame]).run.id == "run_1"
