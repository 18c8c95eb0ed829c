from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.domain.sse import SseDecoder, SseEvent


def decode(*chunks: bytes, finish: bool = True) -> list[SseEvent]:
    decoder = SseDecoder()
    items = [item for chunk in chunks for item in decoder.feed(chunk)]
    return items + decoder.finish() if finish else items


def event(data: str, name: str = "", id: str | None = None) -> SseEvent:
    return SseEvent("event", name, data, id)


Fields = list[tuple[bytes, bytes]]


def text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def is_bad(value: bytes) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in text(value))


def plain_event(kind: str, fields: Fields) -> SseEvent:
    data, names, ids = ([text(value) for name, value in fields if name == key] for key in (b"data", b"event", b"id"))
    bad = any(is_bad(value) for _, value in fields)
    kind = "id" if kind == "event" and not data and not names else kind
    return SseEvent(kind, names[-1] if names else "", "\n".join(data), ids[-1] if ids else None, bad, bool(data))


def plain_line(line: bytes, fields: Fields) -> list[SseEvent]:
    name, _, value = line.partition(b":")
    value = value[1:] if value[:1] == b" " else value
    if not line:
        items = [plain_event("event", fields)] if fields else []
        fields.clear()
        return items
    if not name:
        return [SseEvent("comment", text(value), "", None, is_bad(value), False)]
    if name in (b"data", b"event") or (name == b"id" and b"\0" not in value):
        fields.append((name, value))
        return []
    if name == b"retry" and re.fullmatch(rb"[0-9]+", value):
        return [SseEvent("retry", "", text(value), None, False, False)]
    return [SseEvent("bad", "", text(line), None, is_bad(line), False)]


def by_the_book(body: bytes) -> list[SseEvent]:
    """The grammar read off one line after another from the whole body: slow, plain, and blind to how it was cut."""
    *lines, last = re.split(rb"\r\n|\n|\r", body.removeprefix(b"\xef\xbb\xbf"))
    fields: Fields = []
    items = [item for line in lines for item in plain_line(line, fields)]
    broken = last != b"" and any(name.startswith(last) for name in (b"data", b"event", b"id", b"retry"))
    if last and not broken:
        items += plain_line(last, fields)
    return [*items, plain_event("half", fields)] if fields or broken else items


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_events_with_every_line_end(end: str) -> None:
    body = "event: a\ndata: 1\n\ndata: 2\nid: 7\n\nevent: b\ndata: x\ndata: y\n\n".replace("\n", end).encode()
    assert decode(body) == [event("1", "a"), event("2", id="7"), event("x\ny", "b")]


def test_line_ends_may_be_mixed() -> None:
    assert decode(b"event: a\rdata: 1\r\ndata: 2\n\r\ndata: 3\n\rdata: 4\r\r") == [
        event("1\n2", "a"),
        event("3"),
        event("4"),
    ]


def test_crlf_split_over_chunks_is_one_line_end() -> None:
    assert decode(b"data: 1\r", b"\ndata: 2\r\n\r", b"\n", b"data: 3\r\n\r\n") == [event("1\n2"), event("3")]


def test_an_event_that_ends_with_cr_is_not_held_back_until_the_next_byte() -> None:
    assert decode(b"data: 1\r\r", finish=False) == [event("1")]


def test_only_one_space_after_the_colon_is_the_grammars() -> None:
    assert decode(b"data:tight\n\ndata:  wide \n\ndata\n\ndata:\n\n") == [
        event("tight"),
        event(" wide "),
        event(""),
        event(""),
    ]


@pytest.mark.parametrize("chunks", [[b"\xef\xbb\xbfdata: 1\n\n"], [b"\xef", b"\xbb", b"\xbfdata: 1\n\n"]])
def test_a_bom_at_the_start_is_dropped(chunks: list[bytes]) -> None:
    assert decode(*chunks) == [event("1")]


def test_a_bom_elsewhere_belongs_to_the_line() -> None:
    assert decode(b"data: 1\n\n\xef\xbb\xbfdata: 2\n\n") == [
        event("1"),
        SseEvent("bad", data="\ufeffdata: 2", has_data=False),
    ]


def test_half_a_bom_is_not_lost() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"\xef\xbb") == []
    assert decoder.pending == b"\xef\xbb"
    assert decoder.finish() == [SseEvent("bad", data="\udcef\udcbb", bad=True, has_data=False)]


