from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.store import wire_file, wirelog
from inspector.store.wire_file import WireLog

RECORDINGS = sorted((Path(__file__).parents[1] / "recordings").rglob("*.wire.jsonl"))


def read(*lines: object) -> WireLog:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return wire_file.read(BytesIO("\n".join(texts).encode()), "a.jsonl")


def back(log: WireLog) -> list[Any]:
    lines = [wirelog.head_line(log.head), *map(wirelog.entry_line, log)]
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_is_written_as_it_was_read(path: Path) -> None:
    content = path.read_bytes()
    assert wirelog.sniff(content[:65536])
    log = wire_file.read(BytesIO(content), path.name)
    assert log.warnings == []
    assert back(log) == [json.loads(line) for line in content.splitlines()]
    assert [frame.seq for frame in log] == list(range(1, len(log) + 1))


def test_there_are_recordings_of_every_kind() -> None:
    entries = [json.loads(line) for path in RECORDINGS for line in path.read_bytes().splitlines()[1:]]
    assert {entry["is"] for entry in entries} >= {"request", "response", "data", "frame", "end", "note"}
    assert any("b64" in entry for entry in entries)


BASE = {"t": 1.5, "x": 3}

ODD = [
    {"is": "request", "method": "POST", "url": "/a", "headers": {}, "body": {"ä": [1, 2.5, None, "x"], "": {}}},
    {"is": "request", "method": "POST", "url": "/a", "headers": {}, "body": []},
    {"is": "request", "method": "POST", "url": "/a", "headers": {}, "body": False},
    {"is": "request", "method": "POST", "url": "/a", "headers": {}, "body": "a=1&b=2"},
    {"is": "request", "method": "POST", "url": "/a", "headers": {}, "body": '"quoted"'},
    {"is": "request", "method": "POST", "url": "/a", "headers": {}, "body": ""},
    {"is": "request", "method": "POST", "url": "/a", "headers": {}, "body": None},
    {"is": "request", "method": "POST", "url": "/a", "headers": {}, "body": None, "b64": "/wA="},
    {"is": "request", "method": "GET", "url": "/a", "headers": {}},
    {"is": "request", "method": "GET", "url": "/a", "headers": {}, "body": "\ud800", "timeout_s": 9, "my": {"own": 1}},
    {"is": "response", "status": 200, "headers": {"a": "b"}, "more": [1]},
    {"is": "data", "text": "data: ä\n\n"},
    {"is": "data", "text": ""},
    {"is": "data", "text": "a lone \ud83d surrogate"},
    {"is": "data", "b64": "/w=="},
    {"is": "data", "b64": "YWJj"},
    {"is": "data"},
    {"is": "data", "text": None},
    {"is": "data", "text": "a", "wire": "strange", "color": "red"},
    {"is": "frame", "dir": "in", "op": "text", "text": "{}"},
    {"is": "frame", "dir": "in", "op": "binary", "b64": "AP8="},
    {"is": "frame", "dir": "out", "op": "close", "code": 1000},
    {"is": "frame", "dir": "out", "op": "close", "code": 1000, "text": ""},
    {"is": "end", "how": "cut", "by": "server", "detail": "x"},
    {"is": "note", "text": "hello", "inspector": "tick"},
    {"is": "note", "b64": "AP8="},
    {"is": "rest", "method": "GET", "answer": {"status": 200}},
    {"is": "hologram", "depth": 3},
]


@pytest.mark.parametrize("entry", ODD, ids=str)
def test_every_form_of_an_entry_is_kept(entry: dict[str, Any]) -> None:
    log = read({"wire": 1}, {**BASE, **entry})
    assert log.warnings == []
    assert back(log)[1:] == [{**BASE, **entry}]


def test_the_body_of_a_request_is_its_text_and_null_is_not_an_empty_text() -> None:
    bodies = ({"a": "ä", "n": 1.0}, "a=1", "", None)
    log = read({"wire": 1}, *({**BASE, "is": "request", "body": body} for body in bodies))
    value, text, empty, null = log
    assert (value.body, value.head["json"]) == ('{"a":"ä","n":1.0}'.encode(), True)
    assert (text.body, "json" in text.head) == (b"a=1", False)
    assert (empty.body, null.body) == (b"", b"")
    assert empty.head != null.head


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
times = st.floats(0, 1e12, allow_nan=False)


@given(times, st.integers(1, 2**32 - 1), st.sampled_from((Kind.DATA, Kind.SOCKET)), st.binary(max_size=40))
def test_any_bytes_come_back(at: float, link: int, kind: Kind, body: bytes) -> None:
    frame = Frame(1, at, link, kind, {}, body)
    (again,) = wire_file.read(BytesIO(wirelog.entry_line(frame)), "a")
    assert (again.at, again.link, again.kind, again.body) == (at, link, kind, body)


