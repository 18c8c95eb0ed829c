"""The runner: goals with their benchmarks in one registry, each measured beside its reference in the same run."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from inspector.domain.errors import UserError

REPEATS = 5


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a benchmark may write, and how large it shall be."""

    folder: Path
    events: int
    repeats: int = REPEATS


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table. ``ratio`` has to be at most ``most`` or at least ``least``; None = no bound."""

    what: str
    ours: str
    reference: str
    ratio: float
    most: float | None = None
    least: float | None = None

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return (self.most is None or self.ratio <= self.most) and (self.least is None or self.ratio >= self.least)

    @property
    def bound(self) -> str:
        """The goal in a word."""
        return f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}" if self.least is not None else ""


def environment(setting: Setting) -> dict[str, str]:
    """For a program that is started: as an installed one finds it, with compiled modules, and nobody's settings."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "STREAM_INSPECTOR_HOME": str(setting.folder / "home"),
        "PYTHONPYCACHEPREFIX": str(setting.folder / "compiled"),
    }


Benchmark = Callable[[Setting], Iterator[Measured]]

GOALS: dict[str, Benchmark] = {}
"""By the name of the goal (``G1`` …), in the order of the table."""


def goal(name: str) -> Callable[[Benchmark], Benchmark]:
    """Put a benchmark into the registry."""

    def register(benchmark: Benchmark) -> Benchmark:
        GOALS[name] = benchmark
        return benchmark

    return register


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU that a call takes in this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def wall(work: Callable[[], object]) -> float:
    """Seconds that a call takes on the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(
    setting: Setting, cases: Sequence[Callable[[], object]], timer: Callable[[Callable[[], object]], float] = cpu
) -> list[float]:
    """The median time of each, taken in turns, so that what else the machine does hits all alike."""
    times: list[list[float]] = [[] for _ in cases]
    for _ in range(setting.repeats):
        for taken, case in zip(times, cases, strict=True):
            taken.append(timer(case))
    return [statistics.median(taken) for taken in times]


def run(names: Sequence[str], setting: Setting) -> Iterator[tuple[str, Measured | str]]:
    """The lines of the table; a sentence where a reference is missing."""
    for name in names:
        try:
            for line in GOALS[name](setting):
                yield name, line
        except UserError as missing:  # a reference that is not installed
            yield name, str(missing)


def table(lines: Sequence[tuple[str, Measured | str]]) -> str:
    """As Markdown."""
    rows = ["| goal | what | ours | beside it | ratio | bound | |", "|---|---|---|---|---|---|---|"]
    for name, line in lines:
        if isinstance(line, str):
            rows.append(f"| {name} | {line} | | | | | not run |")
        else:
            mark = "met" if line.met else "**missed**"
            rows.append(
                f"| {name} | {line.what} | {line.ours} | {line.reference} | {line.ratio:.2f} | {line.bound} | {mark} |"
            )
    return "\n".join(rows)


def machine() -> str:
    """What it ran on."""
    model = "unknown processor"
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        model = next(line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def versions(packages: Sequence[str]) -> str:
    """Which versions were measured."""
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
