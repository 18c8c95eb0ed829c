"""A JSON value as a tree with types; values, paths and JSON can be copied. Children are made when they are unfolded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from inspector.ui.theme import Theme

VALUE, PATH, LAZY = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
MOST = 1000
"""Children of one value that are shown."""

OPENED = 40
"""A value with no more children than this is unfolded at once."""

WIDEST = 220


class JsonTree(QTreeWidget):
    """Columns: name, value. What is unfolded stays so when the same values come anew."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: list[tuple[str, Any]] = []
        self.setAccessibleName(name)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.itemExpanded.connect(self._unfold)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self, self.copy_value)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)

    def show_values(self, values: Iterable[tuple[str, Any]]) -> None:
        """Show named values: unfolded as before where they were there before, else their first level."""
        values = list(values)
        if values == self._values and self.topLevelItemCount():
            return
        known = {name for name, _ in self._values}
        open_ = {item.data(0, PATH) for item in self._all() if item.isExpanded()}
        current, place = self.currentItem(), self.verticalScrollBar().value()
        at = None if current is None else current.data(0, PATH)
        self._values = values
        self.clear()
        for name, value in values:
            item = self._item(name, value, name)
            self.addTopLevelItem(item)
            small = isinstance(value, Mapping | list) and len(value) <= OPENED
            item.setExpanded(name in open_ if name in known else small)
        self._unfold_again(open_)
        self.resizeColumnToContents(0)
        self.setColumnWidth(0, min(WIDEST, self.columnWidth(0) + 12))
        again = next((item for item in self._all() if item.data(0, PATH) == at), None) if at is not None else None
        if again is not None:
            self.setCurrentItem(again)
            self.verticalScrollBar().setValue(place)

    def restyle(self) -> None:
        """Make the items anew with the theme's fonts and colours."""
        values, self._values = self._values, []
        self.clear()
        self.show_values(values)

    def copy_value(self) -> None:
        """The current value to the clipboard."""
        item = self.currentItem()
        if item is not None and item.data(0, VALUE) is not None:
            QGuiApplication.clipboard().setText(text_of(item.data(0, VALUE)[0]))

    def _all(self) -> list[QTreeWidgetItem]:
        found = [item for n in range(self.topLevelItemCount()) if (item := self.topLevelItem(n)) is not None]
        for item in found:  # grows as it goes: the children of children, too
            found += [child for n in range(item.childCount()) if (child := item.child(n)) is not None]
        return found

    def _unfold_again(self, paths: set[str]) -> None:
        found = [item for n in range(self.topLevelItemCount()) if (item := self.topLevelItem(n)) is not None]
        for item in found:
            if item.data(0, PATH) in paths:
                item.setExpanded(True)
            if item.isExpanded():
                found += [child for n in range(item.childCount()) if (child := item.child(n)) is not None]

    def _item(self, name: str, value: Any, path: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([name, _short(value)])
        item.setFont(0, self._theme.mono())
        item.setFont(1, self._theme.mono())
        item.setForeground(0, self._theme.color("muted"))
        item.setData(0, VALUE, [value])
        item.setData(0, PATH, path)
        if isinstance(value, Mapping | list):
            if value:
                item.setData(0, LAZY, True)
                item.addChild(QTreeWidgetItem(["…"]))
        else:
            item.setToolTip(1, text_of(value)[:2000])
        return item

    def _unfold(self, item: QTreeWidgetItem) -> None:
        if not item.data(0, LAZY):
            return
        item.setData(0, LAZY, False)
        item.takeChildren()
        value, path = item.data(0, VALUE)[0], str(item.data(0, PATH))
        pairs = list(value.items()) if isinstance(value, Mapping) else list(enumerate(value))
        for name, child in pairs[:MOST]:
            below = f"{path}.{name}" if isinstance(value, Mapping) else f"{path}[{name}]"
            item.addChild(self._item(str(name), child, below))
        if len(pairs) > MOST:
            item.addChild(QTreeWidgetItem([f"… {len(pairs) - MOST:,} more"]))

    def _menu(self, place: QPoint) -> None:
        item = self.itemAt(place)
        if item is None or item.data(0, VALUE) is None:
            return
        value, path = item.data(0, VALUE)[0], str(item.data(0, PATH))
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        clipboard = QGuiApplication.clipboard()
        menu.addAction(self.tr("Copy value"), lambda: clipboard.setText(text_of(value)))
        menu.addAction(self.tr("Copy path"), lambda: clipboard.setText(path))
        menu.addAction(self.tr("Copy JSON"), lambda: clipboard.setText(json_of(value)))
        menu.popup(self.viewport().mapToGlobal(place))


def text_of(value: Any) -> str:
    """A text as it is, everything else as JSON on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def json_of(value: Any) -> str:
    """JSON over several lines."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{len(value)}}}"
    if isinstance(value, list):
        return f"[{len(value)}]"
    text = json.dumps(value[:400], ensure_ascii=False) if isinstance(value, str) else text_of(value)
    return text if len(text) <= 300 else text[:299] + "…"
