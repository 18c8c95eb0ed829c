"""The Graph tab."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.domain.adapter import Drawing
from inspector.ui.graph.panel import GraphPanel
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
        place = panel.view.mapFromScene(panel.nodes["draft"].scenePos())
        clicked: list[str] = []
        panel.node_clicked.connect(clicked.append)
        QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert clicked == ["draft"]
        assert panel.view.stop is panel.nodes["review"], "the node that needs somebody"
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
        before = panel.nodes["review"]
        shown[0] = Drawing(DRAWING.nodes, DRAWING.edges, {"review": "failed"})
        panel.refresh()
        assert panel.nodes["review"] is before
        assert before.light == "failed"
        shown[0] = Drawing(DRAWING.nodes[:2], DRAWING.edges[:1])
        panel.refresh()
        assert set(panel.nodes) == {"__start__", "draft"}


async def test_without_a_graph_a_sentence_says_why(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        monkeypatch.setattr(desk.hub, "drawing", lambda run: None)
        panel = GraphPanel(desk)
        qtbot.addWidget(panel)
        panel.show()
        assert panel.empty.isVisible()
        assert "No graph is known" in panel.empty.text()
