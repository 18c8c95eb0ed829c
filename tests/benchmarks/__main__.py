"""``python -m tests.benchmarks [G1 …] [--events N] [--repeats N]``: measures the goals and prints a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import decoding, drawing, opening, relaying, showing, storing, streaming, watching
from tests.benchmarks.bench import GOALS, REPEATS, Setting, machine, run, table, versions

PACKAGES = ("openai", "httpx-sse", "langgraph-sdk", "msgspec", "zstandard", "PySide6-Essentials")
MODULES = (decoding, drawing, opening, relaying, showing, storing, streaming, watching)
"""Each puts its benchmarks into the registry."""


def order(name: str) -> tuple[int, str]:
    """G1 before G10, and what has no number at the end."""
    return (int(name[1:]) if name[1:].isdigit() else len(GOALS) + 100), name


def main() -> int:
    """0 where every goal that could be measured is met."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("goals", nargs="*", metavar="GOAL", help=f"of {', '.join(sorted(GOALS))} (default: all)")
    parser.add_argument("--events", type=int, default=1_000_000, help="in the large session (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    args = parser.parse_args()
    names = args.goals or sorted(GOALS, key=order)
    unknown = [name for name in names if name not in GOALS]
    if unknown:
        parser.error(f"there is no goal {unknown[0]}")
    lines = []
    with TemporaryDirectory(prefix="benchmarks-") as folder:
        for name, line in run(names, Setting(Path(folder), args.events, args.repeats)):
            lines.append((name, line))
            print(table([(name, line)]).splitlines()[-1], file=sys.stderr, flush=True)  # noqa: T201
    print(f"{machine()}; {versions(PACKAGES)}\n\n{table(lines)}")  # noqa: T201
    return 0 if all(isinstance(line, str) or line.met for _, line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
