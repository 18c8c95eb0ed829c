"""Connections, threads and runs, page by page."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from inspector.ui.browse import BrowsePanel, children
from tests.ui.stage import Stage, stage

pytestmark = pytest.mark.qt_loop


def connection_item(on: Stage) -> QTreeWidgetItem:
    item = next(each for each in on.window.browse._connected() if "graphs" in each.text(0))
    item.setExpanded(True)
    return item


async def test_threads_unfold_to_runs_and_a_run_is_attached_to(qtbot: QtBot) -> None:
    async with stage() as on:
        browse = on.window.browse
        assert isinstance(browse, BrowsePanel)
        scene = await on.server.play("langgraph-interrupt")
        assert scene.thread is not None
        browse.reload()
        browse.search()  # what was listed as soon as a server was connected was listed before the scene

        def threads() -> list[QTreeWidgetItem]:
            return [child for child in children(connection_item(on)) if str(scene.thread) in child.toolTip(0)]

        await on.until(lambda: bool(threads()))

        def runs() -> list[QTreeWidgetItem]:
            threads()[0].setExpanded(True)
            return [child for child in children(threads()[0]) if str(scene.run) in child.toolTip(0)]

        await on.until(lambda: bool(threads()) and bool(runs()))
        browse.tree.itemActivated.emit(runs()[0], 0)
        await on.until(lambda: on.desk.focus is not None)
        assert on.desk.focus is not None
        assert on.hub.case(on.desk.focus).run.id == scene.run


async def test_the_search_field_is_read_as_status_and_metadata(qtbot: QtBot) -> None:
    async with stage() as on:
        on.window.browse.filter.setText("status:busy owner=ann")
        query = on.window.browse.query()
        assert (query.status, dict(query.metadata)) == ("busy", {"owner": "ann"})
