"""The forms that answer what a run waits for."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from inspector.ui.sheets.answers import AnswerForm, ApprovalsForm, ToolOutputs
from tests.ui.sheets.making import made


def test_all_outputs_are_asked_for_by_name(qtbot: QtBot, qapp: QApplication) -> None:
    calls = [{"id": "a", "name": "look", "arguments": "{}"}, {"id": "b", "name": "book", "arguments": "{}"}]
    found = made(qtbot, qapp, "tool_outputs", {"calls": calls})
    assert isinstance(found, ToolOutputs)
    found.editors["a"].set_value("1")
    assert "book" in (found.problem() or "")
    found.editors["b"].set_value("x")
    assert found.problem() is None
    assert set(found.data()) == {"a", "b"}


def test_one_answer_goes_as_it_is_and_several_as_a_map(qtbot: QtBot, qapp: QApplication) -> None:
    one = made(qtbot, qapp, "answer", {"interrupts": [{"id": "i", "value": "Go on?", "node": "review"}]})
    assert isinstance(one, AnswerForm)
    assert one.problem()
    next(iter(one.editors.values())).set_value({"ok": True})
    assert one.data() == {"ok": True}
    two = made(qtbot, qapp, "answer", {"interrupts": [{"id": "i", "value": "A?"}, {"id": "j", "value": "B?"}]})
    assert isinstance(two, AnswerForm)
    for editor in two.editors.values():
        editor.set_value(1)
    assert two.data() == {"i": 1, "j": 1}


def test_an_answer_can_change_the_state_as_well(qtbot: QtBot, qapp: QApplication) -> None:
    context = {"interrupts": [{"id": "i", "value": "Go on?"}], "edits": True, "values": {"text": "a"}}
    form = made(qtbot, qapp, "answer", context)
    assert isinstance(form, AnswerForm)
    assert form.edits is not None
    assert form.values.isHidden()
    next(iter(form.editors.values())).set_value("yes")
    assert form.data() == "yes"
    form.edits.click()
    assert not form.values.isHidden()
    assert "object" in (form.problem() or "")
    next(button for button in form.values.findChildren(QPushButton) if button.text() == "Present values").click()
    assert form.problem() is None
    assert form.data() == {"command": {"resume": "yes", "update": {"text": "a"}}}


def test_a_proposed_output_is_filled_in(qtbot: QtBot, qapp: QApplication) -> None:
    calls = [{"id": "a", "name": "look", "arguments": "{}"}]
    form = made(qtbot, qapp, "tool_outputs", {"calls": calls}, {"a": "interrupted by operator"})
    assert form.data() == {"a": "interrupted by operator"}


def test_every_call_is_decided(qtbot: QtBot, qapp: QApplication) -> None:
    approve = made(qtbot, qapp, "approvals", {"calls": [{"id": "a", "name": "search", "arguments": "{}"}]})
    assert isinstance(approve, ApprovalsForm)
    assert approve.problem()
    approve.findChildren(QRadioButton)[0].click()
    assert approve.data() == {"a": True}