def test_comments_come_at_once_and_in_their_place() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: 1\n: heartbeat\n") == [SseEvent("comment", "heartbeat", has_data=False)]
    assert decoder.feed(b"data: 2\n\n:\n") == [event("1\n2"), SseEvent("comment", has_data=False)]


def test_retry_and_lines_that_are_no_field() -> None:
    assert decode(b'retry: 1500\nretry: soon\nhello\n{"detail": "x"}\nid: a\0b\nfoo: 1\n') == [
        SseEvent("retry", data="1500", has_data=False),
        *(
            SseEvent("bad", data=line, has_data=False)
            for line in ("retry: soon", "hello", '{"detail": "x"}', "id: a\0b", "foo: 1")
        ),
    ]


def test_an_event_without_data_is_kept_and_marked() -> None:
    assert decode(b"event: ping\n\n") == [SseEvent("event", "ping", has_data=False)]


def test_an_id_alone_is_kept_and_is_no_event() -> None:
    assert decode(b"id: 9\n\n") == [SseEvent("id", id="9", has_data=False)]


def test_an_id_belongs_to_its_own_event() -> None:
    assert decode(b"id: 1\ndata: a\n\ndata: b\n\ndata: c\nid: \n\n") == [
        event("a", id="1"),
        event("b"),
        event("c", id=""),
    ]


def test_bytes_that_are_not_utf8_are_kept_and_marked() -> None:
    (item,) = decode(b"event: a\ndata: caf\xe9\n\n")
    assert item.bad
    assert item.data.encode("utf-8", "surrogateescape") == b"caf\xe9"
    assert decode(b": \xff\n") == [SseEvent("comment", "\udcff", bad=True, has_data=False)]


def test_a_character_split_over_chunks_is_whole() -> None:
    assert decode(b"data: \xe4\xbd", b"\xa0\n\n") == [event("你")]


@pytest.mark.parametrize(
    "body,name,data",
    [
        (b'event: end\ndata: {"a": 1}\n', "end", '{"a": 1}'),
        (b'event: end\ndata: {"a": 1}', "end", '{"a": 1}'),
        (b'event: end\ndata: {"a":', "end", '{"a":'),
        (b"event: en", "en", ""),
        (b"ev", "", ""),
        (b"data: [DONE]", "", "[DONE]"),
    ],
)
def test_an_event_that_the_end_broke_off_is_a_half_one(body: bytes, name: str, data: str) -> None:
    (item,) = decode(b"data: 1\n\n" + body)[1:]
    assert (item.kind, item.name, item.data, item.has_data) == ("half", name, data, b"data" in body)


@pytest.mark.parametrize("body", [b"", b"\n", b"\r\n\r\n\n", b"data: 1\n\n", b"data: 1\n\n\n"])
def test_a_whole_body_leaves_nothing(body: bytes) -> None:
    decoder = SseDecoder()
    decoder.feed(body)
    assert decoder.pending == b""
    assert decoder.finish() == []


def test_a_body_that_is_no_stream_is_told_at_its_end() -> None:
    assert decode(b'{"detail": "Not Found"}') == [SseEvent("bad", data='{"detail": "Not Found"}', has_data=False)]


def test_the_last_comment_may_lack_its_line_end() -> None:
    assert decode(b": bye") == [SseEvent("comment", "bye", has_data=False)]


def test_finish_leaves_nothing_for_a_second_one() -> None:
    decoder = SseDecoder()
    decoder.feed(b"data: 1")
    assert [item.kind for item in decoder.finish()] == ["half"]
    assert decoder.pending == b""
    assert decoder.finish() == []


def test_pending_is_the_unfinished_event() -> None:
    decoder = SseDecoder()
    decoder.feed(b"data: 1\n\nevent: a\r\nda")
    decoder.feed(b"ta: 2")
    assert decoder.pending == b"event: a\ndata: 2"


def cpu_seconds(body: bytes, size: int, lengths: list[int]) -> float:
    decoder = SseDecoder()
    begin = time.process_time()
    items = [item for i in range(0, len(body), size) for item in decoder.feed(body[i : i + size])]
    seconds = time.process_time() - begin
    assert [len(item.data) for item in items] == lengths
    return seconds


def test_small_chunks_of_a_large_event_cost_in_proportion() -> None:
    """Joining what is there at every chunk would copy some hundred gigabytes here, against one in the large chunks."""
    body = b"data: " + b"y" * 6_000_000 + b"\n" + (b"data: " + b"x" * 4090 + b"\n") * 1000 + b"\n"
    lengths = [6_000_000 + 1000 * 4091]
    assert cpu_seconds(body, 256, lengths) < 40 * cpu_seconds(body, 65536, lengths) + 1.0


