"""How a timeline is painted."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from inspector.domain.charts import Ending
from inspector.domain.rows import Rows
from inspector.present.timeline import Bar, Lane, Part, Silence, Timeline
from inspector.present.timeline_scale import Scale
from inspector.present.timeline_traffic import Traffic
from inspector.ui.theme import Mode, Theme
from inspector.ui.timeline.geometry import Geometry
from inspector.ui.timeline.painting import Scene, TimelinePainter


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_silences_selections_and_long_names_are_seen_and_stay_in_their_place(mode: Mode, qapp: QApplication) -> None:
    painter = TimelinePainter(Theme(qapp, mode))

    def picture(silences: tuple[Silence, ...] = (), chosen: tuple[float, float] | None = None) -> bytes:
        lane = Lane(Part.LINK, "a very long name " * 20, (Bar(0, 90, "x", Ending.RUNNING, 1, 1),), 0, silences, (1,))
        scene = Scene(Geometry.of(Timeline(0, 100, (lane,))), Scale(0, 0.25, 400), Traffic(Rows()), 200, 0, chosen)
        image = QImage(600, 120, QImage.Format.Format_ARGB32)
        brush = QPainter(image)
        painter.paint(brush, scene, 120)
        brush.end()
        return bytes(image.constBits())

    assert len({picture(), picture((Silence(20, 60, 2),)), picture(chosen=(10, 40))}) == 3
    assert painter.gutter((Lane(Part.STEP, "n" * 900, ()),)) == 240.0
