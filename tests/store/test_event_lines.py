from __future__ import annotations

import json
from io import BytesIO

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.domain.sse import SseDecoder
from inspector.store import event_lines
from inspector.store.sse_file import NO_TIMES


def read(*lines: object) -> list[tuple[str, str, str | None]]:
    """The events that are made of these lines."""
    content = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()
    log = event_lines.read(BytesIO(content), "a.jsonl")
    first, *data, last = log
    assert (first.kind, last.kind) == (Kind.RESPONSE, Kind.END)
    assert [frame.seq for frame in log] == list(range(1, len(data) + 3))
    decoder = SseDecoder()
    return [(item.name, item.data, item.id) for frame in data for item in decoder.feed(frame.body)]


def test_each_line_becomes_the_event_that_it_was() -> None:
    run = {"id": "run_1", "status": "queued", "text": "ä\n"}
    assert read({"event": "thread.run.created", "data": run}, {"event": "values", "data": [1], "id": "7"}) == [
        ("thread.run.created", json.dumps(run, ensure_ascii=False, separators=(",", ":")), None),
        ("values", "[1]", "7"),
    ]


def test_a_json_list_of_them_is_read_alike() -> None:
    events = [{"event": "a", "data": {"n": 1}}, 7, {"event": "b", "data": "x"}]
    content = json.dumps(events, indent=2).encode()
    assert event_lines.sniff(content[:80])
    log = event_lines.read(BytesIO(content), "a.json")
    assert [frame.body for frame in log if frame.kind is Kind.DATA] == [
        b'event: a\ndata: {"n":1}\n\n',
        b"event: b\ndata: x\n\n",
    ]
    assert log.warnings[1:] == ["Entry 2 was left out: it is no object with event and data."]
    with pytest.raises(UserError, match=r"^a\.json is no whole JSON list: it was cut off\.$"):
        event_lines.read(BytesIO(content[:-1]), "a.json")


def test_a_text_stays_a_text() -> None:
    assert read({"event": "done", "data": "[DONE]"}, {"event": "a\nb", "data": "one\r\ntwo\nthree"}) == [
        ("done", "[DONE]", None),
        ("a b", "one\ntwo\nthree", None),
    ]


def test_the_lines_of_a_responses_stream_carry_their_own_names() -> None:
    said = {"type": "response.created", "sequence_number": 0, "response": {"id": "resp_1"}}
    assert read(said) == [("response.created", json.dumps(said, separators=(",", ":")), None)]
    assert event_lines.sniff(json.dumps(said).encode())


def test_null_is_data_too() -> None:
    assert read({"event": "end", "data": None}) == [("end", "null", None)]


def test_lines_that_are_none_are_left_out_and_named() -> None:
    content = b'{"event": "a", "data": 1}\n\nbroken\n{"event": 1, "data": 1}\n{"event": "a"}\n{"event": "b", "data": 2}'
    log = event_lines.read(BytesIO(content), "a.jsonl")
    assert len(log) == 4
    assert log.warnings == [
        NO_TIMES,
        *(f"Line {line} was left out: it is no object with event and data." for line in (3, 4, 5)),
    ]


def test_a_file_without_such_lines_is_refused() -> None:
    with pytest.raises(UserError, match=r"^a\.jsonl holds no lines of event and data\.$"):
        read("broken")


@pytest.mark.parametrize(
    "content, known",
    (
        (b'{"event": "a", "data": {}}\n', True),
        (b'cut off at its start"}\n{"event": "a", "data": {}}\n', True),
        (b'{"event":"a","data":"' + b"x" * 70_000, True),
        (b'{"t": 1, "x": 1, "is": "data", "text": "a"}\n{"event": "a", "data": {}}\n', False),
        (b"event: a\ndata: {}\n\n", False),
        (b"", False),
    ),
)
def test_what_it_is_is_known_by_the_first_line(content: bytes, known: bool) -> None:
    assert event_lines.sniff(content[:65536]) is known
