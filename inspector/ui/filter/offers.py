"""The list below the box: what can stand at the cursor, chosen with the arrow keys and Enter or Tab, or clicked."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from inspector.present.filter.completing import Completion, Offer
from inspector.ui.theme import Theme

WIDTH, LINES = 460, 12
NOTHING = Completion(0, 0, ())


class Offers(QTreeView):
    """Lies over the window and never has the keyboard: the box, which has it, hands on the keys.

    ``chosen`` carries an offer.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, box: QWidget) -> None:
        super().__init__(box)
        self._theme = theme
        self._box = box
        self.completion = NOTHING
        self.items = QStandardItemModel(0, 2, self)
        self.setModel(self.items)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("What can stand here"))
        self.header().setStretchLastSection(True)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.clicked.connect(self._clicked)
        self.hide()

    @property
    def height_shown(self) -> int:
        """How much room the list takes below the box."""
        return self.height() + 4 if self.isVisible() else 0

    def show_offers(self, found: Completion | None) -> None:
        """Offer these in place of those before; none of them hides the list."""
        self.completion = found or NOTHING
        self.items.removeRows(0, self.items.rowCount())
        if not self.completion.offers:
            self.hide()
            return
        for offer in self.completion.offers:
            text, about = QStandardItem(offer.text), QStandardItem(offer.about)
            text.setFont(self._theme.mono())
            about.setForeground(self._theme.color("muted"))
            self.items.appendRow([text, about])
        self._place()
        self.setCurrentIndex(QModelIndex())
        self.scrollToTop()
        self.show()
        self.raise_()

    def handle(self, key: int) -> bool:
        """Take a key of the box, if it means something here. Enter does once an offer is chosen with the arrows."""
        if not self.isVisible():
            return False
        row, rows = self.currentIndex().row(), self.items.rowCount()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: LINES, Qt.Key.Key_PageUp: -LINES}
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif step := steps.get(Qt.Key(key)):
            to = max(0, min(rows - 1, row + step)) if abs(step) > 1 else (max(row, -1 if step > 0 else 0) + step) % rows
            self.setCurrentIndex(self.items.index(to, 0))
        elif key == Qt.Key.Key_Tab:
            self._choose(max(row, 0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(row)
            return row >= 0
        else:
            return False
        return True

    def _clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())

    def _choose(self, row: int) -> None:
        """Nothing is chosen where no row is; the list goes anyhow."""
        offer: Offer | None = self.completion.offers[row] if row >= 0 else None
        self.hide()
        if offer is not None:
            self.chosen.emit(offer)

    def _place(self) -> None:
        window = self._box.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        theme = self._theme
        self.setStyleSheet(
            f"QTreeView {{ background: {theme.color('raised').name()};"
            f" border: 1px solid {theme.color('hairline').name()}; border-radius: 4px; }}"
        )
        width = min(WIDTH, window.width() - 16)
        line = max(self.sizeHintForRow(0), 18)
        corner = self._box.mapTo(window, QPoint(0, self._box.height() + 2))
        room = max(line, window.height() - corner.y() - 60)
        self.resize(width, min(min(self.items.rowCount(), LINES) * line + 4, room))
        self.move(max(8, min(corner.x(), window.width() - width - 8)), corner.y())
