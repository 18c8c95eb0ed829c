"""Many pieces at once: whatever is sent, in whatever chunks, comes to the same as one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, pairwise
from random import Random
from typing import Any
from unittest import mock

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.book import Book
from inspector.domain.events import Stretch
from inspector.domain.frames import Frame, Kind
from inspector.domain.rows import Rows
from inspector.protocols import flow
from inspector.protocols.exchange import HttpDecoder
from inspector.protocols.flow import FlowingDecoder, texts_of
from inspector.protocols.registry import ADAPTERS
from tests.protocols.recorded import NAMES, cut, frames_of

HOUSE = settings(max_examples=60, deadline=None)
URLS = {
    "assistants": "http://h/v1/threads/thread_1/runs",
    "langgraph": "http://h/threads/6e7f4b8e-0000-4000-8000-000000000001/runs/stream",
    "responses": "http://h/v1/responses",
}
NAMED = {
    "assistants": ("thread.run.created", {"id": "run_1", "object": "thread.run", "status": "queued"}),
    "langgraph": ("metadata", {"run_id": "01a1fb98-321d-76c1-858b-a90422fa47bc", "attempt": 1}),
    "responses": ("response.created", {"response": {"id": "resp_1", "status": "in_progress"}}),
}
TOLD = ("runs", "links", "said", "hosts", "now", "frames", "_minted", "_merged")
Sent = tuple[str, Any]


@contextmanager
def one_by_one() -> Iterator[None]:
    """Without the fast way."""
    with mock.patch.object(FlowingDecoder, "flow", HttpDecoder.flow):
        yield


def image(frames: Sequence[Frame], protocol: str | None = None, batch: int = 10_000) -> dict[str, Any]:
    """All that a log comes to."""
    book, rows = Book(list(ADAPTERS.values()), protocol), Rows()
    for start in range(0, len(frames), batch):
        rows.append(book.feed(frames[start : start + batch]).events)
    rows.append(book.flush().events)
    columns: tuple[Sequence[float], ...] = (rows.seq, rows.part, rows.at, rows.link, rows.run, rows.content)
    cells = [
        (*(column[row] for column in columns), rows.name(row), rows.state(row), rows.text(row))
        for row in range(len(rows))
    ]
    state = book.state()
    return {name: state[name] for name in TOLD} | {"rows": cells}


def agree(frames: Sequence[Frame], protocol: str | None = None) -> None:
    """One by one, all at once, and in batches."""
    with one_by_one():
        plain = image(frames, protocol, 1)
    for batch in (10_000, 7):
        assert image(frames, protocol, batch) == plain


@pytest.mark.parametrize("name", [name for name in NAMES if name.partition("/")[0] in URLS])
def test_recordings_come_to_the_same(name: str) -> None:
    agree(frames_of(name))
    agree(cut(frames_of(name), Random(3)))


def assistants(text: str, ident: str = "msg_1", index: int = 0, **more: Any) -> Sent:
    part = {"index": index, "type": "text", "text": {"value": text, **more}}
    return "thread.message.delta", {"id": ident, "object": "thread.message.delta", "delta": {"content": [part]}}


def langgraph(text: Any, ident: str = "m1", kind: str = "AIMessageChunk", name: str = "messages") -> Sent:
    return name, [{"content": text, "type": kind, "id": ident}, {"langgraph_node": "agent"}]


def responses(text: str, ident: str = "msg_1", part: int = 0, **more: Any) -> Sent:
    place = {"item_id": ident, "output_index": 0, "content_index": part}
    return "response.output_text.delta", {**place, "delta": text, "obfuscation": "xY"[: len(text)], **more}


TEXTS = st.one_of(st.sampled_from(["", " word", "\n\n", "你好", " two  words ", "x" * 500]), st.text(max_size=5))
ODD: dict[str, list[Sent]] = {
    "assistants": [
        assistants("b", "msg_2"),
        assistants("c", index=1),
        assistants("d", annotations=[{"index": 0, "type": "file_path"}]),
        ("thread.message.delta", '{"id": "msg_1", "delta": {"content": []}} {}'),
        ("thread.message.delta", '{"id": "msg_1", "delta": {"cont'),
        ("thread.message.delta", assistants("\\ud800")[1]),
        ("thread.message.created", {"id": "msg_1", "object": "thread.message", "run_id": "run_2", "content": []}),
        ("thread.message.completed", {"id": "msg_1", "object": "thread.message", "content": []}),
        ("thread.run.in_progress", {"id": "run_1", "object": "thread.run", "status": "in_progress"}),
        ("thread.run.completed", {"id": "run_1", "object": "thread.run", "status": "completed"}),
        ("error", {"message": "overloaded"}),
        ("done", "[DONE]"),
    ],
    "langgraph": [
        langgraph("b", "m2"),
        langgraph("c", kind="ai"),
        langgraph([{"type": "text", "text": "d"}]),
        langgraph("e", name="messages|agent:1"),
        langgraph("f", ""),
        ("messages", '[{"content": "x", "type": "AIMessageChunk", "id": "m1"}, {}] []'),
        ("messages", '[{"content": "x"'),
        ("updates", {"agent": {"messages": [{"type": "ai", "content": "whole", "id": "m1"}]}}),
        ("updates", {"__interrupt__": [{"id": "i", "value": "?"}]}),
        NAMED["langgraph"],
        ("error", {"error": "Boom", "message": "no"}),
        ("end", None),
    ],
    "responses": [
        responses("b", "msg_2"),
        responses("c", part=1),
        responses("d", response_id="resp_1"),
        responses("e", sequence_number=3),
        ("response.output_text.delta", {"delta": "f", "output_index": 0}),
        ("response.output_text.delta", {**responses("g")[1], "type": "response.output_text.done"}),
        ("response.output_text.delta", '{"delta": '),
        ("response.output_item.added", {"output_index": 0, "item": {"id": "msg_1", "type": "message"}}),
        ("response.output_text.done", {**responses("")[1], "text": "whole"}),
        ("response.completed", {"response": {"id": "resp_1", "status": "completed", "output": []}}),
        ("error", {"message": "overloaded"}),
    ],
}
PLAIN: dict[str, Callable[[str], Sent]] = {"assistants": assistants, "langgraph": langgraph, "responses": responses}


@st.composite
def streams(draw: st.DrawFn, protocol: str) -> list[Frame]:
    """A stream mostly of pieces, with what else there can be in between, in any chunks."""
    some = st.lists(TEXTS.map(PLAIN[protocol]), min_size=1, max_size=9)
    odd = st.sampled_from(ODD[protocol]).map(lambda sent: [sent])
    told = [NAMED[protocol], *chain(*draw(st.lists(st.one_of(some, some, odd), max_size=8)))]
    number, comment, end = draw(st.integers(0, 3)), draw(st.booleans()), draw(st.sampled_from(["\n", "\r\n"]))
    lines = []
    for count, (name, data) in enumerate(told):
        ident = {0: "", 1: f"id: {count}\n", 2: f"id: {count % 11}-{protocol}\n", 3: f"id: {count // 9}\n"}[number]
        if protocol == "responses" and isinstance(data, dict):
            data = {"type": name} | ({"sequence_number": count} if number else {}) | data
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        text = text.replace("\\\\ud800", "\\ud800")
        lines.append(f"{ident}event: {name}\ndata: {text}\n\n" + (": beat\n\n" if comment and count % 8 == 7 else ""))
    chunks = [line.replace("\n", end).encode("utf-8", "surrogatepass") for line in lines]
    if draw(st.booleans()):
        body = b"".join(chunks)
        marks = sorted({0, len(body), *draw(st.lists(st.integers(0, len(body)), max_size=6))})
        chunks = [body[first:last] for first, last in pairwise(marks)]
    steps = draw(st.lists(st.sampled_from([0.0, 1.0, 6000.0, -5.0]), min_size=1, max_size=5))
    return framed(protocol, chunks, steps)


def framed(protocol: str, chunks: Sequence[bytes], steps: Sequence[float] = (1.0,)) -> list[Frame]:
    """The log of a stream of these chunks."""
    head = {"method": "POST", "url": URLS[protocol], "headers": {}, "json": True}
    answer = {"status": 200, "headers": {"content-type": "text/event-stream"}}
    log = [Frame(1, 0.0, 1, Kind.REQUEST, head, b'{"stream": true}'), Frame(2, 1.0, 1, Kind.RESPONSE, answer)]
    for count, chunk in enumerate(chunks):
        log.append(Frame(len(log) + 1, max(0.0, log[-1].at + steps[count % len(steps)]), 1, Kind.DATA, {}, chunk))
    return [*log, Frame(len(log) + 1, log[-1].at, 1, Kind.END, {"how": "eof", "by": "server"})]


@HOUSE
@given(log=streams("assistants"))
def test_assistants_streams_come_to_the_same(log: list[Frame]) -> None:
    agree(log, "assistants")


@HOUSE
@given(log=streams("langgraph"))
def test_langgraph_streams_come_to_the_same(log: list[Frame]) -> None:
    agree(log, "langgraph")


@HOUSE
@given(log=streams("responses"))
def test_responses_streams_come_to_the_same(log: list[Frame]) -> None:
    agree(log, "responses")


@pytest.mark.parametrize("protocol", URLS)
@pytest.mark.parametrize("whole", [True, False])
def test_pieces_go_as_one(protocol: str, whole: bool) -> None:
    """Whether they come in a chunk or each in its own."""
    told = [NAMED[protocol], *(PLAIN[protocol](f" word{number}") for number in range(50))]
    if protocol == "responses":
        told = [(name, {"type": name, "sequence_number": number, **data}) for number, (name, data) in enumerate(told)]
    chunks = [f"event: {name}\ndata: {json.dumps(data)}\n\n".encode() for name, data in told]
    book = Book(list(ADAPTERS.values()), protocol)
    events = book.feed(framed(protocol, [b"".join(chunks)] if whole else chunks)).events
    sizes = [len(event) for event in events if isinstance(event, Stretch)]
    assert sum(sizes) >= 48
    assert len(sizes) <= 2
    (run,) = book.runs.values()
    assert [message.text for message in run.messages.values()] == ["".join(f" word{n}" for n in range(50))]


def read(data: str) -> tuple[Any, str] | None:
    """What a stretch is compared with: each value by itself."""
    try:
        value = msgspec.json.decode(data, type=dict[str, Any])
    except msgspec.MsgspecError:
        return None
    text = value.pop("t", None)
    return (value, text) if isinstance(text, str) else None


@pytest.mark.parametrize(
    "odd",
    [
        '{"a":1,"t":"x"}{"a":1,"t":"x"}',
        '{"a":1,"t":"x","t":"y"}',
        '{"a":1,"t":"x" "y"}',
        '{"a":1,"t":"x"\n"y"}',
        '{"a":1,"t":"x\ny"}',
        '{"a":1,"t":"x\\"}',
        '{"a":1,"t":"\\ud800"}',
        '{"a":1,"t":""',
        '{"a":1,"t":"}',
        '{"a":1,"t":null}',
        '{"a":1,"t":"x","b":2}',
        '{"a":2,"t":"x"}',
        '{ "a":1,"t":"x"}',
        '{"a":1,"t":"\\u4f60\\"\\n"}',
        "",
    ],
)
@pytest.mark.parametrize("place", [0, 2, 6])
@pytest.mark.parametrize("usual", ['{"a":1,"t":"word"}', '{"a":{"t":"no"},"t":"word"}', '{"t":"","a":{"t":"no"}}'])
def test_texts_are_those_of_each_value_by_itself(odd: str, place: int, usual: str) -> None:
    datas = [usual] * 6
    datas.insert(place, odd)
    each = [read(data) for data in datas]
    found = texts_of(datas, "t", read)
    if None in each:
        assert found is None
    else:
        assert found is not None
        assert [(kind, text) for kind, texts in found for text in texts] == each
    assert len(texts_of([usual] * 6, "t", read) or ()) == (6 if usual.startswith('{"a":{') else 1)


def test_what_differs_by_more_than_its_text_is_not_looked_through_from_each_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    datas = ['{"t":"x","a":"z","b":1}', '{"t":"x","c":"y","a":"z","b":1}'] * 200
    looked = mock.Mock(wraps=flow._STRINGS)
    monkeypatch.setattr(flow, "_STRINGS", looked)
    found = texts_of(datas, "t", read)
    assert found is not None
    assert [kind for kind, _ in found] == [{"a": "z", "b": 1}, {"c": "y", "a": "z", "b": 1}] * 200
    assert looked.decode_lines.call_count < 5


def test_what_only_looks_like_pieces_costs_no_more_the_longer_it_is() -> None:
    """Each try in vain is followed by twice as many events before the next."""
    tried: list[int] = []

    class Vain(FlowingDecoder):
        def flows(self, x: Any, name: str) -> bool:
            return True

        def on_pieces(self, x: Any, datas: Sequence[str], ids: Sequence[str | None]) -> None:
            tried.append(len(datas))

    decoder = Vain(mock.Mock())
    log = framed("assistants", [b"data: 1\n\n"] * 500)
    assert sum(1 for frames in (log[:1], log[1:2], log[2:-1]) for _ in decoder.flow(frames)) == 502
    assert len(tried) <= 10