@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()), st.booleans())
def test_any_request_body_comes_back(body: bytes, is_json: bool) -> None:
    head = {"method": "POST", "json": True} if is_json else {"method": "POST"}
    (again,) = wire_file.read(BytesIO(wirelog.entry_line(Frame(1, 0.0, 1, Kind.REQUEST, head, body))), "a")
    if again.head.get("json"):
        assert json.loads(again.body) == json.loads(body)
    else:
        assert again.body == body


@given(st.lists(st.binary(max_size=50) | json_values.map(lambda value: json.dumps(value).encode()), max_size=6))
def test_any_lines_are_survived(lines: list[bytes]) -> None:
    content = b"\n".join([b'{"wire": 1}', *lines, b'{"t": 1, "x": 1, "is": "data", "text": "a"}'])
    wirelog.sniff(content)
    log = wire_file.read(BytesIO(content), "a")
    assert list(log)[-1].body == b"a"


def test_a_broken_line_is_left_out_and_named() -> None:
    data = {"t": 1, "x": 1, "is": "data", "text": "a"}
    log = read({"wire": 1}, data, '{"t": 2, "x"', "", [1], {"t": 1, "x": 1}, {**data, "b64": "§", "text": 1}, data)
    assert [(frame.seq, frame.body) for frame in log] == [(1, b"a"), (6, b"a")]
    assert log.warnings == [
        "Line 3 was left out: it is no JSON object.",
        "Line 5 was left out: it is no JSON object.",
        "Line 6 was left out: it does not say what it is.",
        "Line 7 was left out: its b64 is no base64.",
    ]


def test_a_log_that_was_cut_off_says_so() -> None:
    log = read({"wire": 1}, {"t": 1, "x": 1, "is": "data", "text": "a"}, '{"t": 2, "x": 1, "is": "da')
    assert len(log) == 1
    assert log.warnings == ["Line 3 was left out: it is cut off in the middle."]


def test_thousands_of_broken_lines_give_few_warnings() -> None:
    log = read({"wire": 1}, {"t": 1, "x": 1, "is": "data"}, *["broken"] * 1000)
    assert len(log.warnings) == wirelog.MOST_WARNINGS + 1
    assert log.warnings[-1] == "950 more lines were left out."


def test_a_log_without_a_head_begins_with_its_first_entry() -> None:
    log = read({"t": 1, "x": 1, "is": "data", "text": "a"}, {"t": 2, "x": 1, "is": "data", "text": "b"})
    assert dict(log.head) == {}
    assert [(frame.seq, frame.body) for frame in log] == [(1, b"a"), (2, b"b")]


def test_entries_without_numbers_of_exchanges_follow_each_other() -> None:
    kinds = ("note", "request", "response", "data", "request", "data", "note")
    log = read({"wire": 1}, *({"t": 1, "is": kind} for kind in kinds))
    assert [frame.link for frame in log] == [0, 1, 1, 1, 2, 2, 0]
    assert len(log.warnings) == 1
    assert log.warnings[0].startswith("Line 3 names no exchange (x)")


def test_an_entry_without_a_time_gets_that_of_the_one_before() -> None:
    log = read({"wire": 1}, *({"x": 1, "is": "data", **more} for more in ({"t": 5}, {}, {"t": "x"}, {"t": True})))
    assert [frame.at for frame in log] == [5.0] * 4
    assert log.warnings == ["Line 3 has no time (t); it and others like it count to the time before."]


def test_only_a_head_is_an_empty_log() -> None:
    log = read({"wire": 1, "protocol": "langgraph"})
    assert (len(log), log.warnings, log.head["protocol"]) == (0, [], "langgraph")
    assert wirelog.sniff(b'{"wire": 1}\n')


def test_a_newer_format_is_said() -> None:
    assert read({"wire": 2}).warnings == ["The log has a newer format (2); what is not known of it is left out."]


@pytest.mark.parametrize(
    "content",
    (
        b"",
        b"data: {}\n\n",
        b'{"event": "a", "data": {}}\n',
        b'{"wire": 1, "protocol": "agents_sdk"}\n{"t": 1, "is": "span_start", "item": {}}\n',
        b"[1, 2]",
        b"\xff\xfe",
    ),
)
def test_other_files_are_not_taken_for_wire_logs(content: bytes) -> None:
    assert not wirelog.sniff(content)


def test_a_wire_log_is_known_by_any_of_its_lines() -> None:
    entry = b'{"t": 1, "x": 1, "is": "data", "text": "a"}\n'
    assert wirelog.sniff(b"broken\n" + entry)
    assert wirelog.sniff(entry)
    long = b'{"is": "request", "t": 1, "body": "' + b"x" * 70_000
    assert wirelog.sniff(long[:65536])


def test_a_file_of_broken_lines_is_refused() -> None:
    with pytest.raises(UserError, match=r"^a\.jsonl is no wire log: none of its lines is an entry\.$"):
        read("broken", "lines")
