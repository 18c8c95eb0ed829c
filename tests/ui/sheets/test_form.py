"""What all forms share."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot

from inspector.domain.actions import Action
from inspector.ui.sheets.form import Form
from inspector.ui.sheets.forms import form_for
from inspector.ui.theme import Mode, Theme
from tests.ui.sheets.making import made


def test_ways_are_chosen(qtbot: QtBot, qapp: QApplication) -> None:
    ways = form_for(Theme(qapp, Mode.LIGHT), Action("cancel", "Cancel", "ends it", kinds=("interrupt", "rollback")))
    qtbot.addWidget(ways)
    assert ways.data() == {"action": "interrupt"}
    ways.findChildren(QRadioButton)[1].click()
    assert ways.data() == {"action": "rollback"}
    assert isinstance(ways, Form)


def test_an_action_without_data_has_a_plain_form(qtbot: QtBot, qapp: QApplication) -> None:
    plain = made(qtbot, qapp, "none")
    assert plain.data() is None
    assert plain.problem() is None
