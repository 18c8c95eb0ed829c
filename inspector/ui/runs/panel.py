"""The watch list: shape, colour and word for each ending, what it waits for, and how long it has been so."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from inspector.present.runlist import RunRow, countdown
from inspector.present.words import age
from inspector.services.hub import LIVE
from inspector.services.model import Change, RunId
from inspector.ui.blank import filtered, no_runs, runs_filter
from inspector.ui.desk import Desk
from inspector.ui.icons import paint_ending
from inspector.ui.log.writing import Writing
from inspector.ui.parts import Hinted
from inspector.ui.runs.model import Heading, RunsModel

ROW, HEAD = 44, 28


class RunDelegate(QStyledItemDelegate):
    """Two lines a run: word, name and age, then id and detail."""

    def __init__(self, desk: Desk, model: RunsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._model = model
        self._writings: tuple[Writing, Writing, Writing] | None = None
        desk.theme.changed.connect(self.restyle)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Headings are lower than runs."""
        return QSize(160, HEAD if isinstance(self._model.entry(index.row()), Heading) else ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one line of the list."""
        entry = self._model.entry(index.row())
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        theme = self._desk.theme
        painter.save()
        if isinstance(entry, Heading):
            self._heading(painter, box, entry)
        elif entry is not None:
            if state & QStyle.StateFlag.State_Selected:
                painter.fillRect(box, theme.color("selection"))
            elif state & QStyle.StateFlag.State_MouseOver:
                painter.fillRect(box, theme.color("hover"))
            self._run(painter, box, entry, self._model.row_of_run(entry))
        painter.restore()

    def _heading(self, painter: QPainter, box: QRect, heading: Heading) -> None:
        theme = self._desk.theme
        painter.setPen(theme.color("muted"))
        painter.setFont(theme.text(bold=True))
        mark = "▾" if heading.open else "▸"
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(8, 4, -8, 0), flags | Qt.AlignmentFlag.AlignLeft, f"{mark} {heading.title}")
        painter.setFont(theme.text())
        painter.drawText(box.adjusted(8, 4, -12, 0), flags | Qt.AlignmentFlag.AlignRight, str(heading.count))

    def _run(self, painter: QPainter, box: QRect, run: RunId, row: RunRow) -> None:
        theme, color = self._desk.theme, self._desk.theme.ending(row.ending)
        text, bold, mono = self._writings or self._dip()
        paint_ending(painter, QRectF(box.left() + 12, box.top() + 8, 14, 14), row.ending, color)
        left, right, top = box.left() + 34, box.right() - 11, box.top() + 5
        painter.setFont(text.font)
        painter.setPen(theme.color("muted"))
        when = self._when(run, row)
        end = right - text.metrics.horizontalAdvance(when)
        text.write(painter, when, end, top)
        below = left + mono.metrics.horizontalAdvance(row.name) + 10
        text.write(painter, text.fit(row.detail, right - below), below, top + 19)
        painter.setFont(mono.font)
        mono.write(painter, row.name, left, top + 19)
        painter.setPen(color)
        painter.setFont(bold.font)
        word = bold.fit(row.word, end - 8 - left)
        bold.write(painter, word, left, top)
        name = left + bold.metrics.horizontalAdvance(word) + 10
        painter.setFont(text.font)
        painter.setPen(theme.color("text"))
        text.write(painter, text.fit(row.title, end - 8 - name), name, top)

    def _dip(self) -> tuple[Writing, Writing, Writing]:
        theme = self._desk.theme
        fonts = theme.text(), theme.text(bold=True), theme.mono()
        text, bold, mono = (Writing(font, QFontMetrics(font).height()) for font in fonts)
        self._writings = text, bold, mono
        return self._writings

    def restyle(self) -> None:
        """Take the fonts of the theme anew."""
        self._writings = None

    def _when(self, run: RunId, row: RunRow) -> str:
        """The deadline where there is one, else the age; a file's runs stand still."""
        try:
            now, wall = self._desk.hub.now(run.book), self._desk.hub.case(run).wall_ms
        except KeyError:
            return ""  # its file was closed, and the list is yet to hear of it
        if row.deadline is not None and wall is not None:
            left = row.deadline * 1000 - wall - now
            return countdown(row.lapses, left)
        return age(now - row.since) if run.book == LIVE else ""


class RunsView(QListView):
    """The list; Enter or Space on a heading opens and closes it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keyboard handling of headings."""
        model = self.model()
        index = self.currentIndex()
        if isinstance(model, RunsModel) and index.isValid():
            entry = model.entry(index.row())
            wanted = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right)
            if isinstance(entry, Heading) and event.key() in wanted:
                model.toggle(entry.group)
                return
        super().keyPressEvent(event)


class RunsPanel(QWidget):
    """Filter field and list. The chosen run becomes the desk's focus."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.model = RunsModel(desk.hub, self)
        self.filter = runs_filter(self)
        self.filter.setAccessibleName(self.tr("Filter the list of runs"))
        self.view = RunsView(self)
        self.view.setAccessibleName(self.tr("Runs"))
        self.view.setMouseTracking(True)
        self.view.setModel(self.model)
        self.view.setItemDelegate(RunDelegate(desk, self.model, self.view))
        self.list = Hinted(self.view, self)
        filtered(self.filter, self.list, self)
        self.filter.textChanged.connect(self._typed)
        self.filter.returnPressed.connect(self._enter)
        self.view.clicked.connect(self._clicked)
        self.view.selectionModel().currentChanged.connect(self._current)
        self.model.grown.connect(self._arranged)
        desk.changed.connect(self._changed)
        desk.focused.connect(self._show_focus)
        desk.ticked.connect(self.view.viewport().update)
        desk.theme.changed.connect(self.view.viewport().update)
        self.model.reload()
        self._arranged()

    def _changed(self, change: Change) -> None:
        if change.kind == "books":
            self.model.reload()
        elif change.runs:
            self.model.update(RunId(change.book, key) for key in change.runs)
        self._arranged()

    def _typed(self, text: str) -> None:
        self.model.set_filter(text)
        self._arranged()

    def _enter(self) -> None:
        """From the filter to the first run that it left."""
        entries = (self.model.entry(row) for row in range(self.model.rowCount()))
        first = next((entry for entry in entries if isinstance(entry, RunId)), None)
        if first is not None:
            self._desk.show_run(first)
            self.view.setFocus()

    def _arranged(self) -> None:
        """A heading that somebody stands on stays the current line."""
        self.list.show_hint(self._why_empty())
        if not self.view.currentIndex().isValid():
            self._show_focus()

    def _show_focus(self, _: object = None) -> None:
        index = self.model.find(self._desk.focus)
        if index.isValid():
            self.view.setCurrentIndex(index)

    def _why_empty(self) -> str | None:
        if self.model.rowCount():
            return None
        if len(self.model):
            return self.tr("No run has these words.")
        return no_runs()

    def _clicked(self, index: QModelIndex) -> None:
        entry = self.model.entry(index.row())
        if isinstance(entry, Heading):
            self.model.toggle(entry.group)

    def _current(self, index: QModelIndex) -> None:
        entry = self.model.entry(index.row())
        if isinstance(entry, RunId):
            self._desk.show_run(entry)
