"""The log's model: no object for a row."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from inspector.domain.events import Event, RunKey, StatusSeen
from inspector.domain.rows import Rows
from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import Facts
from inspector.present.filter.fit import Fit
from inspector.present.filter.tree import Compared, Op
from inspector.present.logfilter import Filter
from inspector.ui.log.model import COLUMNS, LogModel


def rows(count: int) -> Rows:
    found = Rows()
    found.append(event(number) for number in range(1, count + 1))
    return found


def event(number: int) -> Event:
    facts = (StatusSeen("running", "running"),) if number == 1 else ()
    return Event(RunKey(1), number, 0, number * 20.0, 1, "values", f"text {number}", True, facts)


@pytest.mark.usefixtures("qapp")
def test_it_is_sound_and_grows_in_batches(qtmodeltester: ModelTester) -> None:
    source = rows(30)
    model = LogModel(source)
    model.show(source, Filter())
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    inserted: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda _, first, last: inserted.append((first, last)))
    source.append([event(31), event(32)])
    assert model.grow() == 2
    assert inserted == [(30, 31)]
    texts = [model.index(0, column).data() for column in range(len(COLUMNS))]
    assert "running" in texts
    assert "values" in texts


def test_a_hundred_thousand_rows_are_shown_and_filtered(qapp: QApplication) -> None:
    source = rows(100_000)
    model = LogModel(source)
    model.show(source, Filter())
    assert model.rowCount() == 100_000
    tree = Compared("text", Op.CONTAINS, ("text 99999",))
    model.show(source, Filter(fit=Fit(tree, Columns(source), Facts)))
    assert model.rowCount() == 1


def test_a_filter_that_is_taken_back_leaves_the_log_as_it_was(qapp: QApplication) -> None:
    source = rows(100)
    model = LogModel(source)
    model.show(source, Filter())
    whole = model.shown
    fit = Fit(Compared("seq", Op.LT, (3.0,)), Columns(source), Facts)
    model.show(source, Filter(fit=fit))
    assert model.rowCount() == 2
    source.append([event(101)])
    model.grow()
    model.show(source, Filter())
    assert model.shown is whole  # a million rows are not gone through again
    assert model.rowCount() == 101
    other = rows(3)
    model.show(other, Filter(fit=fit))
    model.show(source, Filter())
    assert model.shown is not whole
    assert model.rowCount() == 101


def test_a_long_silence_is_a_line_of_its_own(qapp: QApplication) -> None:
    source = rows(1)
    source.append([Event(RunKey(1), 2, 0, 41_020.0, 1, "values", "late", True)])
    model = LogModel(source)
    model.show(source, Filter())
    assert [model.row(line) for line in range(3)] == [0, None, 1]
    assert "41 s of silence" in model.silence(1)


def test_a_silence_that_goes_on_is_the_last_line_until_an_ordinary_one_takes_its_place(
    qapp: QApplication, qtmodeltester: ModelTester
) -> None:
    source = rows(2)
    model = LogModel(source)
    model.show(source, Filter())
    model.wait((12_000.0, 2))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    assert (model.rowCount(), model.row(2), model.silence(2)) == (3, None, "12 s of silence so far, 2 keep-alives")
    assert model.index(2, COLUMNS.index("Summary")).data() == "12 s of silence so far, 2 keep-alives"
    model.wait((41_000.0, 2))
    source.append([Event(RunKey(1), 3, 0, 41_000.0, 1, ": ping", "")])
    model.grow()
    assert [model.row(line) for line in range(4)] == [0, 1, 2, None]
    assert model.silence(3).startswith("41 s of silence so far")
    source.append([Event(RunKey(1), 4, 0, 51_040.0, 1, "values", "late", True)])
    before = model.silence(3)
    model.grow()
    model.wait(None)
    assert [model.row(line) for line in range(model.rowCount())] == [0, 1, 2, None, 3]
    assert (before, model.silence(3)) == ("41 s of silence so far, 2 keep-alives", "51 s of silence, 1 keep-alive")
    model.wait((10_000.0, 0))
    model.show(source, Filter())
    assert model.rowCount() == 5
