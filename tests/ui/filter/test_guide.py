"""What can be typed, to be read."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.present.filter.fields import FIELDS
from inspector.present.filter.grammar import parse
from inspector.present.filter.tokens import Problem
from inspector.ui.filter.guide import EXAMPLES, Guide
from inspector.ui.theme import Mode, Theme


def test_it_has_every_field_and_its_examples_make_sense(qtbot: QtBot, qapp: QApplication) -> None:
    guide = Guide(Theme(qapp, Mode.LIGHT))
    qtbot.addWidget(guide)
    text = guide.text.toPlainText()
    for field in FIELDS.values():
        assert field.name in text
        assert field.about in text
    for example, _ in EXAMPLES:
        assert example in text
        assert not isinstance(parse(example), Problem)
