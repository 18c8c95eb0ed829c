from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.domain.remarks import Remarks
from inspector.store import har_file
from inspector.store.log import ReadLog
from inspector.store.open import open_log
from tests.protocols.recorded import FOLDER, fold, verdicts

ZERO = 1_790_000_000.5
STREAM = "event: a\ndata: {}\n\ndata: [DONE]\n\n"


def entry(**more: Any) -> dict[str, Any]:
    """An exchange as a browser writes it."""
    return {
        "startedDateTime": "2026-09-21T13:33:20.500Z",
        "time": 900.5,
        "request": {
            "method": "POST",
            "url": "https://a.test/v1/threads/runs",
            "headers": [{"name": ":authority", "value": "a.test"}, {"name": "X-A", "value": "1"}],
            "postData": {"mimeType": "application/json", "text": '{"stream": true}'},
        },
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "text/event-stream"}],
            "content": {"size": len(STREAM), "mimeType": "text/event-stream", "text": STREAM},
        },
        "timings": {"blocked": -1, "dns": 2, "connect": 3, "send": 1, "wait": 94, "receive": 800},
        **more,
    }


def read(*entries: object) -> ReadLog:
    content = json.dumps({"log": {"version": "1.2", "creator": {"name": "B", "version": "1"}, "entries": entries}})
    assert har_file.sniff(content.encode()[:65536])
    return har_file.read(BytesIO(content.encode()), "a.har")


def test_an_exchange_with_its_times() -> None:
    log = read(entry())
    request, response, *data, end = log
    assert (request.at, response.at, end.at) == (0.0, 100.0, 900.5)
    assert request.head == {
        "method": "POST",
        "url": "https://a.test/v1/threads/runs",
        "headers": {"x-a": "1"},
        "json": True,
    }
    assert json.loads(request.body) == {"stream": True}
    assert (response.head["status"], response.headers["content-type"]) == (200, "text/event-stream")
    assert [frame.body for frame in data] == [b"event: a\ndata: {}\n\n", b"data: [DONE]\n\n"]
    assert end.head == {"how": "eof", "by": "server", "assumed": True}
    assert (log.started_ms, log.head["server"]) == (1_789_997_600_500.0, "HAR of B 1")
    assert log.warnings == [har_file.STREAM_TIMES]


def test_the_credentials_of_a_browser_stay_behind() -> None:
    asked = entry()
    asked["request"]["headers"] += [
        {"name": "Authorization", "value": "Bearer sk-1234567890"},
        {"name": "Cookie", "value": "session=1234567890"},
    ]
    asked["request"]["url"] += "?api_key=1234567890"
    asked["response"]["headers"].append({"name": "Set-Cookie", "value": "session=1234567890"})
    log = read(asked)
    assert log.frame(1).headers["authorization"] == "Bearer <redacted>"
    assert "1234567890" not in str(list(log))


def test_exchanges_at_the_same_time_are_told_apart_and_in_order() -> None:
    second = entry(startedDateTime="2026-09-21T13:33:20.550+00:00", time=10, timings={"wait": 4})
    log = read(entry(), second)
    assert [(frame.link, frame.at) for frame in log if frame.kind in (Kind.REQUEST, Kind.END)] == [
        (1, 0.0),
        (2, 50.0),
        (2, 60.0),
        (1, 900.5),
    ]
    assert [frame.seq for frame in log] == list(range(1, len(log) + 1))


def test_a_base64_body_and_a_form() -> None:
    request = {"url": "/a", "headers": [], "postData": {"params": [{"name": "a", "value": "1"}]}}
    content = {"text": base64.b64encode(b"\xff\x00").decode(), "encoding": "base64"}
    first, _, data, _ = read(entry(request=request, response={"status": 200, "content": content}))
    assert (first.head["method"], first.body, data.body) == ("GET", b"a=1", b"\xff\x00")


@pytest.mark.parametrize(
    "error, status, how, by",
    (
        ("net::ERR_INCOMPLETE_CHUNKED_ENCODING", 200, "cut", "server"),
        ("peer closed connection without sending complete message body", 200, "cut", "server"),
        ("net::ERR_CONNECTION_RESET", 200, "reset", "server"),
        ("net::ERR_CONNECTION_REFUSED", 0, "refused", "server"),
        ("net::ERR_ABORTED", 200, "closed", "client"),
        ("Client disconnected.", 200, "closed", "client"),
        ("something else", 200, "cut", "server"),
        ("", 0, "refused", "server"),
    ),
)
def test_a_failed_exchange_says_how(error: str, status: int, how: str, by: str) -> None:
    response = {"status": status, "headers": [], "content": {}, "_error": error or None}
    *_, end = read(entry(response=response))
    assert (end.kind, end.head["how"], end.head["by"]) == (Kind.END, how, by)
    assert end.head["detail"] == (error or "no answer was recorded")


