"""Small parts."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from inspector.ui.parts import SHOWN, Hinted, cut, pretty, primary, prose, set_tone


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
