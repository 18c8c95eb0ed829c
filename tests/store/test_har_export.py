from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.frames import Frame, Kind
from inspector.domain.remarks import Remarks, comment, mark
from inspector.store import har_file
from inspector.store.har_export import write_har
from inspector.store.open import open_log

FOLDER = Path(__file__).parents[1] / "recordings"
NAMES = ("assistants/15_cut_mid_message_reset", "gpt_researcher/llm_empty_report", "langgraph/v2_websocket")


def har(head: dict[str, Any], frames: list[Frame]) -> tuple[dict[str, Any], bytes]:
    file = BytesIO()
    write_har(head, frames, file, "1.0")
    return json.loads(file.getvalue())["log"], file.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_comes_back_as_it_was(name: str) -> None:
    log = open_log(FOLDER / f"{name}.wire.jsonl")
    before = list(log)
    _, content = har({**log.head, "started_ms": 1_790_000_000_000.0}, before)
    again = har_file.read(BytesIO(content), "a.har")

    def told(frames: list[Frame]) -> dict[int, list[Any]]:
        links: dict[int, list[Any]] = {}
        for frame in frames:
            place = links.setdefault(frame.link, [])
            place.append((frame.kind, frame.body, frame.head.get("status"), frame.head.get("how"), round(frame.at)))
        return links

    after = list(again)
    kept = [frame for frame in before if frame.kind is not Kind.NOTE or frame.head]
    assert len(after) == len(kept)
    bodies = [body for link in told(after).values() for body in link]
    assert sorted(map(repr, bodies)) == sorted(repr(one) for link in told(kept).values() for one in link)
    assert (again.head, again.started_ms, again.warnings) == (
        {**log.head, "started_ms": 1_790_000_000_000.0},
        1_790_000_000_000.0,
        [],
    )


def test_it_has_all_that_a_har_must_have() -> None:
    log, _ = har(
        {"protocol": "toy"},
        [
            Frame(
                1,
                5.0,
                1,
                Kind.REQUEST,
                {"method": "POST", "url": "/a?b=1&c", "headers": {"x": "1"}, "json": True},
                b"{}",
            ),
            Frame(2, 9.5, 1, Kind.RESPONSE, {"status": 200, "headers": {"content-type": "text/event-stream"}}),
            Frame(3, 10.0, 1, Kind.DATA, {}, b"data: 1\n\n"),
            Frame(4, 12.0, 1, Kind.DATA, {}, b"\xff"),
            Frame(5, 13.0, 1, Kind.END, {"how": "reset", "by": "server", "detail": "gone"}),
            Frame(6, 14.0, 2, Kind.REQUEST, {"method": "GET", "url": "http://h/", "headers": {}}),
            Frame(7, 15.0, 0, Kind.NOTE, {"text": "hello"}),
        ],
    )
    assert (log["version"], log["creator"]) == ("1.2", {"name": "Stream Inspector", "version": "1.0"})
    assert log["comment"].startswith("Nobody knows when")
    first, second = log["entries"]
    assert (first["startedDateTime"], first["time"]) == ("1970-01-01T00:00:00.005000Z", 8.0)
    assert first["timings"] == {"send": 0, "wait": 4.5, "receive": 3.5}
    assert first["request"]["url"] == "http://unknown.invalid/a?b=1&c"
    assert first["request"]["queryString"] == [{"name": "b", "value": "1"}, {"name": "c", "value": ""}]
    assert first["request"]["postData"] == {"mimeType": "application/json", "text": "{}"}
    assert first["response"]["content"]["encoding"] == "base64"
    assert first["response"]["_error"] == "reset by the server: gone"
    assert (second["response"]["status"], second["response"]["_error"], second["_ends"]) == (0, "no answer came", [])
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"} <= set(
            entry["request"]
        )
        assert {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"} <= set(
            entry["response"]
        )


def test_an_empty_log_is_an_empty_har() -> None:
    assert har({}, [])[0]["entries"] == []


def test_sockets_keep_the_codes_of_their_closes() -> None:
    frames = [
        Frame(1, 0.0, 1, Kind.REQUEST, {"method": "GET", "url": "ws://h/ws", "headers": {}}),
        Frame(2, 1.0, 1, Kind.RESPONSE, {"status": 101, "headers": {"upgrade": "websocket"}}),
        Frame(3, 2.0, 1, Kind.SOCKET, {"dir": "out", "op": "text"}, b"start {}"),
        Frame(4, 3.0, 1, Kind.SOCKET, {"dir": "in", "op": "ping"}, b"\x00\x01"),
        Frame(5, 4.0, 1, Kind.SOCKET, {"dir": "in", "op": "close", "code": 1011}, b"done"),
        Frame(6, 4.5, 1, Kind.END, {"how": "eof", "by": "server"}),
    ]
    log, content = har({}, frames)
    assert [one["opcode"] for one in log["entries"][0]["_webSocketMessages"]] == [1, 9, 8]
    assert [(f.kind, f.head, f.body) for f in har_file.read(BytesIO(content), "a")] == [
        (f.kind, f.head, f.body) for f in frames
    ]


def _two_at_once() -> list[Frame]:
    """Two exchanges beside each other on numbers with gaps, an event commented on, a chunk and a note marked."""
    url = {"method": "GET", "url": "http://a/b"}
    frames = [
        Frame(3, 0.0, 7, Kind.REQUEST, url),
        Frame(4, 1.0, 8, Kind.REQUEST, url),
        Frame(6, 2.0, 8, Kind.RESPONSE, {"status": 200}),
        Frame(7, 2.0, 7, Kind.RESPONSE, {"status": 200}),
        Frame(8, 3.0, 0, Kind.NOTE, {"text": "by hand"}),
        Frame(9, 4.0, 8, Kind.DATA, {}, b"data: 8"),
        Frame(10, 4.0, 7, Kind.DATA, {}, b"data: 7"),
        Frame(11, 5.0, 8, Kind.END, {"how": "eof", "by": "server"}),
    ]
    heads = [comment((10, 2), "here\nit stops"), mark((9, 0), True), mark((8, 0), True), comment((99, 0), "gone")]
    return [*frames, *(Frame(n, 6.0, 0, Kind.NOTE, head) for n, head in enumerate(heads, 12))]


def test_remarks_are_comments_of_their_entries_and_come_back_where_they_were() -> None:
    frames = _two_at_once()
    log, content = har({"started_ms": 1_790_000_000_000.0}, frames)
    assert [entry.get("comment") for entry in log["entries"]] == ["here\nit stops", "marked"]
    again, remarks = list(har_file.read(BytesIO(content), "a.har")), Remarks()
    for frame in again:
        remarks.take(frame.head)
    by_number = {frame.seq: frame for frame in again}
    [((seq, part), text)] = [item for item in remarks.comments.items() if item[1] != "gone"]
    assert (by_number[seq].body, part, text) == (b"data: 7", 2, "here\nit stops")
    marked = sorted((by_number[seq].body, by_number[seq].head.get("text")) for seq, _ in remarks.marks)
    assert marked == [(b"", "by hand"), (b"data: 8", None)]


def test_what_was_taken_back_is_no_comment() -> None:
    frames = [*_two_at_once(), Frame(30, 7.0, 0, Kind.NOTE, mark((9, 0), False))]
    frames.append(Frame(31, 7.0, 0, Kind.NOTE, comment((10, 2), "")))
    assert all("comment" not in entry for entry in har({}, frames)[0]["entries"])
