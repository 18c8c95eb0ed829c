"""A text is found in what rows say and in the bytes below them, wherever chunks were cut."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.domain.batch import Batch
from inspector.domain.events import Event, RunKey
from inspector.domain.frames import Frame, Kind
from inspector.domain.notes import TICK, note
from inspector.domain.rows import Rows
from inspector.present import search
from inspector.present.search import Needle, Search

RUN = RunKey(1)


def rows_of(*said: tuple[int, str], link: int = 1) -> Rows:
    rows = Rows()
    rows.append([Event(RUN, seq, 0, seq * 1.0, link, "delta", text) for seq, text in said])
    return rows


def data(seq: int, body: bytes, link: int = 1) -> Frame:
    return Frame(seq, seq * 1.0, link, Kind.DATA, {}, body)


class Log:
    """Frames that are given out in batches of so many."""

    def __init__(self, frames: Sequence[Frame], piece: int = 1) -> None:
        self.frames = list(frames)
        self.piece = piece

    def batches(self, after: int) -> Iterator[Batch]:
        rest = [frame for frame in self.frames if frame.seq > after]
        return (Batch.of(rest[first : first + self.piece]) for first in range(0, len(rest), self.piece))


def found(rows: Rows, text: str, frames: Sequence[Frame] = (), also: Iterable[int] = (), piece: int = 1) -> list[int]:
    looking = Search(rows, text, Log(frames, piece).batches)
    looking.also(also)
    assert not looking.step(lambda: False)
    return [row for row, hit in enumerate(looking.hits) if hit]


def test_rows_are_found_by_name_and_text_whatever_the_case() -> None:
    rows = rows_of((1, "Hello"), (2, "world"), (3, "HELLO again"))
    assert found(rows, "hello") == [0, 2]
    assert found(rows, "Delta") == [0, 1, 2]
    assert found(rows, "nothing of it") == []


def test_bytes_are_found_where_the_row_says_less() -> None:
    rows = rows_of((1, "in progress"), (3, "said"), (4, "done"))
    frames = [data(1, b'data: {"deep": {"Secret_Name": 1}}\n\n'), data(3, b"data: x\n\n"), data(4, b"data: y\n\n")]
    assert found(rows, "secret_name", frames) == [0]


@pytest.mark.parametrize("text", ["café", 'say "hi"', "tab\there"])
def test_a_text_is_found_as_json_writes_it(text: str) -> None:
    rows = rows_of((1, ""), (2, ""), (3, ""))
    needle = Needle(text)
    frames = [data(n, b'data: {"v": "' + form + b'"}\n\n') for n, form in enumerate(needle.forms, 1)]
    assert len(frames) > 1
    assert found(rows, text, frames) == list(range(len(frames)))


def test_the_edge_of_a_chunk_does_not_hide_it_and_other_exchanges_do_not_make_it() -> None:
    rows = rows_of((2, ""), (3, ""), (9, ""))
    frames = [data(1, b"data: Final run has n"), data(2, b"Final run", link=2), data(3, b"ot been received\n\n")]
    assert found(rows, "Final run has not been received", frames) == [1]
    assert found(rows, "has nFinal", frames) == []
    letters = [data(n, bytes([letter])) for n, letter in enumerate(b"data: needle\n\n", 1)]
    assert found(rows_of((14, "")), "needle", letters, piece=14) == [0]


def test_of_the_events_in_one_chunk_the_one_that_holds_it_is_found() -> None:
    rows = Rows()
    rows.append([Event(RUN, 5, part, 5.0, 1, "delta", "") for part in range(4)])
    frame = data(5, b"data: a\n\ndata: b\n\ndata: needle\n\ndata: d\n\n")
    assert found(rows, "needle", [frame]) == [2]
    assert found(rows, "data: needle", [data(5, frame.body.replace(b"\n", b"\r\n"))]) == [2]
    said = rows_of((5, "needle in the summary"))
    assert found(said, "needle", [frame]) == [0]


def test_a_frame_without_a_row_is_found_in_the_next_row_of_its_exchange_or_else_the_last() -> None:
    rows = Rows()
    rows.append([Event(RUN, seq, 0, 1.0, link, "delta", "") for seq, link in ((2, 1), (4, 2), (5, 1))])
    frames = [data(3, b"data: begins here: needle"), data(5, b" and goes on\n\n")]
    assert found(rows, "needle", frames) == [2]
    assert found(rows, "needle", [data(9, b"data: needle, cut", link=2)]) == [1]
    assert found(Rows(), "needle", frames) == []


def test_heads_are_looked_through_but_not_the_clock_of_the_log() -> None:
    rows = rows_of((1, ""), (2, ""))
    asked = Frame(1, 0.0, 1, Kind.REQUEST, {"url": "http://h/threads/t_1/Needle"})
    ticked = Frame(2, 0.0, 0, Kind.NOTE, note(TICK, "needle"))
    assert found(rows, "needle", [asked, ticked]) == [0]


def test_frames_that_were_commented_on_count() -> None:
    assert found(rows_of((1, ""), (3, "")), "needle", also=[3]) == [1]


def test_it_goes_on_where_it_was_when_it_was_late_or_the_log_has_grown() -> None:
    rows = rows_of(*[(n, "needle" if n % 3 == 0 else "") for n in range(1, 50)])
    log = Log([data(n, b"data: NEEDLE\n\n" if n % 7 == 0 else b"data: 1\n\n") for n in range(1, 50)])
    looking = Search(rows, "needle", log.batches)
    steps = 0
    while looking.step(lambda: True):
        steps += 1
        assert 0.0 <= looking.progress(49) <= 1.0
    assert steps > 49
    assert looking.progress(49) == 1.0
    assert [n + 1 for n, hit in enumerate(looking.hits) if hit] == [n for n in range(1, 50) if n % 3 == 0 or n % 7 == 0]
    rows.append([Event(RUN, 50, 0, 50.0, 1, "delta", "")])
    log.frames.append(data(50, b"data: needle\n\n"))
    assert not looking.rows_done
    assert not looking.step(lambda: False)
    assert looking.hits[-1] == 1


class Plain:
    """One frame after the other, each behind the bytes of its exchange before it: what a look at many has to give."""

    def __init__(self, text: str) -> None:
        self.needle = Needle(text)
        self.tails: dict[int, bytes] = {}

    def holds(self, frame: Frame) -> int | None:
        """In which event of a frame it is; None: in none."""
        tail = self.tails.get(frame.link, b"") if frame.kind is Kind.DATA else b""
        content = tail + frame.body.lower()
        if frame.kind is Kind.DATA:
            self.tails[frame.link] = content
        if frame.kind is Kind.END:
            self.tails.pop(frame.link, None)
        head = json.dumps(frame.head, ensure_ascii=False).lower().encode("utf-8", "surrogatepass")
        if frame.head and any(form in head for form in self.needle.forms):
            return 0
        starts = [content.find(form, max(0, len(tail) - len(form) + 1)) for form in self.needle.forms]
        there = [start for start in starts if start >= 0]
        if not there:
            return None
        before = content[len(tail) : max(len(tail), min(there))]
        return max(map(before.count, (b"\n\n", b"\r\n\r\n", b"\r\r")))


kinds = st.sampled_from((*[Kind.DATA] * 6, Kind.SOCKET, Kind.END, Kind.REQUEST))
bodies = st.text('ab"\\é\n', max_size=6).map(str.encode)
heads = st.sampled_from(({}, {}, {}, {"a": "b"}, {"é": "ab"}))


@given(
    st.sampled_from(("a", "ab", "aba", "é", 'b"', "\n\n", "a\n", "É", 'a": "b', "\\")),
    st.lists(st.tuples(st.integers(1, 2), kinds, heads, bodies), max_size=30),
    st.integers(1, 12),
)
@example("ab", [(1, Kind.DATA, {}, b"a"), (1, Kind.DATA, {"é": "ab"}, b"\\"), (1, Kind.DATA, {}, b"b")], 1)
def test_many_frames_at_a_time_are_found_as_one_by_one(
    text: str, told: list[tuple[int, Kind, dict[str, str], bytes]], piece: int
) -> None:
    frames = [Frame(seq, 0.0, *rest) for seq, rest in enumerate(told, 1)]
    rows, plain, wanted = Rows(), Plain(text), set[int]()
    for frame in frames:
        first, parts = len(rows), frame.body.count(b"\n\n") + 1
        rows.append([Event(RUN, frame.seq, part, 0.0, frame.link, "x", "") for part in range(parts)])
        part = plain.holds(frame)
        if part is not None:
            wanted.add(min(first + part, len(rows) - 1))
    assert set(found(rows, text, frames, piece=piece)) == wanted


def test_many_rows_are_looked_through_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SLICE", 10)
    looking = Search(rows_of(*[(n, "") for n in range(1, 26)]), "x", Log([]).batches)
    sizes = []
    while looking.step(lambda: True):
        sizes.append(len(looking.hits))
    assert sizes == [10, 20, 25]
