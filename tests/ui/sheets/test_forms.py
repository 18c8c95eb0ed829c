"""The forms that write a state, go back or begin anew."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.ui.sheets.forms import CheckpointForm, JsonForm, NewRunForm, StateForm, TextForm
from tests.ui.sheets.making import made


def test_state_checkpoint_and_new_run(qtbot: QtBot, qapp: QApplication) -> None:
    state = made(qtbot, qapp, "state", {"nodes": ["crawl"]}, {"values": {}, "as_node": "crawl"})
    assert isinstance(state, StateForm)
    assert state.data() == {"values": {}, "as_node": "crawl"}
    points = made(qtbot, qapp, "checkpoint", {"checkpoints": [{"checkpoint_id": "c1", "next": ["a"], "step": 1}]})
    assert isinstance(points, CheckpointForm)
    points.typed.setText("c9")
    assert points.data() == {"checkpoint_id": "c9"}
    new = made(qtbot, qapp, "new_run", {}, {"assistant_id": "asst_1", "message": ""})
    assert isinstance(new, NewRunForm)
    assert new.data()["assistant_id"] == "asst_1"
    new.assistant.setText("")
    assert new.problem()


def test_any_json_can_be_typed(qtbot: QtBot, qapp: QApplication) -> None:
    any_ = made(qtbot, qapp, "json", data={"a": 1})
    assert isinstance(any_, JsonForm)
    assert any_.data() == {"a": 1}


def test_a_text_is_typed_below_its_question(qtbot: QtBot, qapp: QApplication) -> None:
    form = made(qtbot, qapp, "text", {"question": "Any feedback?", "choices": ["no"]})
    assert isinstance(form, TextForm)
    assert form.problem()
    form.field.set_value("more on costs")
    assert (form.data(), form.problem()) == ("more on costs", None)
