"""The diagram's items: what they paint differs where it matters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsScene

from inspector.domain.charts import Ending, StateKind
from inspector.present.curves import Box, rounded
from inspector.present.drawing import Edge, Node
from inspector.ui.lifecycle.items import EdgeItem, StateItem, look_of, path_of
from inspector.ui.theme import Mode, Theme

NODE = Node("busy", Box(0, 0, 108, 34), StateKind.BUSY, None)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, Mode.LIGHT)


def picture(*items: StateItem | EdgeItem) -> bytes:
    scene = QGraphicsScene()
    for item in items:
        scene.addItem(item)
    image = QImage(200, 120, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    scene.render(painter, QRectF(0, 0, 200, 120), QRectF(-100, -60, 200, 120))
    painter.end()
    return bytes(image.constBits())


def test_present_visited_unvisited_and_undeclared_states_look_different(theme: Theme) -> None:
    looks = [
        NODE,
        replace(NODE, visits=1),
        replace(NODE, visits=1, current=True),
        replace(NODE, kind=None, known=False),
    ]
    assert len({picture(StateItem(theme, look)) for look in looks}) == 4


def test_the_present_state_breathes_while_it_is_lived_in(theme: Theme) -> None:
    def breath(pulse: float, live: bool) -> bytes:
        item = StateItem(theme, NODE)
        item.show_node(replace(NODE, current=True, visits=1), live)
        item.pulse = pulse
        return picture(item)

    assert breath(0.0, True) != breath(1.0, True)
    assert breath(0.0, False) == breath(1.0, False)


def test_changes_look_different_when_seen_and_when_nobody_declared_them(theme: Theme) -> None:
    edge = Edge("a", "b", rounded([(-60, 0), (60, 20)]))
    looks = [edge, replace(edge, count=1), replace(edge, count=3), replace(edge, count=1, declared=False)]
    assert len({picture(EdgeItem(theme, look)) for look in looks}) == 4
    assert "does not have" in EdgeItem(theme, looks[-1]).toolTip()


def test_a_thin_line_can_be_hit(theme: Theme) -> None:
    item = EdgeItem(theme, Edge("a", "b", rounded([(-60, 0), (60, 0)])))
    assert item.shape().contains(QPointF(0, 3))
    assert not item.shape().contains(QPointF(0, 12))


def test_states_without_an_ending_look_like_what_they_mean() -> None:
    assert look_of(NODE) is Ending.RUNNING
    assert look_of(replace(NODE, ending=Ending.EXPIRED)) is Ending.EXPIRED
    assert look_of(replace(NODE, kind=None)) is Ending.UNKNOWN
    assert path_of(rounded([(0, 0), (10, 0)])).currentPosition() == QPointF(10, 0)
