"""The Graph tab."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.domain.adapter import Drawing
from inspector.ui.graph.panel import LEAST, GraphPanel
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop

DRAWING = Drawing(
    (("__start__", "start"), ("draft", "draft"), ("review", "review")),
    (("__start__", "draft", False), ("draft", "review", True)),
    {"draft": "done", "review": "waiting"},
)


async def test_the_graph_is_lit_and_a_click_names_a_node(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        monkeypatch.setattr(desk.hub, "drawing", lambda run: DRAWING)
        panel = GraphPanel(desk)
        qtbot.addWidget(panel)
        panel.resize(600, 200)
        panel.show()
        panel.view.fit()
        assert {name: item.light for name, item in panel.nodes.items()} == {
            "__start__": "",
            "draft": "done",
            "review": "waiting",
        }
        assert panel.view.stop is panel.nodes["review"], "the node that needs somebody"
        place = panel.view.mapFromScene(panel.nodes["draft"].scenePos())
        clicked: list[str] = []
        panel.node_clicked.connect(clicked.append)
        QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert clicked == ["draft"]
        panel.refresh()
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
        assert clicked == ["draft", "review"]


async def test_a_new_light_changes_the_items_and_a_new_graph_makes_new_ones(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        shown = [DRAWING]
        monkeypatch.setattr(desk.hub, "drawing", lambda run: shown[0])
        panel = GraphPanel(desk)
        qtbot.addWidget(panel)
        panel.show()
        before = panel.nodes["review"]
        shown[0] = Drawing(DRAWING.nodes, DRAWING.edges, {"review": "failed"})
        panel.refresh()
        assert panel.nodes["review"] is before
        assert before.light == "failed"
        panel.hide()
        shown[0] = DRAWING
        panel.refresh()
        assert before.light == "failed", "what nobody sees costs nothing"
        panel.show()
        assert before.light == "waiting"
        shown[0] = Drawing(DRAWING.nodes[:2], DRAWING.edges[:1])
        panel.refresh()
        assert set(panel.nodes) == {"__start__", "draft"}


async def test_without_a_graph_the_steps_that_were_seen_are_drawn_and_called_so(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        panel = GraphPanel(desk)
        qtbot.addWidget(panel)
        panel.show()
        assert {name: item.light for name, item in panel.nodes.items()} == {"ok": "done", "bad": "failed"}
        assert panel.caption.isVisible()
        assert "seen" in panel.caption.text()
        assert panel.nodes["bad"].note
        assert "began at" in panel.nodes["bad"].toolTip()


async def test_without_steps_a_sentence_says_what_to_do(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_with("langgraph/wait_endpoint_13s") as (desk, _):
        panel = GraphPanel(desk)
        qtbot.addWidget(panel)
        panel.show()
        assert panel.empty.isVisible()
        assert not panel.view.isVisible()
        assert "Attach to the run" in panel.empty.text()
        monkeypatch.setattr(desk.hub, "drawing", lambda run: DRAWING)
        panel.refresh()
        assert panel.view.isVisible()
        assert not panel.caption.isVisible()


async def test_a_long_graph_is_shown_where_it_is_lit(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        names = [f"step_{n}" for n in range(30)]
        drawing = Drawing(
            tuple((name, name) for name in names),
            tuple((one, two, False) for one, two in pairwise(names)),
            {"step_20": "active"},
        )
        monkeypatch.setattr(desk.hub, "drawing", lambda run: drawing)
        panel = GraphPanel(desk)
        qtbot.addWidget(panel)
        panel.resize(600, 200)
        panel.show()
        assert panel.view.transform().m11() == LEAST
        place = panel.view.mapFromScene(panel.nodes["step_20"].scenePos())
        assert panel.view.viewport().rect().contains(place)
        QTest.keyClick(panel.view, Qt.Key.Key_0)
        assert panel.view.viewport().rect().contains(panel.view.mapFromScene(panel.nodes["step_0"].scenePos()))


async def test_two_steps_of_one_name_have_times_of_their_own(qtbot: QtBot) -> None:
    async with desk_with("assistants/27_code_interpreter") as (desk, run):
        steps = list(desk.hub.case(run).run.nodes.values())
        panel = GraphPanel(desk)
        qtbot.addWidget(panel)
        panel.show()
        assert list(panel.nodes) == [step.task for step in steps]
        for step in steps:
            assert "times" not in panel.nodes[step.task].toolTip()


async def test_a_step_without_a_word_in_the_log_leads_to_the_frame_that_told_of_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_with("assistants/27_code_interpreter") as (desk, run):
        first = next(iter(desk.hub.case(run).run.nodes.values()))
        panel = GraphPanel(desk)
        qtbot.addWidget(panel)
        panel.show()
        words: list[str] = []
        frames: list[tuple[int, int]] = []
        panel.node_clicked.connect(words.append)
        panel.step_clicked.connect(lambda book, seq: frames.append((book, seq)))
        assert panel.nodes[first.task].label == "tool calls: code_interpreter"
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
        assert (words, frames) == ([first.task], []), "its rows tell the step's id, not its label"
        unheard = Drawing((("x1", "no such words"),), (), {"x1": "done"})
        monkeypatch.setattr(desk.hub, "drawing", lambda run: unheard)
        panel.refresh()
        panel.nodes["x1"].seq = first.seq
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
        assert (words[1:], frames) == ([], [(run.book, first.seq)])


async def test_beginning_and_end_are_no_steps(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        monkeypatch.setattr(desk.hub, "drawing", lambda run: Drawing(DRAWING.nodes[:1], ()))
        panel = GraphPanel(desk)
        qtbot.addWidget(panel)
        panel.show()
        words: list[str] = []
        panel.node_clicked.connect(words.append)
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
        assert panel.view.stop is panel.nodes["__start__"]
        assert words == []
