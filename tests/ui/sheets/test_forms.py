"""The forms of the actions."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot

from inspector.domain.actions import Action
from inspector.ui.sheets.forms import (
    AnswerForm,
    ApprovalsForm,
    CheckpointForm,
    Form,
    JsonForm,
    NewRunForm,
    StateForm,
    ToolOutputs,
    form_for,
)
from inspector.ui.theme import Mode, Theme


def form(qtbot: QtBot, qapp: QApplication, kind: str, context: dict[str, Any] | None = None, data: Any = None) -> Form:
    action = Action("act", "Act", "does it", form=kind, context=context or {}, data=data)
    found = form_for(Theme(qapp, Mode.LIGHT), action)
    qtbot.addWidget(found)
    return found


def test_all_outputs_are_asked_for_by_name(qtbot: QtBot, qapp: QApplication) -> None:
    calls = [{"id": "a", "name": "look", "arguments": "{}"}, {"id": "b", "name": "book", "arguments": "{}"}]
    found = form(qtbot, qapp, "tool_outputs", {"calls": calls})
    assert isinstance(found, ToolOutputs)
    found.editors["a"].set_value("1")
    assert "book" in (found.problem() or "")
    found.editors["b"].set_value("x")
    assert found.problem() is None
    assert set(found.data()) == {"a", "b"}


def test_one_answer_goes_as_it_is_and_several_as_a_map(qtbot: QtBot, qapp: QApplication) -> None:
    one = form(qtbot, qapp, "answer", {"interrupts": [{"id": "i", "value": "Go on?", "node": "review"}]})
    assert isinstance(one, AnswerForm)
    assert one.problem()
    next(iter(one.editors.values())).set_value({"ok": True})
    assert one.data() == {"ok": True}
    two = form(qtbot, qapp, "answer", {"interrupts": [{"id": "i", "value": "A?"}, {"id": "j", "value": "B?"}]})
    assert isinstance(two, AnswerForm)
    for editor in two.editors.values():
        editor.set_value(1)
    assert two.data() == {"i": 1, "j": 1}


def test_state_checkpoint_approvals_and_new_run(qtbot: QtBot, qapp: QApplication) -> None:
    state = form(qtbot, qapp, "state", {"nodes": ["crawl"]}, {"values": {}, "as_node": "crawl"})
    assert isinstance(state, StateForm)
    assert state.data() == {"values": {}, "as_node": "crawl"}
    points = form(qtbot, qapp, "checkpoint", {"checkpoints": [{"checkpoint_id": "c1", "next": ["a"], "step": 1}]})
    assert isinstance(points, CheckpointForm)
    points.typed.setText("c9")
    assert points.data() == {"checkpoint_id": "c9"}
    approve = form(qtbot, qapp, "approvals", {"calls": [{"id": "a", "name": "search", "arguments": "{}"}]})
    assert isinstance(approve, ApprovalsForm)
    assert approve.problem()
    approve.findChildren(QRadioButton)[0].click()
    assert approve.data() == {"a": True}
    new = form(qtbot, qapp, "new_run", {}, {"assistant_id": "asst_1", "message": ""})
    assert isinstance(new, NewRunForm)
    assert new.data()["assistant_id"] == "asst_1"
    new.assistant.setText("")
    assert new.problem()


def test_ways_are_chosen_and_any_json_can_be_typed(qtbot: QtBot, qapp: QApplication) -> None:
    ways = form_for(Theme(qapp, Mode.LIGHT), Action("cancel", "Cancel", "ends it", kinds=("interrupt", "rollback")))
    qtbot.addWidget(ways)
    assert ways.data() == {"action": "interrupt"}
    ways.findChildren(QRadioButton)[1].click()
    assert ways.data() == {"action": "rollback"}
    any_ = form(qtbot, qapp, "json", data={"a": 1})
    assert isinstance(any_, JsonForm)
    assert any_.data() == {"a": 1}


@pytest.mark.usefixtures("qtbot")
def test_an_action_without_data_has_a_plain_form(qtbot: QtBot, qapp: QApplication) -> None:
    plain = form(qtbot, qapp, "none")
    assert plain.data() is None
    assert plain.problem() is None
