"""A field for JSON or text."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.ui.sheets.editor import ValueEditor
from inspector.ui.theme import Mode, Theme


@pytest.mark.parametrize(
    ("typed", "value"), [("12", 12), ("hello", "hello"), ('{"a": 1}', {"a": 1}), ('"12"', "12"), ("true", True)]
)
def test_what_is_json_is_json_and_the_rest_is_text(typed: str, value: object, qtbot: QtBot, qapp: QApplication) -> None:
    editor = ValueEditor(Theme(qapp, Mode.LIGHT), "Answer")
    qtbot.addWidget(editor)
    editor.field.setPlainText(typed)
    assert editor.value() == value
    assert editor.kind.text()
    assert editor.problem() is None


def test_an_object_is_wanted_where_it_is_wanted(qtbot: QtBot, qapp: QApplication) -> None:
    editor = ValueEditor(Theme(qapp, Mode.LIGHT), "Values", want_object=True)
    qtbot.addWidget(editor)
    editor.field.setPlainText("[1]")
    assert editor.problem()
    editor.set_value({"a": 1})
    assert editor.problem() is None
