"""Marks and comments as they come out of a log."""

from __future__ import annotations

from inspector.domain.notes import JOURNAL, REMARK, note
from inspector.domain.remarks import Remarks, comment, mark


def test_the_newest_about_a_frame_counts() -> None:
    remarks = Remarks()
    for head in (comment(3, "here"), comment(4, "there"), comment(3, " here it hangs\n"), comment(4, " "), mark(9, True)):
        assert remarks.take(head)
    assert remarks.comments == {3: "here it hangs"}
    assert remarks.beside() == {3, 9}
    assert remarks.take(mark(9, False))
    assert remarks.marks == set()
    assert remarks.version == 6


def test_other_notes_and_odd_ones_are_left_out() -> None:
    remarks = Remarks()
    for head in (note(JOURNAL, "cancel", frame=1), {"text": "recorded by curl"}, note(REMARK, "where?", frame="1")):
        assert not remarks.take(head)
    assert remarks.beside() == frozenset()
    assert remarks.version == 0
