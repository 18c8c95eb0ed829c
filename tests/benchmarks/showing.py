"""G9, G11: scrolling a large log, taking in a batch, and the time to the first picture of the window."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.bench import Measured, Setting, environment, goal, wall
from tests.benchmarks.opening import window
from tests.benchmarks.processes import told

SCROLL_MS, BATCH_MS, WAIT_MS = 8.0, 1.0, 100.0


@goal("G9")
def scrolling(setting: Setting) -> Iterator[Measured]:
    """The slowest of a hundred repaints, pages and far jumps; ten times the rows beside it."""
    large = [told(setting, "log", setting.events) for _ in range(setting.repeats)]
    ten = told(setting, "log", setting.events * 10)
    ours = statistics.median(each["scroll_ms"] for each in large)
    what = f"scroll in {setting.events:,} rows (p99)"
    yield Measured(what, f"{ours:.1f} ms", f"at most {SCROLL_MS:g} ms", ours / SCROLL_MS, 1.0)
    yield Measured(
        f"{what}, ten times as many", f"{ten['scroll_ms']:.1f} ms", f"{ours:.1f} ms", ten["scroll_ms"] / ours, 1.2
    )
    for name, what in (
        ("batch_ms", "a batch of 1,000 events into rows and view (p99)"),
        ("stretch_ms", "the same, pieces of one message"),
    ):
        batch = statistics.median(each[name] for each in large)
        yield Measured(what, f"{batch:.2f} ms", f"at most {BATCH_MS:g} ms", batch / BATCH_MS, 1.0)


@goal("G11")
def starting(setting: Setting) -> Iterator[Measured]:
    """From the start of the process to the window's first picture, beside Python that imports Qt and ends.

    It is the picture that stays: a test compares it with the one of the whole window. What is loaded behind it must
    not keep the window from answering, so the longest wait from there on to a second later is told, too.
    """
    bare = [sys.executable, "-c", "import PySide6.QtWidgets"]
    ours, whole, waits, theirs = list[float](), list[float](), list[float](), list[float]()
    window(setting)
    for _ in range(setting.repeats):
        told, stages = window(setting)
        ours.append(stages["painted"])
        whole.append(stages["ready"])
        waits.append(told["longest"] * 1000)
        theirs.append(wall(lambda: subprocess.run(bare, env=environment(setting), check=True)))
    qt = statistics.median(theirs)
    for what, times, most in (("first picture of the window", ours, 1.6), ("all its panels are there", whole, None)):
        mine = statistics.median(times)
        yield Measured(what, f"{mine:.2f} s", f"importing Qt {qt:.2f} s", mine / qt, most)
    longest = statistics.median(waits)
    what = "the longest the window waits behind its first picture"
    yield Measured(what, f"{longest:.0f} ms", f"at most {WAIT_MS:g} ms", longest / WAIT_MS, 1.0)
