"""What a row stands for, from its chunks."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.frames import Frame, Kind
from inspector.present.assembled import EVENTS, gather, values_of


def log(*frames: tuple[int, Kind, bytes]) -> list[Frame]:
    return [Frame(seq, 0.0, link, kind, {}, body) for seq, (link, kind, body) in enumerate(frames, 1)]


def shown(frames: Sequence[Frame], seq: int) -> list[tuple[str, object]]:
    found = values_of(gather(seq, lambda number: frames[number - 1]))
    assert found[-1][0] == "frame"
    return found[:-1]


D, R, E = Kind.DATA, Kind.RESPONSE, Kind.END


def test_an_event_is_whole_however_it_was_cut_and_whatever_came_between() -> None:
    frames = log(
        (1, R, b""),
        (1, D, b"event: early\ndata: 1\n\n"),
        (1, D, b'event: values\ndata: {"a"'),
        (2, D, b"event: other\ndata: 2\n\n"),
        (1, D, b': "b"}\r\n\r'),
        (1, D, b"\nevent: next\nda"),
    )
    assert shown(frames, 5)[0] == ("values", {"a": "b"})
    assert shown(frames, 4) == [("other", 2)]
    assert shown(frames, 2) == [("early", 1)]
    assert shown(frames, 6)[-1] == ("unfinished", "event: next\nda")
    assert dict(values_of(gather(5, lambda n: frames[n - 1])))["frame"]["chunks"] == [3, 5]


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_no_more_is_read_back_than_the_event_needs(size: int, end: str) -> None:
    stream = "".join(f"event: e{n}{end}data: {{}}{end}{end}" for n in range(6)).encode()
    frames = log(*[(1, D, stream[at : at + size]) for at in range(0, len(stream), size)])
    told = [values_of(gather(seq, lambda number: frames[number - 1])) for seq in range(1, len(frames) + 1)]
    assert [name for values in told for name, _ in values if name.startswith("e")] == [f"e{n}" for n in range(6)]
    longest = max(len(gather(seq, lambda number: frames[number - 1])) for seq in range(1, len(frames) + 1))
    assert longest <= len(stream) / 6 / size + 3


def test_a_page_with_blank_lines_is_whole() -> None:
    page = "<html>\n\n<h1>Bad gateway</h1>\n\n</html>\n"
    frames = log((1, R, b""), (1, D, page[:8].encode()), (1, D, page[8:].encode()), (1, E, b""))
    assert shown(frames, 4) == [("body", page)]


def test_an_answer_is_read_at_its_end() -> None:
    frames = log((1, R, b""), (1, D, b'{"status": '), (1, D, b'"success"}'), (1, E, b""))
    assert shown(frames, 4) == [("body", {"status": "success"})]


def test_a_stream_is_read_at_its_end_only_as_far_as_it_is_unfinished() -> None:
    frames = log((1, R, b""), (1, D, b"data: 1\n\n"), (1, D, b'event: half\ndata: {"a":'), (1, E, b""))
    assert shown(frames, 4) == [("half", '{"a":')]
    assert shown(frames[:2] + log((1, E, b""))[:1], 3) == []


def test_what_is_no_stream_is_shown_as_the_text_that_it_is() -> None:
    frames = log((1, R, b""), (1, D, b"<html>\nBad gateway\n</html>\n"), (1, E, b""))
    assert shown(frames, 3) == [("body", "<html>\nBad gateway\n</html>\n")]
    request = Frame(1, 0.0, 1, Kind.REQUEST, {"method": "POST"}, b'{"input": 1}')
    assert values_of([request])[:2] == [("body", {"input": 1}), ("head", {"method": "POST"})]


def test_keep_alives_retries_and_odd_lines_have_their_names() -> None:
    frames = log((1, D, b": ping\nretry: 100\nodd line\ndata: [1, 2\n\n"))
    assert shown(frames, 1) == [("keep-alive", "ping"), ("retry", "100"), ("bad", "odd line"), ("message", "[1, 2")]


def test_many_events_of_one_chunk_are_counted_not_listed() -> None:
    frames = log((1, D, b"data: 1\n\n" * (EVENTS + 3)))
    assert shown(frames, 1)[-1] == ("…", "3 more events")


def test_a_frame_that_is_missing_is_passed_on_and_one_in_between_is_passed_over() -> None:
    frames = {frame.seq: frame for frame in log((1, D, b'data: "a'), (2, D, b""), (1, D, b'b"\n\n'))}
    del frames[2]
    assert values_of(gather(3, frames.__getitem__))[:-1] == [("message", "ab")]
    with pytest.raises(KeyError):
        gather(2, frames.__getitem__)


@given(
    st.lists(st.tuples(st.integers(1, 2), st.sampled_from([D, R, E]), st.binary(max_size=12)), min_size=1, max_size=8)
)
def test_any_frames_have_values(frames: list[tuple[int, Kind, bytes]]) -> None:
    made = log(*frames)
    assert values_of(gather(len(made), lambda number: made[number - 1]))
