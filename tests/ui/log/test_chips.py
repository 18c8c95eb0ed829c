"""Filters that were set by a click."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.log.chips import Chips


@pytest.mark.usefixtures("qapp")
def test_each_is_dropped_by_its_button_or_by_the_same_again(qtbot: QtBot) -> None:
    chips = Chips()
    qtbot.addWidget(chips)
    chips.show()
    dropped: list[bool] = []
    chips.untimed.connect(lambda: dropped.append(True))
    chips.set_state("error")
    chips.set_change("a → b", frozenset({3}))
    chips.set_time((1000.0, 2500.0))
    assert (chips.state, chips.frames, chips.between) == ("error", frozenset({3}), (1000.0, 2500.0))
    assert chips.time_chip.text().startswith("1.000 – 2.500 s")
    chips.set_change("a → b", frozenset({3}))
    chips.state_chip.click()
    chips.time_chip.click()
    assert not chips.narrow
    assert dropped == [True]