FRAGMENTS = [
    b"event: a",
    b"event:tight",
    b"event: ",
    b'data: {"i": 1}',
    b"data: x",
    b"data:",
    b"data",
    b"data:  two",
    "data: 你\u2028好\x85\x0b\x0c\x1c".encode(),
    b"data: caf\xe9",
    b"id: 1",
    b"id: ",
    b"id: \0",
    b"retry: 5",
    b"retry: x",
    b": ping",
    b":",
    b"xevent: a",
    b"junk",
    b"\xef\xbb\xbf",
    b"",
    b"",
]
ENDS = [b"\n", b"\r\n", b"\r"]


def cut(body: bytes, marks: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted(mark % (len(body) + 1) for mark in marks), len(body)]
    return [body[a:b] for a, b in itertools.pairwise(edges)]


@given(
    lines=st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(ENDS)), max_size=40),
    tail=st.sampled_from([*FRAGMENTS, b"da", b"e"]),
    marks=st.lists(st.integers(0, 10_000), max_size=12),
)
def test_any_lines_and_any_cuts_agree_with_the_grammar(
    lines: list[tuple[bytes, bytes]], tail: bytes, marks: list[int]
) -> None:
    body = b"".join(line + end for line, end in lines) + tail
    assert decode(*cut(body, marks)) == by_the_book(body)


@given(
    end=st.sampled_from(ENDS),
    blocks=st.lists(
        st.sampled_from(
            [
                b"event: a\ndata: 1\n\n",
                b"event: a\ndata: 1\nid: 3\n\n",
                b"id: 2\nevent: a\ndata: \n\n",
                b"id: 2\ndata: 1\nid: 3\n\n",
                b"data: {}\n\n",
                b"event: \ndata: 1\n\n",
                b"event: a\ndata: 1\nid: \n\n",
                b"event: a\ndata: 1\r2\n\n",
                b"event: a\ndata: 1\nid: \0\n\n",
                b"xevent: a\ndata: 1\n\n",
                b": ping\n\n",
                b"\n",
            ]
        ),
        max_size=12,
    ),
    marks=st.lists(st.integers(0, 10_000), max_size=6),
)
def test_the_fast_way_agrees_with_the_strict_one(end: bytes, blocks: list[bytes], marks: list[int]) -> None:
    body = b"".join(blocks).replace(b"\n", end)
    assert decode(*cut(body, marks)) == by_the_book(body)


@given(
    end=st.sampled_from(ENDS),
    chunks=st.lists(
        st.one_of(
            st.sampled_from([b"event: a\ndata: 1\n\n", b"data: 2\n\n", b"id: 1\nevent: a\ndata: x\r\n\n", b""]),
            st.sampled_from([b"data: 1\n\ndata: 2\n\n", b"event: a\n", b"data: 1\n", b"\n", b": ping\n\n"]),
        ),
        max_size=9,
    ),
)
def test_many_chunks_at_once_are_what_they_are_one_by_one(end: bytes, chunks: list[bytes]) -> None:
    first, *chunks = (chunk.replace(b"\n", end) for chunk in (b"data: first\n\n", b"data: second\n\n", *chunks))
    single, many = SseDecoder(), SseDecoder()
    assert single.feed(first) == many.feed(first)
    told, items = [single.feed(chunk) for chunk in chunks], many.flow(chunks)
    assert [items.item(place) for place in range(len(items))] == [item for part in told for item in part]
    assert items.ends == list(itertools.accumulate(map(len, told)))
    assert many.finish() == single.finish()


@given(body=st.binary(max_size=200), marks=st.lists(st.integers(0, 10_000), max_size=8))
@example(body=b"\r\n\n\r\r\n", marks=[1, 2, 3])
def test_any_bytes_do(body: bytes, marks: list[int]) -> None:
    assert decode(*cut(body, marks)) == by_the_book(body)


def test_long_mixed_streams_agree_byte_by_byte_and_whole() -> None:
    rng = random.Random(7)
    body = b"".join(rng.choice(FRAGMENTS) + rng.choice(ENDS) for _ in range(3000))
    want = by_the_book(body)
    assert decode(body) == want
    assert decode(*(body[i : i + 1] for i in range(len(body)))) == want
