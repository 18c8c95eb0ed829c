"""What panels show while there is nothing to show."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from inspector.ui.blank import blank_detail, blank_findings, blank_runs
from tests.ui.stage import seat

pytestmark = pytest.mark.qt_loop


def said(widget: QWidget) -> set[str]:
    """All that can be read in it."""
    return {label.text() for label in widget.findChildren(QLabel)} - {""}


async def test_it_says_what_the_real_panels_say(qtbot: QtBot) -> None:
    async with seat() as at:
        holder, detail = QWidget(), at.window.detail
        qtbot.addWidget(holder)
        assert said(blank_runs(holder)) == {at.window.runs.list.hint.text()}
        (field,) = blank_runs(holder).findChildren(QLineEdit)
        assert field.placeholderText() == at.window.runs.filter.placeholderText()
        assert said(blank_findings(holder)) == said(at.window.findings)
        blank = blank_detail(holder)
        assert [blank.tabText(n) for n in range(blank.count())] == [detail.tabText(n) for n in range(detail.count())]
        assert said(blank) == {detail.pages[0].hint.text()}
