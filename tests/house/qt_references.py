"""Counts the references that calls between Qt and Python leak or steal, and prints the bad ones, one a line.

Run as a program of its own: a build that steals references to None, True or False ends in an abort on Python < 3.12.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractListModel, QEvent, QObject, QSortFilterProxyModel, QTimer, QTimerEvent, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

CALLS = 500
CONSTANTS = (None, True, False)
HEAD_ROOM = [[constant] * 20_000 for constant in CONSTANTS]
"""References in stock, so that a theft shows as a number before it aborts."""

Case = tuple[str, Callable[[], object]]


class Sender(QObject):
    """Signals as the window sends them."""

    switched = Signal(bool)
    changed = Signal(object)


class Timed(QObject):
    """Overrides that answer None and True."""

    def timerEvent(self, _event: QTimerEvent) -> None:
        pass

    def eventFilter(self, _watched: QObject, _event: QEvent) -> bool:
        return False


class Painted(QWidget):
    """An override that Qt calls in the middle of its own work."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        pass


class Rows(QAbstractListModel):
    """A model without a value to show."""

    def rowCount(self, _parent: object = None) -> int:
        return 3

    def data(self, _index: object, _role: int = 0) -> None:
        return None


def cases(app: QApplication) -> Iterator[Case]:
    """Each kind of call, by what it is."""
    sender, timed, painted, proxy, timer = Sender(), Timed(), Painted(), QSortFilterProxyModel(), QTimer(interval=0)
    sender.switched.connect(lambda _value: None)
    sender.changed.connect(lambda _value: None)
    yield "a signal with True", lambda: sender.switched.emit(True)
    yield "a signal with None", lambda: sender.changed.emit(None)

    def tick() -> None:
        number = timed.startTimer(0)
        app.processEvents()
        timed.killTimer(number)

    yield "an override of timerEvent", tick
    timed.installEventFilter(timed)
    yield "an event filter", tick
    painted.show()
    yield "an override of paintEvent", painted.repaint
    rows = Rows()
    proxy.setSourceModel(rows)
    yield "a model's data", lambda: proxy.data(proxy.index(0, 0))
    timer.timeout.connect(lambda: None)
    timer.start()
    yield "a timer's slot", app.processEvents
    timer.stop()


def counts() -> list[int]:
    return [sys.getrefcount(constant) for constant in CONSTANTS]


def main() -> None:
    app = QApplication([])
    for what, call in cases(app):
        call()
        before = counts()
        for _ in range(CALLS):
            call()
        for constant, old, new in zip(CONSTANTS, before, counts(), strict=True):
            if abs(new - old) > CALLS // 4:
                print(f"{what}: {(new - old) / CALLS:+.1f} references to {constant} a call", flush=True)


if __name__ == "__main__":
    main()
