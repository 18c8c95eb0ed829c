"""What an act would run again is shown before it is sent."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.domain.sideeffects import Entry, Fate
from inspector.ui.sheets.costs import TONES, Costs
from inspector.ui.theme import Mode, Theme
from tests.present.test_ledger import ENTRIES


def test_each_fate_is_a_line_and_what_costs_most_comes_first(qtbot: QtBot, qapp: QApplication) -> None:
    costs = Costs(Theme(qapp, Mode.LIGHT))
    qtbot.addWidget(costs)
    assert costs.isHidden()
    costs.show_entries(ENTRIES)
    assert not costs.isHidden()
    assert len(costs.lines) == 4
    assert costs.lines[0].text().startswith("Runs again, from the beginning: book")
    assert costs.lines[0].property("tone") == "warn"
    costs.show_entries((Entry("node", "plan", Fate.DONE, 1),))
    assert [line.text() for line in costs.lines] == ["Has run, and is not repeated: plan."]
    costs.show_entries(())
    assert costs.isHidden()
    assert set(TONES) == set(Fate)
