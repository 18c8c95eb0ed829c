"""A JSON value as a tree with types; values, paths and JSON can be copied. Children are made when they are unfolded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from inspector.ui.theme import Theme

VALUE, PATH, LAZY = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
MOST = 1000


class JsonTree(QTreeWidget):
    """Columns: name, value."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.itemExpanded.connect(self._unfold)

    def show_values(self, values: Iterable[tuple[str, Any]]) -> None:
        """Show named values, the first level open."""
        self.clear()
        for name, value in values:
            item = self._item(name, value, name)
            self.addTopLevelItem(item)
            if isinstance(value, Mapping | list) and len(value) <= 40:
                item.setExpanded(True)
        self.resizeColumnToContents(0)
        self.setColumnWidth(0, min(220, self.columnWidth(0) + 12))

    def _item(self, name: str, value: Any, path: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([name, _short(value)])
        item.setFont(0, self._theme.mono())
        item.setFont(1, self._theme.mono())
        item.setForeground(0, self._theme.color("muted"))
        item.setToolTip(1, _text(value)[:2000])
        item.setData(0, VALUE, [value])
        item.setData(0, PATH, path)
        if isinstance(value, Mapping | list) and value:
            item.setData(0, LAZY, True)
            item.addChild(QTreeWidgetItem(["…"]))
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
        menu.addAction(self.tr("Copy value"), lambda: clipboard.setText(_text(value)))
        menu.addAction(self.tr("Copy path"), lambda: clipboard.setText(path))
        pretty = json.dumps(value, ensure_ascii=False, indent=2, default=str)
        menu.addAction(self.tr("Copy JSON"), lambda: clipboard.setText(pretty))
        menu.popup(self.viewport().mapToGlobal(place))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{len(value)}}}"
    if isinstance(value, list):
        return f"[{len(value)}]"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _text(value)
    return text if len(text) <= 300 else text[:299] + "…"
