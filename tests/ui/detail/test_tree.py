"""A JSON value as a tree."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.ui.detail.tree import JsonTree, json_of, text_of
from inspector.ui.theme import Mode, Theme


def test_values_unfold_when_they_are_asked_for_and_can_be_copied(qtbot: QtBot, qapp: QApplication) -> None:
    tree = JsonTree(Theme(qapp, Mode.LIGHT), "values")
    qtbot.addWidget(tree)
    tree.show_values([("body", {"a": [1, {"b": None}], "text": "x"}), ("n", 3)])
    top = tree.topLevelItem(0)
    assert top is not None
    below = [top.child(n) for n in range(top.childCount())]
    assert [child.text(0) for child in below if child is not None] == ["a", "text"]
    tree.setCurrentItem(top)
    tree.copy_value()
    assert '"b": null' in QGuiApplication.clipboard().text()
    tree.restyle()


def test_texts_are_copied_as_they_are_and_values_as_json() -> None:
    assert text_of("x") == "x"
    assert text_of({"a": 1}) == '{"a": 1}'
    assert json_of({"a": 1}) == '{\n  "a": 1\n}'
