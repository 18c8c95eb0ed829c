from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from inspector.domain.frames import Frame, Kind
from inspector.store.open import open_log
from inspector.store.wire_file import AT_ONCE, WireLog
from inspector.store.wirelog import entry_line, head_line


def some_frames(count: int) -> list[Frame]:
    frames = []
    for seq in range(1, count + 1):
        kind = (Kind.DATA, Kind.NOTE, Kind.END)[seq % 3]
        body = f"data: {seq} ä\n\n".encode() if kind is Kind.DATA else b""
        head = {} if kind is Kind.DATA else {"how": "eof", "number": seq}
        frames.append(Frame(seq, seq * 1.5, seq % 4 + 1, kind, head, body))
    return frames


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.wire.jsonl"


def written(path: Path, frames: list[Frame], between: bytes = b"") -> WireLog:
    path.write_bytes(between.join([head_line({"label": "x"}), *map(entry_line, frames)]))
    log = open_log(path)
    assert isinstance(log, WireLog)
    return log


@pytest.mark.parametrize("count", (0, 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 7))
def test_frames_are_read_from_the_file_in_order_and_at_random(path: Path, count: int) -> None:
    frames = some_frames(count)
    log = written(path, frames, b"\n")
    assert (len(log), list(log), log.head["label"]) == (count, frames, "x")
    assert [log.frame(frame.seq) for frame in reversed(frames)] == frames[::-1]
    assert list(log) == frames, "and again"
    with pytest.raises(KeyError):
        log.frame(count + 1)
    with pytest.raises(KeyError):
        log.frame(0)
    log.close()


def test_a_mark_of_the_byte_order_does_not_shift_anything(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + head_line({}) + b"".join(map(entry_line, some_frames(9))))
    assert list(open_log(path)) == some_frames(9)


def test_what_is_put_in_its_place_later_is_not_taken_for_it(path: Path) -> None:
    log = written(path, some_frames(20))
    other = path.with_name("b")
    other.write_bytes(b"x" * 9000)
    other.replace(path)
    assert list(log) == some_frames(20)
    log.close()
    assert list(log) == []
    with pytest.raises(KeyError):
        log.frame(3)


def test_what_is_cut_off_later_is_left_out(path: Path) -> None:
    log = written(path, some_frames(20))
    path.write_bytes(path.read_bytes()[:500])
    few = list(log)
    assert 0 < len(few) < 20
    assert few == some_frames(20)[: len(few)]
    log.close()


def test_numbers_count_the_lines_that_could_not_be_used(path: Path) -> None:
    good = [{"t": n, "x": 1, "is": "data", "text": "a"} for n in range(3)]
    bad = ["broken", {"t": 1, "x": 1, "is": "data", "b64": "§"}, {"t": 1, "x": 1}, {"is": 3, "t": 1, "x": 1}]
    lines = [good[0], bad[0], good[1], bad[1], bad[2], bad[3], good[2]]
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    log = open_log(path)
    assert [frame.seq for frame in log] == [1, 3, 7]
    assert log.frame(7).at == 2.0
    with pytest.raises(KeyError):
        log.frame(2)
    assert [warning.split()[1] for warning in log.warnings] == ["2", "4", "5", "6"]


def test_a_line_that_shows_its_fault_only_when_it_is_read_is_left_out(path: Path) -> None:
    path.write_bytes(b'{"t":1,"x":1,"is":"data","text":"a"}\n{"t":2,"x":1,"is":"data","text":"\xff"}\n')
    log = open_log(path)
    assert [frame.seq for frame in log] == [1]


def test_a_long_log_is_not_held_in_memory(path: Path) -> None:
    frames = [Frame(n, float(n), 1, Kind.DATA, {}, b"data: " + b"x" * 990 + b"\n\n") for n in range(1, 4001)]
    tracemalloc.start()
    try:
        log = written(path, frames)
        assert sum(1 for _ in log) == 4000
        del frames
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held < 1_000_000
    log.close()