def test_a_socket_with_the_times_of_its_frames() -> None:
    messages = [
        {"type": "send", "time": ZERO - 2399.5 + 0.25, "opcode": 1, "data": "start {}"},
        {"type": "receive", "time": ZERO - 2399.5 + 1, "opcode": 1, "data": '{"type": "logs"}'},
        {"type": "receive", "time": ZERO - 2399.5 + 2, "opcode": 2, "data": base64.b64encode(b"\x00\xff").decode()},
    ]
    log = read(entry(response={"status": 101, "headers": []}, _webSocketMessages=messages))
    frames = [frame for frame in log if frame.kind is Kind.SOCKET]
    assert [(frame.head["dir"], frame.head["op"], frame.body) for frame in frames] == [
        ("out", "text", b"start {}"),
        ("in", "text", b'{"type": "logs"}'),
        ("in", "binary", b"\x00\xff"),
    ]
    assert frames[1].at - frames[0].at == pytest.approx(750, abs=0.01)
    assert log.frame(len(log)).kind is Kind.SOCKET, "nobody said that it ended"


def test_the_messages_of_an_event_source_stand_for_a_body_that_was_not_kept() -> None:
    began = 1_789_997_600.5
    messages = [{"time": began + 1, "eventName": "a", "eventId": "7", "data": "1\n2"}, {"time": began + 3, "data": "x"}]
    response = {"status": 200, "headers": [], "content": {"size": 90, "mimeType": "text/event-stream"}}
    log = read(entry(response=response, _eventSourceMessages=messages))
    data = [frame for frame in log if frame.kind is Kind.DATA]
    assert [frame.body for frame in data] == [b"event: a\nid: 7\ndata: 1\ndata: 2\n\n", b"data: x\n\n"]
    assert [round(frame.at) for frame in data] == [1000, 3000]
    assert log.warnings == []


def test_a_body_that_was_not_saved_is_said() -> None:
    log = read(entry(response={"status": 200, "content": {"size": 90, "mimeType": "application/json"}}))
    assert log.warnings == ["Entry 1: the body of its answer was not saved with it."]


def test_entries_that_cannot_be_used_are_left_out_and_named() -> None:
    log = read("x", entry(), {"startedDateTime": "soon", "request": {"url": "/"}}, {"request": {}})
    assert len(log) == 5
    assert log.warnings[1:] == [
        "Entry 1 was left out: it is no exchange.",
        "Entry 3 was left out: it is wrong (Invalid isoformat string: 'soon').",
        "Entry 4 was left out: it has no startedDateTime.",
    ]
    many = read(entry(), *[{}] * 100)
    assert many.warnings[-1] == "50 more entries were left out."


@pytest.mark.parametrize("content", (b'{"log": {"entries": [', b'{"log": {"entries": 1}}', b'{"log": {"entries": []}}'))
def test_what_holds_nothing_is_refused(content: bytes) -> None:
    with pytest.raises(UserError, match=r"^a\.har is .*\.$"):
        har_file.read(BytesIO(content), "a.har")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(tuple(entry())), inner, max_size=4),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.sampled_from((*entry(), "_webSocketMessages")), JSON, max_size=6), max_size=3))
def test_any_entries_are_survived(entries: list[dict[str, Any]]) -> None:
    frames: list[Frame] = list(read(entry(), *({**entry(), **one} for one in entries)))
    assert [frame.seq for frame in frames] == list(range(1, len(frames) + 1))


@pytest.mark.parametrize("content", (b'{"log": "a"}', b'{"is": "request"}', b'[{"log": {}}]', b"", b"\xff{"))
def test_other_files_are_not_taken_for_it(content: bytes) -> None:
    assert not har_file.sniff(content)


def test_a_stream_of_which_nothing_was_kept_broke_off() -> None:
    response = {"status": 200, "headers": [], "content": {"size": 0, "mimeType": "text/event-stream"}}
    *_, end = read(entry(response=response, timings={"wait": 3, "receive": 0}))
    assert (end.head["how"], end.head["by"]) == ("cut", "server")
    *_, end = read(entry(response={**response, "content": {"size": 0}}, timings={"wait": 3, "receive": 0}))
    assert end.head["how"] == "eof"


def test_what_mitmproxy_saved_is_judged() -> None:
    """Three exchanges by way of mitmproxy: a run that waits, one that was reset in the middle, and a socket."""
    (path,) = (FOLDER / "har").glob("mitmproxy-*.har")
    log = open_log(path)
    told = [(run.protocol, verdict.ending.value) for run, verdict in verdicts(fold(list(log)))]
    assert told == [("assistants", "waiting"), ("assistants", "cut"), ("gpt_researcher", "incomplete")]
    frames = [frame for frame in log if frame.kind is Kind.SOCKET]
    assert {frame.head["dir"] for frame in frames} == {"in", "out"}
    assert len({frame.at for frame in frames}) > 10


def test_comments_of_other_programs_are_remarks_on_the_requests() -> None:
    exchange = {"startedDateTime": "2026-01-01T00:00:00Z", "time": 5, "request": {"method": "GET", "url": "http://a/b"}}
    entries = [{**exchange, "response": {"status": 200}, "comment": said} for said in ("", "slow here", 5)]
    content = json.dumps({"log": {"creator": {"name": "Tool"}, "entries": entries}}).encode()
    frames, remarks = list(har_file.read(BytesIO(content), "a.har")), Remarks()
    for frame in frames:
        remarks.take(frame.head)
    [((seq, part), text)] = remarks.comments.items()
    about = next(frame for frame in frames if frame.seq == seq)
    assert (about.kind, about.link, part, text) == (Kind.REQUEST, 2, 0, "slow here")
