"""Drives a window as somebody does who has only a mouse, or only a keyboard."""

from __future__ import annotations

import re
from typing import TypeVar

from PySide6.QtCore import QKeyCombination, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from inspector.services.model import RunId
from inspector.ui.sheets.sheet import ActionSheet
from inspector.ui.window import Window
from tests.ui.stage import Seat

W = TypeVar("W", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton


class Mouse:
    """Clicks only on what is there to be seen and clicked."""

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click on a widget, which is neither hidden, nor disabled, nor below another one."""
        place = place or widget.rect().center()
        assert widget.isVisible(), f"{name_of(widget)} cannot be seen"
        assert widget.isEnabled(), f"{name_of(widget)} is not enabled"
        there = widget.window().childAt(widget.mapTo(widget.window(), place))
        assert there is widget or (there is not None and widget.isAncestorOf(there)), f"{name_of(widget)} is covered"
        QTest.mouseClick(there, LEFT, pos=there.mapFrom(widget, place) if there is not widget else place)

    def choose(self, menu: QMenu, title: str) -> None:
        """Click on the entry of an open menu."""
        assert menu.isVisible()
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry(menu, title)).center())

    def double(self, tree: QTreeWidget, item: QTreeWidgetItem) -> None:
        """Double-click on an entry of a tree."""
        place = tree.visualItemRect(item).center()
        QTest.mouseClick(tree.viewport(), LEFT, pos=place)
        QTest.mouseDClick(tree.viewport(), LEFT, pos=place)


class Keyboard:
    """Sends keys to what has the keyboard."""

    def press(self, keys: str) -> None:
        """``Ctrl+K``, ``Tab``, ``Return``: to the widget that has the focus, or to the active window."""
        code: QKeyCombination = QKeySequence(keys)[0]  # type: ignore[index]  # a gap in the stubs
        QTest.keyClick(self.here(), code.key(), code.keyboardModifiers())

    def type(self, text: str) -> None:
        """Letters."""
        QTest.keyClicks(self.here(), text)

    def here(self) -> QWidget:
        """Where keys go."""
        widget = QApplication.activePopupWidget() or QApplication.focusWidget() or QApplication.activeWindow()
        assert isinstance(widget, QWidget), "no window has the keyboard"
        return widget

    def tab_to(self, wanted: QWidget, most: int = 40) -> None:
        """Press Tab until this widget has the focus."""
        wanted = wanted.focusProxy() or wanted
        for _ in range(most):
            if QApplication.focusWidget() is wanted:
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {name_of(wanted)}")


def name_of(widget: QWidget) -> str:
    """What a failed test calls a widget."""
    text = widget.text() if isinstance(widget, QAbstractButton) else widget.accessibleName()
    return f"{type(widget).__name__} “{text}”"


def entry(menu: QMenu, title: str) -> QAction:
    """The entry of a menu that begins so."""
    found = [action for action in menu.actions() if action.text().startswith(title)]
    assert found, f"{title} is not among {[action.text() for action in menu.actions()]}"
    return found[0]


def dialogs(window: Window, kind: type[W]) -> list[W]:
    """The open dialogs of a kind."""
    return [dialog for dialog in window.findChildren(kind) if dialog.isVisible()]


async def shown(on: Seat) -> Window:
    """The window is open and has the keyboard."""
    on.window.show()
    on.window.activateWindow()
    await on.until(on.window.isActiveWindow)
    return on.window


async def dialog(on: Seat, kind: type[W]) -> W:
    """The dialog of this kind, once it is open and has the keyboard."""
    await on.until(lambda: bool(dialogs(on.window, kind)))
    found = dialogs(on.window, kind)[-1]
    found.activateWindow()
    await on.until(found.isActiveWindow)
    return found


async def gone(on: Seat, wanted: QDialog) -> None:
    """A dialog has been closed."""
    await on.until(lambda: wanted not in dialogs(on.window, QDialog))


async def proved(on: Seat, sheet: ActionSheet) -> str:
    """Wait until an act is over; its proof. Anything but a success fails."""
    await on.until(lambda: bool(re.search("[✓✖]", sheet.steps.text())))
    assert "✓" in sheet.steps.text(), sheet.steps.text()
    return sheet.steps.text()


async def ended(on: Seat, word: str, run: RunId | None = None) -> None:
    """Wait until this run, or else whichever is in focus, stands so, and the header says it."""
    header = on.window.middle.header

    def so() -> bool:
        focus = on.desk.focus
        return focus is not None and (run is None or focus == run) and header.badge.ending.value == word

    try:
        await on.until(so)
    except TimeoutError:
        focus = on.desk.focus
        assert focus is not None, "no run is in focus"
        verdict, state = on.hub.verdict(focus), on.hub.watching(focus)
        raise AssertionError(f"not {word} but {header.badge.ending}, by {verdict}, watched {state}") from None
