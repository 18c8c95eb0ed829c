"""The diagram's items: what they paint differs where it matters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsScene

from inspector.domain.charts import Ending, StateKind
from inspector.present.curves import Box, rounded
from inspector.present.drawing import Diagram, Edge, Node
from inspector.ui.lifecycle.items import EdgeItem, StartItem, StateItem, latest_color, path_of
from inspector.ui.theme import Mode, Theme

NODE = Node("busy", Box(0, 0, 108, 34), StateKind.BUSY, None)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, Mode.LIGHT)


def picture(*items: StateItem | EdgeItem | StartItem) -> bytes:
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


def test_the_change_that_led_here_has_the_present_colour_and_what_may_come_next_stands_out(theme: Theme) -> None:
    edge = Edge("a", "b", rounded([(-60, 0), (60, 20)]))

    def looks(edge: Edge, live: bool, color: str = "#14765c") -> bytes:
        item = EdgeItem(theme, edge)
        item.show_edge(edge, live, color)
        return picture(item)

    seen, ahead = replace(edge, count=1), replace(edge, ahead=True)
    assert looks(replace(seen, latest=True), True) != looks(seen, True)
    assert looks(ahead, True) != looks(edge, True)
    assert looks(ahead, False) == looks(edge, False)


def test_a_beginning_that_was_not_seen_is_faint(theme: Theme) -> None:
    line = rounded([(-40, 0), (0, 0)])
    assert picture(StartItem(theme, line, True)) != picture(StartItem(theme, line, False))
    assert "did not see" in StartItem(theme, line, False).toolTip()
    assert picture(StateItem(theme, replace(NODE, visits=1, first=True))) != picture(
        StateItem(theme, replace(NODE, visits=1))
    )


def test_the_time_in_a_state_is_told_in_it(theme: Theme) -> None:
    item = StateItem(theme, replace(NODE, visits=2, dwell=192_000))
    assert item.toolTip().splitlines()[1] == "visited 2×, 3 min 12 s in all"
    assert picture(item) != picture(StateItem(theme, replace(NODE, visits=2, dwell=41_000)))


def test_the_present_colour_is_that_of_the_present_state(theme: Theme) -> None:
    waits = replace(NODE, id="asking", kind=StateKind.WAITS, current=True)
    assert latest_color(theme, Diagram("Run", (NODE, waits), ())) == theme.ending(Ending.WAITING).name()
    assert latest_color(theme, Diagram("Run", (NODE,), ())) == ""


def test_a_curve_for_qt_ends_where_it_should() -> None:
    assert path_of(rounded([(0, 0), (10, 0)])).currentPosition() == QPointF(10, 0)
