"""The program as it starts, which opens a session, filters it if words are given, and tells how long that took.

It tells of ``painted``, the first picture, of ``ready``, when all panels are there, and of ``rows``, when the rows of
the session are painted, each on a line of its own; what it measured itself follows as JSON. Nothing is imported before
the first picture that the program itself does without.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli.parser import parse
from inspector.cli.starting import starting

if TYPE_CHECKING:
    from inspector.app.start import Front
    from inspector.ui.window import Window

REPEATS = 5
LOOK_MS, AFTER_S = 2, 1.0
"""So often it is looked whether the window answers, and so long behind the last picture."""


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201


class Waits:
    """The longest time in which the window did not answer."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)

    def _look(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now


async def _turn() -> None:
    import asyncio

    await asyncio.sleep(0.01)


async def _main(words: list[str], front: Front, waits: Waits) -> int:
    import asyncio

    from inspector.ui.desk import Desk
    from inspector.ui.memory import NoKeys
    from inspector.wiring import build_hub

    window, book = front.window, 1
    hub = build_hub()
    desk = Desk(hub, window.theme)
    for _ in window.equip(desk, NoKeys()):
        await asyncio.sleep(0)
    _tell("ready")
    if words:
        book = await hub.open(Path(words[0]))
        desk.show_book(book)
        window.repaint()
        _tell("rows")
    await asyncio.sleep(AFTER_S)
    while len(hub.tasks):
        await _turn()
    told: dict[str, object] = {"rows": len(hub.rows(book)), "longest": waits.longest}
    if len(words) == 4:
        told |= _filtered(window, words)
    _tell(json.dumps(told))
    desk.close()
    await hub.aclose()
    window.deleteLater()
    return 0


def _filtered(window: Window, words: list[str]) -> dict[str, object]:
    import statistics

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


def _start(words: list[str]) -> int:
    """As ``inspector.app.start.run``, with a sign at each stage."""
    from inspector.app.start import load, make_front, wait_painted

    front = make_front(remembers=False)
    wait_painted(front.window)
    _tell("painted")
    waits = Waits()
    load("inspector.app.main")
    from inspector.eventloop import run

    return run(lambda: _main(words, front, waits))


if __name__ == "__main__":
    parse([])  # as who starts the program does, though what is asked for here are not its words
    with starting():
        sys.exit(_start(sys.argv[1:]))
