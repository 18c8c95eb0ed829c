"""The graph's items: every light looks different."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsItem, QGraphicsScene

from inspector.present.curves import Box, rounded
from inspector.ui.graph.items import LIGHTS, WORDS, GraphEdge, GraphNode
from inspector.ui.theme import Mode, Theme


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, Mode.DARK)


def picture(item: QGraphicsItem) -> bytes:
    scene = QGraphicsScene()
    scene.addItem(item)
    image = QImage(200, 120, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    scene.render(painter, QRectF(0, 0, 200, 120), QRectF(-100, -60, 200, 120))
    painter.end()
    return bytes(image.constBits())


def node(theme: Theme, light: str = "", note: str = "", name: str = "plan") -> GraphNode:
    found = GraphNode(theme, name, "plan", Box(0, 0, 100, 32))
    found.show_light(light, note)
    return found


def test_every_light_looks_different_and_has_its_word(theme: Theme) -> None:
    assert set(LIGHTS) == set(WORDS)
    assert len({picture(node(theme, light)) for light in ("", *LIGHTS)}) == len(LIGHTS) + 1
    assert "stuck" in node(theme, "stuck").toolTip()
    assert "not reached" in node(theme).toolTip()
    assert [light for light in LIGHTS if node(theme, light).lit] == ["active", "stuck", "waiting", "failed"]
    assert picture(node(theme, "active", "41 s")) != picture(node(theme, "active"))


def test_beginning_and_end_are_round_and_conditional_edges_dashed(theme: Theme) -> None:
    assert picture(node(theme, name="__start__")) != picture(node(theme))
    curve = rounded([(-60, 0), (60, 0)])
    assert picture(GraphEdge(theme, curve, True)) != picture(GraphEdge(theme, curve, False))
