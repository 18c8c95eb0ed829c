"""The palettes: readable, told apart, switchable."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.domain.charts import Ending
from inspector.domain.findings import Severity
from inspector.ui.theme import SHEET, Mode, Theme


def luminance(color: QColor) -> float:
    def part(c: float) -> float:
        return c / 12.92 if c <= 0.03928 else float(((c + 0.055) / 1.055) ** 2.4)

    return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF())


def contrast(one: QColor, two: QColor) -> float:
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, Mode.LIGHT)


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_words_can_be_read_on_every_ground(theme: Theme, mode: Mode) -> None:
    theme.set_mode(mode)
    for ground in ("surface", "raised"):
        assert contrast(theme.color("text"), theme.color(ground)) > 10
        assert contrast(theme.color("muted"), theme.color(ground)) > 4.5
        for ending in Ending:
            assert contrast(theme.ending(ending), theme.color(ground)) > 4.4, ending
        for severity in Severity:
            assert contrast(theme.severity(severity), theme.color(ground)) > 4.4, severity
    assert contrast(theme.color("on_accent"), theme.color("accent")) > 4.5


def test_nothing_is_pure_black_or_white(theme: Theme) -> None:
    for mode in (Mode.LIGHT, Mode.DARK):
        theme.set_mode(mode)
        assert not {"#000000", "#ffffff"} & set(theme.tokens)


def test_a_switch_tells_and_repaints(theme: Theme, qtbot: QtBot, qapp: QApplication) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_mode(Mode.DARK)
    assert theme.dark
    assert qapp.palette().window().color() == theme.color("surface")
    assert "@" not in qapp.styleSheet()
    assert "@text;" in SHEET


def test_fonts_and_tints(theme: Theme) -> None:
    assert theme.mono(2).pointSizeF() > theme.mono().pointSizeF()
    assert theme.text(bold=True).bold()
    tint = theme.tint(theme.ending(Ending.FAILED))
    assert contrast(theme.color("text"), tint) > 7
