"""The menu of a cell of the log: filter by what stands there, at once or after a look at it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QTableView

from inspector.present.filter.tree import Compared, text_of
from inspector.ui.log.fitting import Fitting
from inspector.ui.log.model import LogModel

LONGEST = 60
"""Characters of a filter in the menu."""


class CellMenu(QObject):
    """``applied`` and ``prepared`` carry a filter, and how it goes together with the one that is typed: see
    :func:`inspector.present.filter.cells.joined`. ``coloured`` carries the text of one that a rule is wanted for.

    ``more`` are actions on the row that is chosen.
    """

    applied = Signal(object, str)
    prepared = Signal(object, str)
    coloured = Signal(str)

    def __init__(self, view: QTableView, model: LogModel, fitting: Fitting, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._model = model
        self._fitting = fitting
        self.menu = QMenu(view)
        self.more: list[QAction] = []
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._asked)

    def fill(self, index: QModelIndex) -> bool:
        """Offer what can be done with this cell; whether there is anything."""
        self.menu.clear()
        row = self._model.row(index.row()) if index.isValid() else None
        if row is None:
            return False
        cell, run = self._fitting.of_cell(row, index.column()), self._fitting.of_run(row)
        if cell is not None:
            self._offer(self.menu, cell)
        if run is not None:
            self._offer(self.menu.addMenu(self.tr("Its run")), run)
        self.menu.addSeparator()
        copy = self.menu.addAction(self.tr("Copy the cell"))
        copy.triggered.connect(partial(self._copy, index.row(), index.column()))
        self.menu.addActions(self.more)
        return True

    def _offer(self, menu: QMenu, tree: Compared) -> None:
        text = text_of(tree)
        heading = menu.addAction((text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…").replace("&", "&&"))
        heading.setEnabled(False)
        self._add(menu, self.tr("Apply as filter"), tree, "only", at_once=True)
        self._add(menu, self.tr("Apply as filter: not this"), tree, "not", at_once=True)
        add, prepare = menu.addMenu(self.tr("Add to the filter")), menu.addMenu(self.tr("Prepare in the box"))
        self._add(prepare, self.tr("this"), tree, "only", at_once=False)
        self._add(prepare, self.tr("not this"), tree, "not", at_once=False)
        for how, title in (
            ("and", self.tr("… and this")),
            ("and not", self.tr("… and not this")),
            ("or", self.tr("… or this")),
            ("or not", self.tr("… or not this")),
        ):
            self._add(add, title, tree, how, at_once=True)
            self._add(prepare, title, tree, how, at_once=False)
        menu.addAction(self.tr("Colour such rows…")).triggered.connect(lambda: self.coloured.emit(text))

    def _add(self, menu: QMenu, title: str, tree: Compared, how: str, at_once: bool) -> QAction:
        action = menu.addAction(title)
        action.triggered.connect(lambda: (self.applied if at_once else self.prepared).emit(tree, how))
        return action

    def _copy(self, line: int, column: int) -> None:
        QGuiApplication.clipboard().setText(str(self._model.index(line, column).data() or ""))

    def _asked(self, place: QPoint) -> None:
        if self.fill(self._view.indexAt(place)):
            self.menu.popup(self._view.viewport().mapToGlobal(place))
