"""The tool bar: the commands that the first picture shows, and the place of the filter."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from inspector.ui.icons import icon
from inspector.ui.theme import Theme

FILTER_WIDTH = 640


class Tools(QToolBar):
    """Actions that do nothing yet, and a field that is none, until the window's commands take them over."""

    def __init__(self, theme: Theme, window: QMainWindow) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._iconed: list[tuple[QAction, str]] = []
        self.setWindowTitle(self.tr("Tools"))
        self.setObjectName("tools")
        self.setMovable(False)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.connect_ = self._action(self.tr("&Connect…"), "Ctrl+N", "connect")
        self.open_ = self._action(self.tr("&Open…"), QKeySequence.StandardKey.Open, "open")
        self.paste = self._action(self.tr("&Paste to attach…"), "Ctrl+Shift+V", "paste")
        self.start = self._action(self.tr("&Start a run…"), "Ctrl+R", "start")
        self.addActions([self.connect_, self.open_, self.paste, self.start])
        space = QWidget(self)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self.palette_ = self._action(self.tr("&Commands…"), "Ctrl+K", "commands")
        self.field = _sized(QLineEdit(self))
        self._standing = [self.addWidget(self.field), self.addWidget(self._button())]
        self.addAction(self.palette_)
        self.commands = (self.connect_, self.open_, self.paste, self.start, self.palette_)
        theme.changed.connect(self._paint)

    def take_filter(self, box: QLineEdit, menu: QToolButton) -> None:
        """The real field and its button."""
        for standing in self._standing:
            self.removeAction(standing)
        self._standing = [self.insertWidget(self.palette_, _sized(box)), self.insertWidget(self.palette_, menu)]

    def show_icon(self, action: QAction, name: str) -> None:
        """Give an action a picture in the colour of the theme."""
        self._iconed.append((action, name))
        action.setIcon(icon(name, self._theme.color("muted")))

    def _action(self, text: str, keys: str | QKeySequence.StandardKey, picture: str) -> QAction:
        action = QAction(text, self._window)
        action.setShortcut(QKeySequence(keys))
        self.show_icon(action, picture)
        return action

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        button.setText(self.tr("Filters"))
        button.setIcon(icon("filter", self._theme.color("muted")))
        return button

    def _paint(self) -> None:
        for action, name in self._iconed:
            action.setIcon(icon(name, self._theme.color("muted")))


def _sized(box: QLineEdit) -> QLineEdit:
    box.setPlaceholderText(box.tr('Filter the log: words, or state == "error" and gap > 5s'))
    box.setMinimumWidth(FILTER_WIDTH // 4)
    box.setMaximumWidth(FILTER_WIDTH)
    return box
