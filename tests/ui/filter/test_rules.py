"""The editor of the rules that colour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.present.filter.colouring import BUILT_IN, COLOURS, Rule
from inspector.ui.filter.kept import Kept
from inspector.ui.filter.rules import RulesDialog
from inspector.ui.memory import Forgetful
from inspector.ui.theme import Mode, Theme


@pytest.fixture
def dialog(qtbot: QtBot, qapp: QApplication) -> Iterator[RulesDialog]:
    found = RulesDialog(Theme(qapp, Mode.DARK), Kept(Forgetful()), lambda field: ())
    qtbot.addWidget(found)
    yield found
    found.close()


def kept(dialog: RulesDialog) -> tuple[Rule, ...]:
    return dialog._kept.rules


def test_a_rule_is_added_typed_coloured_and_seen_at_once(dialog: RulesDialog) -> None:
    told: list[tuple[Rule, ...]] = []
    dialog._kept.recoloured.connect(told.append)
    dialog.add.click()
    line = dialog.lines[0]
    QTest.keyClicks(line.box, "gap > 5s")
    line.colour.setCurrentIndex(COLOURS.index("violet"))
    assert kept(dialog) == (Rule("gap > 5s", "violet"), *BUILT_IN) == told[-1]
    assert line.box.problem is None
    line.on.click()
    assert kept(dialog)[0] == Rule("gap > 5s", "violet", False)


def test_rules_are_moved_removed_and_taken_back(dialog: RulesDialog) -> None:
    assert not dialog.undo.isEnabled()
    assert not dialog.lines[0].up.isEnabled()
    assert not dialog.lines[-1].down.isEnabled()
    dialog.lines[0].down.click()
    assert kept(dialog) == BUILT_IN[::-1]
    dialog.lines[1].up.click()
    assert kept(dialog) == BUILT_IN
    dialog.lines[0].away.click()
    assert kept(dialog) == BUILT_IN[1:]
    dialog.undo.click()
    assert kept(dialog) == BUILT_IN
    dialog.add.click()
    dialog.first.click()
    assert kept(dialog) == BUILT_IN
    assert len(dialog.lines) == len(BUILT_IN)
