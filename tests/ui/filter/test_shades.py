"""Colours that everything can be read on."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from inspector.domain.charts import Ending
from inspector.present.filter.colouring import COLOURS
from inspector.ui.filter.shades import hue, shade, swatch
from inspector.ui.theme import Mode, Theme


def contrast(one: QColor, other: QColor) -> float:
    """The ratio of their luminances, from 1 to 21, as WCAG has it."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(color: QColor) -> float:
    parts = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_what_stands_on_a_coloured_row_can_be_read(qapp: QApplication, mode: Mode) -> None:
    theme = Theme(qapp, mode)
    for colour in COLOURS:
        under = shade(theme, colour)
        assert contrast(theme.color("text"), under) >= 7, colour
        assert contrast(theme.color("muted"), under) >= 4.5, colour
        for ending in Ending:
            assert contrast(theme.ending(ending), under) >= 3, (colour, ending)


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_colours_are_told_apart_from_each_other_and_from_none(qapp: QApplication, mode: Mode) -> None:
    theme = Theme(qapp, mode)
    shades = {shade(theme, colour).name() for colour in COLOURS}
    assert len(shades | {theme.color("raised").name()}) == len(COLOURS) + 1
    assert all(contrast(hue(theme, colour), theme.color("raised")) >= 3 for colour in COLOURS)
    assert not swatch(theme, "red").isNull()
