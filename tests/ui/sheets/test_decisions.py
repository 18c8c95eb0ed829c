"""Approve, or reject with a reason."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.ui.sheets.decisions import DecisionsForm
from tests.ui.sheets.making import made

CALLS: list[dict[str, Any]] = [
    {"id": "a", "name": "rm", "arguments": '{"x": 1}', "node": "Keeper", "decided": None},
    {"id": "b", "name": "mv", "arguments": "", "node": "Keeper", "decided": {"approve": False, "reason": "no"}},
]


def form(qtbot: QtBot, qapp: QApplication, calls: list[dict[str, Any]]) -> DecisionsForm:
    found = made(qtbot, qapp, "decisions", {"calls": calls})
    assert isinstance(found, DecisionsForm)
    return found


def test_what_is_decided_already_is_chosen(qtbot: QtBot, qapp: QApplication) -> None:
    assert form(qtbot, qapp, CALLS).data() == {"b": {"approve": False, "reason": "no"}}


def test_calls_may_be_left_open_but_not_all(qtbot: QtBot, qapp: QApplication) -> None:
    found = form(qtbot, qapp, CALLS[:1])
    assert found.problem()
    with qtbot.waitSignal(found.changed):
        found.groups["a"].buttons()[0].click()
    assert found.data() == {"a": True}
    assert found.problem() is None


def test_a_reason_goes_with_a_rejection_only(qtbot: QtBot, qapp: QApplication) -> None:
    found = form(qtbot, qapp, CALLS[:1])
    approve, reject = found.groups["a"].buttons()
    assert not found.reasons["a"].isEnabled()
    reject.click()
    assert found.data() == {"a": False}
    found.reasons["a"].setText(" not on a Friday ")
    assert found.data() == {"a": {"approve": False, "reason": "not on a Friday"}}
    approve.click()
    assert not found.reasons["a"].isEnabled()
    assert found.data() == {"a": True}
