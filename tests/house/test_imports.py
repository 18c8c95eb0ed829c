"""What each part may use of other people's code; import-linter holds the layers among our own."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT, name, python_files, report, tree

JSON = {"msgspec"}
QT = {"PySide6", "shiboken6"}
ALLOWED: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": set(),
    "app": QT,
    "assets": set(),
    "capture": {"h11", "httpx", "websockets"} | JSON,
    "cli": set(),
    "demo": {"h11", "websockets"} | JSON,
    "domain": set(),
    "eventloop": QT | {"qasync"},
    "present": JSON,
    "protocols": JSON,
    "services": set(),
    "store": {"keyring", "platformdirs", "zstandard"} | JSON,
    "transport": {"httpcore", "httpx", "websockets"} | JSON,
    "ui": QT,
    "wiring": set(),
}
"""Third-party packages by the part that may import them. The command line runs without Qt, which `app` brings."""

# fmt: off
IO = {
    "ctypes", "ftplib", "http", "imaplib", "mmap", "multiprocessing", "select", "selectors", "shutil", "smtplib",
    "socket", "socketserver", "sqlite3", "ssl", "subprocess", "tempfile", "webbrowser",
}
IMPURE = IO | {
    "asyncio", "concurrent", "getpass", "glob", "logging", "os", "pathlib", "queue", "random", "sched", "secrets",
    "signal", "threading", "time",
}
# fmt: on
FORBIDDEN: dict[str, set[str]] = {
    "domain": IMPURE,
    "present": IMPURE - {"pathlib"},
    "protocols": IMPURE - {"random"},
    "services": IO,
}
"""What of the standard library a part does without: three of them know no clock and touch nothing."""


def _part(module: str) -> str:
    return module.split("/")[1].removesuffix(".py")


def _imports() -> Iterator[tuple[str, str, str]]:
    """Each import below ``inspector``: its place, its part, and the top package that it takes."""
    for path in python_files("inspector"):
        for node in ast.walk(tree(path)):
            taken = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                taken.append(node.module)
            for module in taken:
                yield f"{name(path)}:{node.lineno}", _part(name(path)), module.partition(".")[0]  # type: ignore[attr-defined]


def test_other_peoples_packages_are_used_where_they_belong() -> None:
    problems = [
        f"{place} {package} is not for {part}: {', '.join(sorted(ALLOWED.get(part, set()))) or 'nothing'} is"
        for place, part, package in _imports()
        if package not in sys.stdlib_module_names | {"inspector"} | ALLOWED.get(part, set())
    ]
    assert not problems, report(problems)


@pytest.mark.parametrize("part", FORBIDDEN)
def test_clock_disk_and_network_stay_out_of(part: str) -> None:
    problems = [
        f"{place} {package} is not for {part}"
        for place, where, package in _imports()
        if where == part and package in FORBIDDEN[part]
    ]
    assert not problems, report(problems)


def test_every_part_is_known() -> None:
    parts = {_part(name(path)) for path in python_files("inspector")}
    parts |= {folder.name for folder in (ROOT / "inspector").iterdir() if folder.is_dir() and any(folder.glob("*.py"))}
    assert parts <= set(ALLOWED), f"no layer for {sorted(parts - set(ALLOWED))}"
