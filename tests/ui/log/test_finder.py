"""Find: typed, counted, gone through in both directions, over rows and bytes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from inspector.domain.remarks import comment
from inspector.present.search import Search
from inspector.services.model import Change
from inspector.ui.log.finder import FORWARD
from tests.ui.log.desk import sitting
from tests.ui.pilot import Keyboard

pytestmark = [pytest.mark.qt_loop, pytest.mark.qt_log_ignore("This plugin does not support", extend=True)]


async def test_what_is_typed_is_found_and_enter_goes_on_around_the_end(qtbot: QtBot) -> None:
    async with sitting() as at:
        keyboard, finder = Keyboard(), at.travel.finder
        at.travel.find()
        keyboard.type("bad")
        await at.searched()
        rows = at.panel.model.shown.rows
        first = at.row
        assert first is not None
        total = finder._model.hits.count(1)
        assert total > 2
        assert finder.status.text() == f"1 of {total}"
        assert at.panel.model.needle == "bad"
        visited = [first]
        for number in range(2, total + 1):
            keyboard.press("Return")
            assert at.row is not None
            visited.append(at.row)
            assert finder.status.text().startswith(f"{number} of {total}")
        assert visited == sorted(set(visited))
        assert any("bad" in at.texts(row) for row in visited)
        keyboard.press("Return")
        assert (at.row, finder.status.text()) == (first, f"1 of {total} · on from the first row")
        keyboard.press("Shift+Return")
        assert (at.row, finder.status.text()) == (visited[-1], f"{total} of {total} · on from the last row")
        at.panel.go(visited[0])
        assert finder.status.text() == f"1 of {total}"
        at.panel.go(next(row for row in range(len(rows)) if row not in visited))
        assert finder.status.text() == f"{total} rows"
        at.panel.go(visited[-1])
        keyboard.press("Escape")
        assert not finder.isVisible()
        assert at.panel.view.hasFocus()
        assert at.panel.model.needle == ""
        at.travel.find_previous()
        assert at.row == visited[-2]
        assert len(rows) == len(finder._model.hits)


async def test_what_only_the_bytes_say_is_found(qtbot: QtBot) -> None:
    async with sitting() as at:
        at.travel.find()
        Keyboard().type("content-type")
        await at.searched()
        assert at.row is not None
        seq = at.panel.model.shown.rows.seq[at.row]
        assert "content-type" in str(at.desk.hub.frame(at.desk.book, seq).head)
        assert not any("content-type" in at.texts(row) for row in range(len(at.panel.model.shown.rows)))


async def test_nothing_found_is_said_and_so_is_what_a_filter_hides(qtbot: QtBot) -> None:
    async with sitting() as at:
        finder = at.travel.finder
        at.travel.find()
        Keyboard().type("no such words anywhere")
        await at.searched()
        assert (finder.status.text(), at.row) == ("no row holds it", 0)
        finder.text.setText("bad")
        await at.searched()
        everything = finder._model.hits.count(1)
        at.panel.chips.set_state("error")
        at.travel.find_next()
        assert at.row is not None
        assert at.panel.model.shown.rows.state(at.row) == "error"
        assert finder.status.text() == f"1 of 1 · {everything - 1} more are hidden by the filter"


async def test_it_is_looked_for_in_slices_that_can_be_stopped(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Search.step
    monkeypatch.setattr(Search, "step", lambda self, late: step(self, lambda: True))
    async with sitting() as at:
        finder = at.travel.finder
        at.travel.find()
        finder.text.setText("zzz")
        finder.go(FORWARD)
        finder._slice()
        assert finder.searching
        assert (finder.bar.isVisible(), finder.status.text()) == (True, "searching …")
        QTest.mouseClick(finder.stop, Qt.MouseButton.LeftButton)
        assert not finder.stop.isVisible()
        finder._slices.start()
        await at.searched()
        assert finder.status.text() == "no row holds it"


async def test_a_log_that_grows_is_searched_on_and_comments_are_found(qtbot: QtBot) -> None:
    async with sitting() as at:
        finder, hub, book = at.travel.finder, at.desk.hub, at.desk.book
        hub.annotate(book, 3, comment((3, 0), "here the Heron waits"))
        at.travel.find()
        finder.text.setText("heron")
        await at.searched()
        assert at.row is not None
        assert at.panel.model.shown.rows.seq[at.row] == 3
        rows = at.panel.model.shown.rows
        rows.append([])
        finder._changed(Change(book, len(rows), 1))
        assert finder.searching
        await at.searched()
        at.desk.show_run(None)
        assert at.panel.model.hits == bytearray()
        finder.close_strip()


async def test_a_file_that_is_closed_while_it_is_searched_is_let_go(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Search.step
    monkeypatch.setattr(Search, "step", lambda self, late: step(self, lambda: True))
    async with sitting() as at:
        finder = at.travel.finder
        at.travel.find()
        finder.text.setText("zzz")
        finder.go(FORWARD)
        finder._slice()
        closed = at.desk.book
        await at.desk.hub.close_book(closed)
        finder._slice()
        assert finder._book != closed
        finder._book = closed
        finder.cancel()
        finder._slice()
        assert finder._search is None
