"""The box, as somebody types in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from inspector.present.filter.tree import EVERY, Compared, Op, Tree, text_of
from inspector.ui.filter.box import FilterBox
from inspector.ui.theme import Mode, Theme


class Bench:
    """A box in a window, and what it told."""

    def __init__(self, qtbot: QtBot, app: QApplication) -> None:
        self.window = QWidget()
        self.window.resize(900, 500)
        self.box = FilterBox(Theme(app, Mode.LIGHT))
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.box)
        layout.addStretch(1)
        self.told: list[Tree] = []
        self.box.wanted.connect(self.told.append)
        self.box.values = lambda field: {"state": ["running", "error"]}.get(field.name, [])
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        self.box.setFocus()

    def offer(self) -> list[str]:
        """What is offered once the typing pauses."""
        self.box._soon.timeout.emit()
        shown = self.box.offers.isVisible()
        return [offer.text for offer in self.box.offers.completion.offers] if shown else []


@pytest.fixture
def bench(qtbot: QtBot, qapp: QApplication) -> Bench:
    return Bench(qtbot, qapp)


def test_whatever_makes_sense_is_told_as_it_is_typed(bench: Bench) -> None:
    QTest.keyClicks(bench.box, 'state == "er"')
    assert bench.told[-1] == Compared("state", Op.EQ, ("er",))
    assert bench.box.problem is None
    bench.box.clear()
    assert bench.told[-1] == EVERY
    QTest.keyClicks(bench.box, "two words")
    assert text_of(bench.told[-1]) == 'any contains "two" and any contains "words"'
    assert bench.box.styleSheet() == ""


def test_where_it_stops_making_sense_a_sentence_is_shown_and_the_last_that_made_sense_stays(bench: Bench) -> None:
    QTest.keyClicks(bench.box, "part == 1")
    green, told = bench.box.styleSheet(), list(bench.told)
    QTest.keyClicks(bench.box, " and stte == x")
    assert bench.box.problem is not None
    assert bench.box.callout.text() == "There is no field “stte”. Did you mean state?"
    assert bench.box.callout.isVisible()
    assert "background" in green
    assert bench.box.styleSheet() not in ("", green)
    assert bench.told[: len(told)] == told
    assert all(Compared("part", Op.EQ, (1.0,)) in getattr(tree, "parts", (tree,)) for tree in bench.told[len(told) :])
    bench.window.setFocus()
    bench.box.clearFocus()
    assert not bench.box.callout.isVisible()


def test_a_filter_is_put_together_with_the_arrow_keys(bench: Bench) -> None:
    QTest.keyClicks(bench.box, "sta")
    assert bench.offer()[:2] == ["state", "status"]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(bench.box, key)
    assert bench.box.text() == "state "
    assert bench.offer()[0] == "=="
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Tab):
        QTest.keyClick(bench.box, key)
    assert bench.box.text() == "state == "
    assert bench.offer() == ['"error"', '"running"']
    QTest.keyClick(bench.box, Qt.Key.Key_Escape)
    assert not bench.box.offers.isVisible()
    QTest.keyClick(bench.box, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(bench.box, key)
    assert bench.box.text() == 'state == "running"'
    assert bench.told[-1] == Compared("state", Op.EQ, ("running",))


def test_enter_applies_at_once_and_takes_no_offer_that_nobody_chose(bench: Bench, qtbot: QtBot) -> None:
    QTest.keyClicks(bench.box, "run")
    assert bench.offer()
    with qtbot.waitSignal(bench.box.entered, timeout=60_000):
        QTest.keyClick(bench.box, Qt.Key.Key_Return)
    assert bench.box.text() == "run"


def test_what_is_prepared_waits_for_enter(bench: Bench) -> None:
    bench.box.prepare('state == "error"')
    assert bench.told == []
    assert bench.box.callout.text() == "Enter applies it"
    QTest.keyClick(bench.box, Qt.Key.Key_Return)
    assert bench.told == [Compared("state", Op.EQ, ("error",))]
    bench.box.prepare('state == "err"')
    QTest.keyClick(bench.box, Qt.Key.Key_Backspace)
    assert len(bench.told) == 1 + (bench.box.problem is None)
