"""Marks and comments as they come out of a log."""

from __future__ import annotations

from inspector.domain.notes import JOURNAL, REMARK, note
from inspector.domain.remarks import Remarks, comment, mark


def test_the_newest_about_a_spot_counts() -> None:
    remarks = Remarks()
    said = [((3, 0), "here"), ((4, 0), "there"), ((3, 2), "third"), ((3, 0), " here it hangs\n"), ((4, 0), " ")]
    for spot, text in said:
        assert remarks.take(comment(spot, text))
    assert remarks.take(mark((9, 1), True))
    assert remarks.comments == {(3, 0): "here it hangs", (3, 2): "third"}
    assert remarks.of(3) == ["here it hangs", "third"]
    assert remarks.of(9) == []
    assert remarks.marks == {(9, 1)}
    assert remarks.take(mark((9, 1), False))
    assert remarks.marks == set()
    assert remarks.version == 7


def test_other_notes_and_odd_ones_are_left_out() -> None:
    remarks = Remarks()
    odd = [note(REMARK, "where?", frame="1"), note(REMARK, "where?", frame=1, part=None), note(REMARK, "where?")]
    for head in (note(JOURNAL, "cancel", frame=1), {"text": "recorded by curl"}, *odd):
        assert not remarks.take(head)
    assert (remarks.comments, remarks.marks, remarks.version) == ({}, set(), 0)
