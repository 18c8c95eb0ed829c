"""A real window that opens a session, filters it if words are given, and prints how long that took."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli.starting import starting

if TYPE_CHECKING:
    from inspector.ui.window import Window

REPEATS = 5


async def _main(words: list[str]) -> int:
    from PySide6.QtWidgets import QApplication

    from inspector.ui.desk import Desk
    from inspector.ui.memory import Forgetful, NoKeys
    from inspector.ui.theme import Mode, Theme
    from inspector.ui.window import Window
    from inspector.wiring import build_hub

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    hub = build_hub()
    desk = Desk(hub, Theme(app, Mode.LIGHT))
    window = Window(desk, Forgetful(), NoKeys())
    window.resize(1200, 800)
    window.show()
    painted = _painted(window)
    told: dict[str, object] = {}
    book = 1
    if words:
        book = await hub.open(Path(words[0]))
        desk.show_book(book)
        window.repaint()
    await painted
    print("painted", flush=True)  # noqa: T201
    while len(hub.tasks):
        await _turn()
    told["rows"] = len(hub.rows(book))
    if len(words) == 4:
        told |= _filtered(window, words)
    print(json.dumps(told), flush=True)  # noqa: T201
    desk.close()
    await hub.aclose()
    window.deleteLater()
    return 0


async def _turn() -> None:
    await asyncio.sleep(0.01)


def _painted(window: Window) -> asyncio.Future[None]:
    """Done when Qt has painted the window and all that is in it, which it does only after it was told of the screen."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    done = asyncio.get_running_loop().create_future()

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                window.removeEventFilter(self)
                # Qt paints the children in the same turn; this comes after it.
                QTimer.singleShot(0, lambda: done.set_result(None))
            return False

    window.installEventFilter(Watcher(window))
    return done


def _filtered(window: Window, words: list[str]) -> dict[str, object]:
    from inspector.present.filter.grammar import parse
    from inspector.present.filter.tokens import Problem

    log = window.middle.log
    log.all_runs.setChecked(True)
    found: dict[str, int] = {}

    def by(name: str, choose: Callable[[], None], back: Callable[[], None]) -> float:
        times = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            choose()
            log.reload()
            log.view.viewport().repaint()
            times.append(time.perf_counter() - start)
            found[name] = log.model.rowCount()
            back()
            log.reload()
        return statistics.median(times)

    def typed(text: str) -> Callable[[], None]:
        tree = parse(text)
        assert not isinstance(tree, Problem)
        return lambda: log.fitting.take(tree)

    return {
        "event": by("event", typed(words[1]), typed("")),
        "words": by("words", typed(words[3]), typed("")),
        "found": found,
    }


if __name__ == "__main__":
    with starting():
        from inspector.eventloop import run

        sys.exit(run(lambda: _main(sys.argv[1:])))
