"""Shapes that differ, and icons that are there."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from inspector.domain.charts import Ending
from inspector.ui.icons import ending_icon, icon, names


@pytest.mark.usefixtures("qapp")
def test_every_ending_has_a_shape_of_its_own() -> None:
    images = [ending_icon(e, QColor("#123456")).pixmap(32).toImage() for e in Ending]
    pictures = {bytes(image.constBits()) for image in images}
    assert len(pictures) == len(Ending)


@pytest.mark.parametrize("name", names())
def test_every_icon_draws_something(name: str, qapp: QApplication) -> None:
    image = icon(name, QColor("#ff0000")).pixmap(24).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))
