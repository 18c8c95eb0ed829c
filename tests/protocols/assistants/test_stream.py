"""Events of a stream: names against payloads, odd payloads, lost names, and what comes after the end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.book import Keys
from inspector.domain.events import ErrorSeen, Noticed, Opened, Purpose, RunKey, StatusSeen
from inspector.domain.sse import SseEvent
from inspector.protocols.assistants.known import Memory
from inspector.protocols.assistants.stream import StreamReader
from inspector.protocols.exchange import Exchange
from tests.protocols.assistants.wire import Log, asking, call, fold, run


def _notices(log: Log, finding: str) -> list[dict[str, Any]]:
    return [dict(fact.values) for fact in fold(log).facts(Noticed) if fact.finding == finding]


def test_the_payload_counts_and_the_name_is_the_second_witness() -> None:
    log = (
        Log()
        .create()
        .event("thread.run.completed", run("incomplete", incomplete_details={"reason": "max_prompt_tokens"}))
    )
    seen = fold(log.end())
    assert seen.run.state == "incomplete"
    assert seen.finding("run.status_mismatch").values["name"] == "thread.run.completed"
    assert seen.finding("run.incomplete").values["reason"] == "max_prompt_tokens"


def test_created_is_no_status_and_so_never_disagrees() -> None:
    seen = fold(Log().create().event("thread.run.created", run("in_progress")))
    assert seen.run.state == "in_progress"
    assert "run.status_mismatch" not in seen.found()


def test_without_a_status_the_name_counts() -> None:
    seen = fold(Log().create().event("thread.run.failed", {"id": "run_1", "object": "thread.run"}).end())
    assert seen.ending() == "failed"


@pytest.mark.parametrize("data", ["{half", "", "[1, 2", "undefined"])
def test_with_an_unreadable_payload_the_name_counts(data: str) -> None:
    seen = fold(Log().create().status("in_progress").event("thread.run.completed", data).end())
    assert seen.ending() == "completed"
    assert seen.finding("stream.bad_data").values["event"] == "thread.run.completed"


def test_the_readable_beginning_of_a_payload_is_read() -> None:
    whole = json.dumps(run("requires_action", required_action=asking(call("a")))) + "}"
    seen = fold(Log().create().event("thread.run.requires_action", whole).end())
    assert seen.run.id == "run_1"
    assert [ask["id"] for ask in seen.finding("run.waiting_for_input").values["asks"]] == ["a"]
    assert "stream.bad_data" in seen.found()


@pytest.mark.parametrize(
    "data, message, code",
    [
        ({"type": "server_error", "code": "c", "message": "m", "param": None}, "m", "c"),
        ({"error": {"message": "m", "code": "c"}}, "m", "c"),
        ({"error": "Timeout", "message": "m"}, "m", "Timeout"),
        ("An error in plain words.", "An error in plain words.", None),
        ("", "an error without a word", None),
    ],
)
def test_an_error_event(data: Any, message: str, code: str | None) -> None:
    seen = fold(Log().create().status("in_progress").event("error", data).end())
    assert seen.facts(ErrorSeen) == [ErrorSeen("event", message, code)]
    assert "stream.error_event" in seen.found()
    assert "stream.bad_data" not in seen.found()
    assert seen.ending() in ("cut", "failed")


@pytest.mark.parametrize(
    "name, data",
    [
        ("", {"event": "thread.run.completed", "data": run("completed")}),
        ("", run("completed")),
        ("message", run("completed")),
    ],
)
def test_a_name_that_was_lost_is_found_again(name: str, data: Any) -> None:
    seen = fold(Log().create().event(name, data).end())
    assert seen.run.id == "run_1"
    assert seen.ending() == "completed"
    assert "run.unknown_word" not in seen.found()


def test_a_nameless_error_is_an_error() -> None:
    seen = fold(Log().create().status("in_progress").event("", {"error": {"message": "m"}}).end())
    assert seen.finding("stream.error_event").values["message"] == "m"


def test_unknown_words_are_told_once_and_kept() -> None:
    log = Log().create().status("in_progress")
    for _ in range(3):
        log.event("thread.run.paused", run("paused")).event("vendor.news", {"x": 1})
    words = [notice["word"] for notice in _notices(log, "run.unknown_word")]
    assert words == ["paused", "thread.run.paused", "vendor.news"]
    assert fold(log).run.state == "paused"


def test_undeclared_codes_are_told() -> None:
    failed = run("failed", last_error={"code": "tool_user_error", "message": "m"})
    seen = fold(Log().create().event("thread.run.failed", failed).end())
    assert seen.finding("run.unknown_word").values["words"] == ["tool_user_error"]
    assert seen.finding("run.failed").values["code"] == "tool_user_error"


@pytest.mark.parametrize("beat", ["ping", "heartbeat", "keepalive"])
def test_a_heartbeat_is_life_but_no_progress(beat: str) -> None:
    log = Log().create().status("in_progress")
    for _ in range(40):
        log.event(beat, "1", after=1000)
    assert fold(log).ending() == "stalled"


def test_an_unknown_event_is_progress() -> None:
    log = Log().create().status("in_progress")
    for _ in range(40):
        log.event("vendor.news", "1", after=1000)
    assert fold(log).ending() == "running"


def test_content_after_the_end_is_told_and_done_is_none() -> None:
    good = Log().create().status("completed").event("done", "[DONE]").event("", "[DONE]").end()
    assert "stream.after_terminal" not in fold(good).found()
    late = Log().create().status("completed").status("in_progress").end()
    assert fold(late).finding("stream.after_terminal").values["event"] == "thread.run.in_progress"
    assert fold(late).ending() == "completed"


def test_done_is_no_end_of_a_run() -> None:
    seen = fold(Log().create().status("in_progress").event("done", "[DONE]").end())
    assert seen.ending() == "cut"
    assert seen.finding("stream.no_terminal").values["word"] == "in_progress"


def test_two_runs_in_one_stream_stay_two() -> None:
    log = Log().create().status("in_progress").event("thread.run.completed", run("completed", id="run_2"))
    seen = fold(log.event("thread.run.completed", run("completed")).end())
    assert [(one.id, one.state) for one in seen.runs] == [("run_1", "completed"), ("run_2", "completed")]
    assert "stream.after_terminal" not in seen.found(0)


def test_a_stream_of_an_unknown_request_is_a_run_all_the_same() -> None:
    log = Log().request("POST", "/proxy/run", {"x": 1}).response().event("thread.created", {"id": "thread_9"})
    seen = fold(log.status("in_progress", after=5))
    assert [opened.purpose for opened in seen.facts(Opened)] == [Purpose.OTHER, Purpose.CREATE]
    assert (seen.run.id, seen.run.thread, seen.ending()) == ("run_1", "thread_1", "running")


def test_bytes_that_are_not_utf8_leave_the_rest_readable() -> None:
    log = Log().create().status("in_progress")
    log.bytes(b'event: thread.message.delta\ndata: {"id":"m","delta":{"content":[{"index":0,"type":"text",')
    log.bytes(b'"text":{"value":"gr\xfc\xdfe"}}]}}\n\n')
    seen = fold(log)
    assert seen.run.messages["m"].text == "gr\ufffd\ufffde"
    assert "stream.bad_data" in seen.found()


def test_the_status_keeps_the_word_on_the_wire() -> None:
    (status,) = fold(Log().create().status("in_progress")).facts(StatusSeen)
    assert (status.state, status.raw, status.witness) == ("in_progress", "in_progress", "stream")


def test_a_row_says_what_the_event_was() -> None:
    keys = Keys(lambda: RunKey(1))
    reader, x = StreamReader(keys, Memory(keys)), Exchange(1)
    failed = json.dumps(run("failed", last_error={"code": "server_error", "message": "Sorry"}))
    delta = json.dumps({"id": "m", "delta": {"content": [{"index": 0, "type": "text", "text": {"value": "Hi"}}]}})
    rows = [
        *reader.read(x, SseEvent("event", "thread.message.delta", delta)),
        *reader.read(x, SseEvent("event", "thread.run.failed", failed)),
        *reader.read(x, SseEvent("event", "done", "[DONE]")),
    ]
    assert [(row.name, row.text, row.content) for row in rows] == [
        ("thread.message.delta", "Hi", True),
        ("thread.run.failed", "failed · server_error · Sorry", True),
        ("done", "[DONE]", False),
    ]


PIECES = st.tuples(st.integers(0, 2), st.text(max_size=3), st.booleans(), st.sampled_from(["m", "n"]))


@given(st.lists(PIECES, max_size=12))
def test_the_short_way_and_the_long_way_give_the_same_text(pieces: list[tuple[int, str, bool, str]]) -> None:
    short, long = Log().create(), Log().create()
    for index, value, note, ident in pieces:
        for log, more in ((short, note), (long, True)):
            body: dict[str, Any] = {"value": value} | ({"annotations": []} if more else {})
            part = {"index": index, "type": "text", "text": body}
            log.event("thread.message.delta", {"id": ident, "delta": {"content": [part]}})
    texts = [{m.id: m.text for m in fold(log).run.messages.values()} for log in (short, long)]
    assert texts[0] == texts[1]


def test_a_piece_of_a_message_that_came_whole_goes_the_long_way() -> None:
    whole = {"id": "m", "object": "thread.message", "content": [{"type": "text", "text": {"value": "ab"}}]}
    piece = {"id": "m", "delta": {"content": [{"index": 0, "type": "text", "text": {"value": "c"}}]}}
    log = Log().create().event("thread.message.delta", piece).event("thread.message.created", whole)
    seen = fold(log.event("thread.message.delta", piece).event("thread.message.delta", piece))
    assert seen.run.messages["m"].text == "abcc"
