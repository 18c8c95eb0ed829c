"""Bars as pieces: no more than there are pixels."""

from __future__ import annotations

from inspector.domain.charts import Ending
from inspector.domain.findings import Severity
from inspector.present.timeline import Bar, Mark
from inspector.present.timeline_pieces import flags, pieces
from inspector.present.timeline_scale import Scale

SCALE = Scale(0.0, 100.0, 800.0)


def test_many_short_bars_become_few_pieces_and_the_worst_is_seen() -> None:
    bars = [Bar(n * 4.0, n * 4.0 + 3, "x", Ending.COMPLETED, n, n) for n in range(20_000)]
    bars[7_000] = Bar(28_000.0, 28_003.0, "bad", Ending.FAILED, 1, 1)
    found = pieces(bars, SCALE)
    assert len(found) <= 800
    assert sum(piece.count for piece in found) == 20_000
    assert [piece.bar.title for piece in found if piece.bar.look is Ending.FAILED] == ["bad"]


def test_only_what_is_in_sight_is_painted_and_what_took_no_time_is_seen() -> None:
    bars = [Bar(at, at, "x", Ending.COMPLETED, 1, 1) for at in (0.0, 40_000.0, 90_000.0)]
    found = pieces(bars, SCALE)
    assert len(found) == 2
    assert all(piece.x1 - piece.x0 >= 3 for piece in found)


def test_marks_at_one_place_are_one_flag_with_the_worst_in_front() -> None:
    marks = [
        Mark(float(at), 1, "x", severity=s)
        for at, s in ((0, Severity.NOTE), (10, Severity.ERROR), (5_000, Severity.WARN))
    ]
    found = flags(marks, SCALE, 14.0)
    assert [(flag.count, flag.mark.severity) for flag in found] == [(2, Severity.ERROR), (1, Severity.WARN)]
