"""The lifecycle tab, as somebody looks at it and clicks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from inspector.ui.lifecycle.items import EdgeItem, StateItem
from inspector.ui.lifecycle.panel import CHART, LifecyclePanel
from inspector.ui.theme import Mode
from tests.ui.picture import desk_with
from tests.ui.stage import until

pytestmark = pytest.mark.qt_loop


def states(panel: LifecyclePanel, chart: str = "Run") -> dict[str, StateItem]:
    items = (item for item in panel.scene.items() if isinstance(item, StateItem) and item.data(CHART) == chart)
    return {item.node.id: item for item in items}


async def test_it_shows_where_the_run_stands_and_how_its_connection_ended(qtbot: QtBot) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        panel = LifecyclePanel(desk)
        qtbot.addWidget(panel)
        panel.resize(840, 320)
        found = states(panel)
        assert found["waiting"].node.current
        assert states(panel, "Connection")["ended"].node.current
        assert found["running"].node.visits == 1
        assert "visited 1×" in found["running"].toolTip()
        assert not found["success"].node.visits


async def test_it_breathes_only_in_a_window_that_somebody_works_in(qtbot: QtBot) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        panel, other = LifecyclePanel(desk), QWidget()
        qtbot.addWidget(panel)
        qtbot.addWidget(other)
        panel.show()
        panel.activateWindow()
        await until(panel.isActiveWindow)
        item = states(panel)["waiting"]
        item.show_node(item.node, True)
        panel._breathe()
        assert panel._pulse.isActive()
        other.show()
        other.activateWindow()
        await until(lambda: not panel._pulse.isActive())
        panel.activateWindow()
        await until(panel._pulse.isActive)


async def test_a_click_on_a_state_asks_for_its_rows_and_a_drag_does_not(qtbot: QtBot) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        panel = LifecyclePanel(desk)
        qtbot.addWidget(panel)
        panel.resize(840, 320)
        panel.show()
        panel.view.fit()
        item = states(panel)["waiting"]
        place = panel.view.mapFromScene(item.scenePos())
        clicked: list[str] = []
        panel.state_clicked.connect(clicked.append)
        view, left = panel.view.viewport(), Qt.MouseButton.LeftButton
        QTest.mouseClick(view, left, pos=place)
        assert clicked == ["waiting"]
        link = states(panel, "Connection")["live"]
        QTest.mouseClick(view, left, pos=panel.view.mapFromScene(link.scenePos()))
        QTest.mousePress(view, left, pos=place)
        QTest.mouseRelease(view, left, pos=place + panel.rect().center() / 4)
        assert clicked == ["waiting"]


async def test_without_a_run_there_is_no_picture_and_with_one_again_there_is(qtbot: QtBot) -> None:
    async with desk_with("assistants/34_out_of_order_run_events") as (desk, run):
        panel = LifecyclePanel(desk)
        qtbot.addWidget(panel)
        assert any(not item.edge.declared for item in panel.scene.items() if isinstance(item, EdgeItem))
        desk.show_run(None)
        assert not panel.scene.items()
        desk.show_run(run)
        assert states(panel)["completed"].node.current


async def test_the_picture_goes_out_as_svg_png_and_mermaid(qtbot: QtBot, tmp_path: Path) -> None:
    async with desk_with("langgraph/node_error") as (desk, _):
        panel = LifecyclePanel(desk)
        qtbot.addWidget(panel)
        panel.save(tmp_path / "a.svg")
        assert ">error</text>" in (tmp_path / "a.svg").read_text(encoding="utf-8")
        panel.save(tmp_path / "a.png")
        assert QImage(str(tmp_path / "a.png")).width() > 600
        panel.copy_mermaid()
        assert QGuiApplication.clipboard().text().startswith("stateDiagram-v2")
        desk.theme.set_mode(Mode.DARK)
        assert states(panel)["error"].node.current


async def test_the_keyboard_stands_on_the_present_state_and_reaches_the_others(qtbot: QtBot) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, _):
        panel = LifecyclePanel(desk)
        qtbot.addWidget(panel)
        assert panel.view.stop is states(panel)["waiting"]
        assert panel.view.accessibleDescription().startswith("waiting")
        asked: list[str] = []
        panel.state_clicked.connect(asked.append)
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
        QTest.keyClick(panel.view, Qt.Key.Key_Up)
        QTest.keyClick(panel.view, Qt.Key.Key_Up)
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
        assert asked == ["waiting", "running"]


async def test_a_change_that_happened_asks_for_its_proof_and_one_that_did_not_asks_nothing(qtbot: QtBot) -> None:
    async with desk_with("langgraph/hitl_interrupt_updates_only") as (desk, run):
        panel = LifecyclePanel(desk)
        qtbot.addWidget(panel)
        asked: list[tuple[str, frozenset[int]]] = []
        panel.change_clicked.connect(lambda title, frames: asked.append((title, frames)))
        for item in panel.scene.items():
            if isinstance(item, EdgeItem) and item.edge.source == "running":
                panel.view.entered.emit(item)
        proof = next(t.seq for t in desk.hub.case(run).run.transitions if t.target == "waiting")
        assert asked == [("running → waiting", frozenset({proof}))]
