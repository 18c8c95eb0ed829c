"""Texts in the cells of the log, beside what Qt makes of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from inspector.ui.log.writing import KNOWN, MARGIN, Writing
from inspector.ui.theme import Mode, Theme

WIDTH, HEIGHT = 300, 22
LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
TEXTS = (
    "thread.message.delta",
    'AVAT To Wi. {"a": 1}',
    "1234.5",
    "+0.003",
    "−1.150",
    "你好",
    "héllo",
    "tab\tand\nline",
)


@pytest.fixture(params=["text", "mono", "bold"])
def writing(request: pytest.FixtureRequest, qapp: QApplication) -> Writing:
    theme = Theme(qapp, Mode.LIGHT)
    font = {"text": theme.text(), "mono": theme.mono(), "bold": theme.text(bold=True)}[request.param]
    return Writing(font, HEIGHT)


def sheet(writing: Writing) -> tuple[QImage, QPainter]:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(writing.font)
    return image, painter


def boxed(writing: Writing, text: str, side: Qt.AlignmentFlag) -> QImage:
    """As Qt places it."""
    image, painter = sheet(writing)
    painter.drawText(QRect(MARGIN, 0, WIDTH - 2 * MARGIN, HEIGHT), LINE | side, text)
    painter.end()
    return image


def written(writing: Writing, text: str) -> QImage:
    image, painter = sheet(writing)
    writing.write(painter, writing.fit(text, WIDTH - 2 * MARGIN), MARGIN, 0)
    painter.end()
    return image


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_where_qt_would_place_it_however_often_it_is_written(writing: Writing, text: str) -> None:
    plain = boxed(writing, text.replace("\t", " ").replace("\n", " "), Qt.AlignmentFlag.AlignLeft)
    assert [written(writing, text) == plain for _ in range(3)] == [True] * 3


@pytest.mark.parametrize("side", [Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight])
@pytest.mark.parametrize("text", ["7", "1006458.12", "+3 min 12 s", "−1.150", "1:02:03.204", "0" * 100])
def test_digits_are_where_qt_would_place_them(qapp: QApplication, text: str, side: Qt.AlignmentFlag) -> None:
    writing = Writing(Theme(qapp, Mode.LIGHT).mono(), HEIGHT)
    image, painter = sheet(writing)
    writing.write_number(painter, text, 0, 0, WIDTH, side is Qt.AlignmentFlag.AlignRight)
    painter.end()
    assert image == boxed(writing, text, side)


@pytest.mark.parametrize("text", ["Wi" * 100, "x" * 2_000, "a word or two " * 30, "你好" * 100, "AVATo" * 50])
def test_a_long_text_ends_where_its_room_does(writing: Writing, text: str) -> None:
    advance = writing.metrics.horizontalAdvance
    for room in (0, 5, 60, 300):
        fitted = writing.fit(text, room)
        assert text.startswith(fitted[:-1])
        assert advance(fitted) <= max(room, 0 if text.isascii() else advance("…")) + 1
        assert advance(fitted) >= 0.8 * room - advance("W…")
    assert writing.fit(text[:3], 300) == text[:3]


def test_what_is_remembered_has_an_end(writing: Writing) -> None:
    image, painter = sheet(writing)
    for number in range(2 * KNOWN + 10):
        writing.write(painter, writing.fit(str(number), 200), 0, 0)
    painter.end()
    assert not image.isNull()
    assert max(len(writing._fitted), len(writing._laid_out)) <= KNOWN
