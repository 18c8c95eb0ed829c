"""A real window that opens a session, filters it if words are given, and prints how long that took."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from inspector.eventloop import application
from inspector.eventloop import run as run_loop
from inspector.present.filter.grammar import parse
from inspector.present.filter.tokens import Problem
from inspector.ui.desk import Desk
from inspector.ui.memory import Forgetful, NoKeys
from inspector.ui.theme import Mode, Theme
from inspector.ui.window import Window
from inspector.wiring import build_hub

REPEATS = 5


async def _main(words: list[str]) -> int:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    hub = build_hub()
    desk = Desk(hub, Theme(app, Mode.LIGHT))
    window = Window(desk, Forgetful(), NoKeys())
    window.resize(1200, 800)
    window.show()
    told: dict[str, object] = {}
    book = 1
    if words:
        book = await hub.open(Path(words[0]))
        desk.show_book(book)
    window.repaint()
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
    import asyncio

    await asyncio.sleep(0.01)


def _filtered(window: Window, words: list[str]) -> dict[str, object]:
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
    application()
    sys.exit(run_loop(lambda: _main(sys.argv[1:])))
