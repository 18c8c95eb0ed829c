"""Small parts."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from inspector.ui.parts import SHOWN, Clamped, Elided, Hinted, cut, pretty, primary, prose, set_tone


@pytest.mark.usefixtures("qapp")
def test_tones_and_marks_are_properties_for_the_sheet() -> None:
    label = prose("x", "muted")
    assert label.property("tone") == "muted"
    set_tone(label, "error")
    assert label.property("tone") == "error"
    assert primary(QPushButton("Go")).property("primary") is True


def test_values_are_spread_out_and_cut() -> None:
    assert pretty('{"a":1}') == '{\n  "a": 1\n}'
    assert pretty("text") == "text"
    assert pretty([1]) == "[\n  1\n]"
    assert "more characters" in cut("x" * (SHOWN + 5))
    assert cut("x") == "x"


def test_a_hint_stands_in_the_place_of_what_is_not_there(qtbot: QtBot) -> None:
    hinted = Hinted(QLabel("content"))
    qtbot.addWidget(hinted)
    hinted.show_hint("Nothing yet.")
    shown = [hinted.hinting]
    hinted.show_hint(None)
    shown.append(hinted.hinting)
    assert shown == [True, False]


def test_a_line_gives_way_to_its_shorter_forms_before_it_is_cut(qtbot: QtBot) -> None:
    line = Elided()
    qtbot.addWidget(line)
    line.show_line("one and two and three", ("two and three", "three"))
    room = line.fontMetrics().horizontalAdvance
    line.resize(room("one and two and three") + 1, 20)
    assert line.shown == "one and two and three"
    line.resize(room("two and three") + 1, 20)
    assert line.shown == "two and three"
    line.resize(room("three") - 4, 20)
    assert line.shown.endswith("…")


def test_a_text_takes_the_height_of_its_lines_whatever_is_in_it(qtbot: QtBot) -> None:
    text = Clamped(2)
    qtbot.addWidget(text)
    text.resize(120, 40)
    heights = set()
    for words in ("", "few", "many words " * 40):
        text.setText(words)
        heights.add(text.sizeHint().height())
        assert len(text.shown) <= 2
    assert len(heights) == 1
    assert text.shown[0].startswith("many words")
    assert text.shown[1].endswith("…")
