"""The table of the log: what of it is painted when."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.present.logfilter import Filter
from inspector.ui.log import table
from inspector.ui.log.lines import ROW_HEIGHT, Column, Line, Lines
from inspector.ui.log.model import COLUMNS, LANE, Index, LogModel
from inspector.ui.log.table import WIDTHS, LogTable
from inspector.ui.theme import Mode, Theme
from tests.ui.log.test_model import event, rows


class Watched(Lines):
    """Remembers which lines were painted."""

    painted: list[list[Line]]
    columns: list[dict[int, Column]]

    def paint(self, painter: object, area: QRect, lines: object, columns: dict[int, Column]) -> None:
        super().paint(painter, area, lines, columns)  # type: ignore[arg-type]
        self.painted.append(list(lines))  # type: ignore[call-overload]
        self.columns.append(columns)


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[LogTable]:
    Watched.painted, Watched.columns = [], []
    monkeypatch.setattr(table, "Lines", Watched)
    source = rows(1_000)
    model = LogModel(source)
    model.show(source, Filter())
    view = LogTable(Theme(qapp, Mode.LIGHT), model)
    qtbot.addWidget(view)
    view.resize(1000, 400)
    view.show()
    qtbot.waitUntil(lambda: bool(Watched.painted), timeout=60_000)
    yield view
    view.hide()


def painted(qtbot: QtBot, view: LogTable, act: Callable[[], object]) -> list[int]:
    """The lines that Qt asks for after this, where nothing else is left to be painted."""
    view.viewport().repaint()
    Watched.painted.clear()
    act()
    qtbot.waitUntil(lambda: bool(Watched.painted), timeout=60_000)
    return sorted({line.number for lines in Watched.painted for line in lines})


def test_a_scroll_by_some_lines_paints_these_alone_and_the_rest_is_moved(qtbot: QtBot, view: LogTable) -> None:
    bar = view.verticalScrollBar()
    page = painted(qtbot, view, lambda: bar.setValue(500))
    assert page[0] == 500
    strip = painted(qtbot, view, lambda: bar.setValue(502))
    assert len(strip) < len(page) // 2  # those under the mouse before and after are painted, too
    assert strip[-1] >= page[-1]
    moved = view.grab().toImage()
    assert painted(qtbot, view, view.viewport().update) == list(range(502, strip[-1] + 1))
    assert view.grab().toImage() == moved


def test_the_lines_that_are_chosen_are_painted_so(view: LogTable) -> None:
    view.selectRow(2)
    more = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for line in (4, 900):
        view.selectionModel().select(view.model().index(line, 0), more)
    view.viewport().repaint()
    assert [line.number for line in Watched.painted[-1] if line.chosen] == [2, 4]
    view.selectAll()
    view.viewport().repaint()
    assert all(line.chosen for line in Watched.painted[-1])


def test_a_batch_at_the_end_is_painted_once(qtbot: QtBot, view: LogTable) -> None:
    model = view.model()
    assert isinstance(model, LogModel)
    view.scrollToBottom()

    def grow() -> None:
        for number in (1_001, 1_002, 1_003):
            model.shown.rows.append([event(number)])
            model.grow()
            view.scrollToBottom()

    assert painted(qtbot, view, grow)[-1] == 1_002
    assert len(Watched.painted) == 1


def test_columns_are_painted_where_their_headers_are(view: LogTable) -> None:
    header = view.horizontalHeader()
    header.resizeSection(1, 300)
    view.setColumnHidden(LANE, True)
    view.horizontalScrollBar().setValue(40)
    view.viewport().repaint()
    places = Watched.columns[-1]
    assert set(places) == set(range(len(COLUMNS))) - {LANE}
    assert all(place.left == header.sectionViewportPosition(column) for column, place in places.items())
    assert places[1].width == 300
    view.reset_columns()
    view.viewport().repaint()
    assert Watched.columns[-1][1].width == WIDTHS[1]


def test_there_is_nothing_below_the_last_line(view: LogTable) -> None:
    source = rows(2)
    model = view.model()
    assert isinstance(model, LogModel)
    model.show(source, Filter())
    view.viewport().repaint()
    assert [line.number for line in Watched.painted[-1]] == [0, 1]
    ground = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    below = ground.copy(0, 3 * ROW_HEIGHT, 500, ROW_HEIGHT)
    blank = below.copy()
    blank.fill(Theme(QApplication.instance(), Mode.LIGHT).color("raised"))  # type: ignore[arg-type]
    assert below == blank


def test_that_all_lines_are_chosen_is_not_asked_of_each_of_them(
    qtbot: QtBot, view: LogTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[LogModel] = []
    count = LogModel.rowCount

    def counted(model: LogModel, *parent: Index) -> int:
        asked.append(model)
        return count(model, *parent)

    monkeypatch.setattr(LogModel, "rowCount", counted)
    view.selectAll()
    view.horizontalHeader().viewport().repaint()
    view.viewport().repaint()
    assert all(line.chosen for lines in Watched.painted[-1:] for line in lines)
    assert 0 < len(asked) < view.model().rowCount()
