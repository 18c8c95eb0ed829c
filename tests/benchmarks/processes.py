"""Measures Qt in a process of its own: ``python -m tests.benchmarks.processes CASE``, values as JSON on its streams."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from itertools import cycle
from math import ceil
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QApplication, QGraphicsScene, QTableView

from inspector.domain.events import Event, RunKey, Stretch
from inspector.domain.rows import Rows
from inspector.eventloop import application
from inspector.present.layered import layered
from inspector.present.logfilter import Filter
from inspector.ui.graph.items import GraphEdge, GraphNode
from inspector.ui.lifecycle.view import PictureView
from inspector.ui.log.model import LogModel
from inspector.ui.log.table import LogTable
from inspector.ui.theme import Mode, Theme
from tests.benchmarks.bench import Setting, environment

ROOT = Path(__file__).parents[2]
FRAMES, BATCHES, BATCH, PIECE = 300, 100, 1000, 10_000
LIT = 3


def told(setting: Setting, case: str, given: object) -> dict[str, Any]:
    """What a case measured."""
    command = [sys.executable, "-m", "tests.benchmarks.processes", case]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(setting), input=json.dumps(given), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _theme() -> Theme:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return Theme(app, Mode.LIGHT)


def _graph(given: Any) -> dict[str, float]:
    """Lights that go on from node to node, each frame painted at once."""
    theme, (names, edges) = _theme(), given
    scene = QGraphicsScene()
    view = PictureView(scene)
    view.resize(900, 600)
    found = layered(dict.fromkeys(names, (96.0, 40.0)), [tuple(pair) for pair in edges], across=True)
    for curve in found.curves.values():
        scene.addItem(GraphEdge(theme, curve, False))
    nodes = [GraphNode(theme, name, name, found.boxes[name]) for name in names]
    for node in nodes:
        scene.addItem(node)
    view.show()
    view.fit()
    QApplication.processEvents()
    times = []
    for frame in range(FRAMES):
        start = time.process_time()
        for place, node in enumerate(nodes):
            lit = 0 <= place - frame % len(nodes) < LIT
            node.show_light("active" if lit else "done", f"{frame % 10} s" if lit else "")
        QApplication.processEvents()
        times.append(time.process_time() - start)
    return {"frame_ms": statistics.fmean(times) * 1000}


def _log(given: Any) -> dict[str, float]:
    """A log of so many rows: scrolled by pages and to far places, and growing while its end is looked at."""
    piece = [
        Event(RunKey(1), seq, 0, seq * 10.0, 1, "thread.message.delta", f" {seq}: a word or two of an answer", True)
        for seq in range(1, PIECE + 1)
    ]
    rows = Rows()
    rows.append(piece)
    _repeat(rows, given // PIECE)
    model = LogModel(rows)
    view = LogTable(_theme(), model)
    view.resize(1200, 800)
    view.show()
    model.show(rows, Filter(frames=None, run=1))
    QApplication.processEvents()
    bar = view.verticalScrollBar()
    places = cycle((0.1, 0.9, 0.35, 0.7, 0.5))
    paged = [_timed(lambda: _paint(view, bar.value() + bar.pageStep())) for _ in range(FRAMES)]
    jumped = [_timed(lambda: _paint(view, int(bar.maximum() * next(places)))) for _ in range(FRAMES)]
    _paint(view, bar.maximum())
    events = piece[:BATCH]
    texts = [event.text for event in events]
    stretch = Stretch(
        RunKey(1), 1, events[0].name, range(1, BATCH + 1), [0] * BATCH, [event.at for event in events], texts, ()
    )
    batches = [_timed(lambda: _grow(rows, model, events)) for _ in range(BATCHES)]
    stretches = [_timed(lambda: _grow(rows, model, [stretch])) for _ in range(BATCHES)]
    last = model.rowCount(QModelIndex())
    return {
        "scroll_ms": _p99(paged + jumped),
        "batch_ms": _p99(batches),
        "stretch_ms": _p99(stretches),
        "rows": last,
    }


def _repeat(rows: Rows, times: int) -> None:
    """The same rows so many times over, column by column: folding ten million events would take minutes."""
    length, ends = len(rows._text), list(rows._ends)
    for part in (rows, rows._run, rows._name, rows._state):
        for name, column in vars(part).items():
            if isinstance(column, array | bytearray):
                setattr(part, name, column * times)
    rows._ends = array("q", [end + turn * length for turn in range(times) for end in ends])


def _paint(view: QTableView, place: int) -> None:
    view.verticalScrollBar().setValue(place)
    view.viewport().repaint()


def _grow(rows: Rows, model: LogModel, came: Sequence[Event | Stretch]) -> None:
    rows.append(came)
    model.grow()


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _p99(times: list[float]) -> float:
    """The time that 99 of 100 do not exceed: of a hundred the last but one."""
    return sorted(times)[ceil(len(times) * 0.99) - 1]


CASES: dict[str, Callable[[Any], dict[str, float]]] = {"graph": _graph, "log": _log}


if __name__ == "__main__":
    application()
    print(json.dumps(CASES[sys.argv[1]](json.loads(sys.stdin.read()))))  # noqa: T201
