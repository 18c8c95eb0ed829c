from __future__ import annotations

import pytest

from inspector.domain.frames import Frame, Kind
from inspector.store.log import Log, ReadLog, lines_of
from inspector.store.reader import SessionReader

FRAMES = [Frame(seq, 0.0, 1, Kind.DATA) for seq in (1, 2, 5, 9)]


def test_a_log_in_memory_is_asked_like_a_session() -> None:
    log: Log = ReadLog("wire", {"protocol": "langgraph"}, FRAMES, ["odd"])
    assert (log.kind, log.head, log.protocol, log.warnings) == ("wire", {"protocol": "langgraph"}, "langgraph", ["odd"])
    assert len(log) == 4
    assert (log.started_ms, log.recovered, log.live) == (None, None, False)
    assert list(log) == FRAMES
    assert [log.frame(seq).seq for seq in (1, 5, 9)] == [1, 5, 9]
    for seq in (0, 3, 10):
        with pytest.raises(KeyError):
            log.frame(seq)
    assert list(log.more()) == []
    log.close()


@pytest.mark.parametrize(
    ("told", "started"), [(5, 5.0), (5.5, 5.5), (None, None), (True, None), ("5", None), (float("nan"), None)]
)
def test_a_head_may_tell_when_the_log_began(told: object, started: float | None) -> None:
    assert ReadLog("wire", {"started_ms": told}, FRAMES).started_ms == started


def test_a_session_is_such_a_log() -> None:
    reader: type[Log] = SessionReader
    assert reader.__name__ == "SessionReader"


def test_lines_are_cut_at_line_feeds_only() -> None:
    assert list(lines_of("a\u2028b\r\n\n  \nc".encode())) == ["a\u2028b\r".encode(), b"c"]
