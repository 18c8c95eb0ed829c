"""The list of offers, by its keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from inspector.present.filter.completing import Completion, Offer
from inspector.ui.filter.offers import LINES, Offers
from inspector.ui.theme import Mode, Theme

KEY = Qt.Key


@pytest.fixture
def offers(qtbot: QtBot, qapp: QApplication) -> Iterator[Offers]:
    window = QWidget()
    window.resize(500, 400)
    box = QLineEdit(window)
    found = Offers(Theme(qapp, Mode.LIGHT), box)
    qtbot.addWidget(window)
    window.show()
    found.show_offers(Completion(0, 1, tuple(Offer(f"o{number}", "what it is") for number in range(30))))
    yield found
    window.close()


def chosen(offers: Offers, *keys: Qt.Key) -> list[str]:
    told: list[Offer] = []
    offers.chosen.connect(told.append)
    taken = [offers.handle(key) for key in keys]
    assert all(taken)
    return [offer.text for offer in told]


def test_the_arrows_go_round_and_enter_takes(offers: Offers) -> None:
    assert chosen(offers, KEY.Key_Down, KEY.Key_Down, KEY.Key_Return) == ["o1"]
    assert not offers.isVisible()
    assert offers.height_shown == 0


def test_up_begins_at_the_end_and_pages_stop_there(offers: Offers) -> None:
    assert chosen(offers, KEY.Key_Up, KEY.Key_Enter) == ["o29"]


def test_pages_are_turned(offers: Offers) -> None:
    assert chosen(offers, KEY.Key_Down, KEY.Key_PageDown, KEY.Key_PageDown, KEY.Key_PageUp, KEY.Key_Tab) == [
        f"o{LINES}"
    ]


def test_tab_takes_the_first_where_none_is_chosen(offers: Offers) -> None:
    assert chosen(offers, KEY.Key_Tab) == ["o0"]


def test_enter_is_not_the_lists_where_none_is_chosen_nor_are_letters(offers: Offers) -> None:
    assert not offers.handle(KEY.Key_A)
    assert offers.isVisible()
    assert not offers.handle(KEY.Key_Return)
    assert not offers.isVisible()
    assert not offers.handle(KEY.Key_Down)


def test_it_has_room_in_its_window(offers: Offers) -> None:
    assert offers.height_shown > 0
    assert offers.window().rect().contains(offers.geometry())
    offers.show_offers(None)
    assert not offers.isVisible()
