"""Every command with its shortcut, found by typing a few letters of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget


def matches(typed: str, title: str) -> bool:
    """Whether all words typed begin somewhere in the title."""
    words = title.lower()
    return all(part in words for part in typed.lower().split())


class CommandPalette(QDialog):
    """Lists the window's actions; Enter runs the chosen one."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setWindowTitle(self.tr("Commands"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(520, 420)
        self.field, self.list = QLineEdit(self), QTreeWidget(self)
        self.field.setPlaceholderText(self.tr("Type a command"))
        self.field.setAccessibleName(self.tr("Type a command"))
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self._run)
        self.list.itemActivated.connect(lambda _: self._run())
        self._fill("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down move in the list while the field has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            count = self.list.topLevelItemCount()
            if step and count:
                current = self.list.currentItem()
                place = -1 if current is None else self.list.indexOfTopLevelItem(current)
                self._choose((place + step) % count)
                return True
        return super().eventFilter(watched, event)

    def _fill(self, typed: str) -> None:
        self.list.clear()
        for number, action in enumerate(self._actions):
            title = action.text().replace("&", "")
            if not title or not action.isVisible() or not matches(typed, title):
                continue
            item = QTreeWidgetItem([title, action.shortcut().toString()])
            item.setData(0, Qt.ItemDataRole.UserRole, number)
            item.setDisabled(not action.isEnabled())
            self.list.addTopLevelItem(item)
        self._choose(0)

    def _choose(self, place: int) -> None:
        item = self.list.topLevelItem(place)
        if item is not None:
            self.list.setCurrentItem(item)

    def _run(self) -> None:
        chosen = self.list.currentItem()
        if chosen is None or chosen.isDisabled():
            return
        action = self._actions[chosen.data(0, Qt.ItemDataRole.UserRole)]
        self.close()
        action.trigger()
