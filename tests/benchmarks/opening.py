"""G5, G6: opening and filtering a large session in the window, beside the tools that people use on logs today."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.bench import Measured, Setting, environment, goal, wall
from tests.benchmarks.material import write_session, write_wire

ROOT = Path(__file__).parents[2]
FILTER, STATE, WORDS = "thread.run.completed", "completed", "timeout"


def large(setting: Setting) -> tuple[Path, Path]:
    """The large session and the wire log of the same events, made once."""
    session, wire = setting.folder / "large.session", setting.folder / "large.wire.jsonl"
    if not session.exists():
        write_session(session, setting.events)
        write_wire(wire, setting.events)
    return session, wire


def window(setting: Setting, *words: str) -> tuple[dict[str, Any], dict[str, float]]:
    """A window of its own process: what it measured, and the seconds from its start to each of its stages."""
    command = [sys.executable, "-m", "tests.benchmarks.window", *words]
    stages: dict[str, float] = {}
    last = "{}"
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environment(setting), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            stages[line.strip()], last = time.perf_counter() - start, line
    return json.loads(last), stages


def tool(setting: Setting, *words: str) -> float | None:
    """The median time of another program; None where it is not installed."""
    if shutil.which(words[0]) is None:
        return None

    def work() -> None:
        subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    return statistics.median(wall(work) for _ in range(setting.repeats))


@goal("G5")
def opening(setting: Setting) -> Iterator[Measured]:
    """From the start of the process to the painted rows of a session that was opened before.

    What the empty window takes is told twice: to its first picture, which has none of the panels that rows are shown
    in, and until all of them are there.
    """
    session, wire = large(setting)
    read, _ = window(setting, str(session))
    empty, full = list[dict[str, float]](), list[float]()
    for _ in range(setting.repeats):
        empty.append(window(setting)[1])
        full.append(window(setting, str(session))[1]["rows"])
    ours = statistics.median(full)
    what = f"start to {read['rows']:,} rows painted"
    for stage, name, most in (("painted", "the empty window's first picture", 1.3), ("ready", "all its panels", None)):
        bare = statistics.median(each[stage] for each in empty)
        yield Measured(f"{what}, beside {name}", f"{ours:.2f} s", f"{bare:.2f} s", ours / bare, most)
    lnav = tool(setting, "lnav", "-n", "-q", "-c", ":goto 0", str(wire))
    if lnav is not None:
        yield Measured(f"{what}, beside lnav", f"{ours:.2f} s", f"{lnav:.2f} s", ours / lnav, 0.5)


@goal("G6")
def filtering(setting: Setting) -> Iterator[Measured]:
    """From a filter to the repainted log."""
    session, wire = large(setting)
    window(setting, str(session))
    told, _ = window(setting, str(session), FILTER, STATE, WORDS)
    for name, pattern, most in (("event", FILTER, 0.3), ("words", WORDS, 1.0)):
        rg = tool(setting, "rg", "-c", pattern, str(wire))
        ours = told[name]
        if rg is None:
            yield Measured(f"by {name}: ripgrep is not installed", f"{ours * 1000:.0f} ms", "", 0.0)
        else:
            line = f"{ours * 1000:.0f} ms", f"rg {rg * 1000:.0f} ms"
            yield Measured(f"by {name}, {told['found'][name]:,} rows left", *line, ours / rg, most)
