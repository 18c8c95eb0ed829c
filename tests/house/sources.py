"""The project's own files, for the tests that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("inspector", "tests", "resources", ".ci", "README.md", "LICENSE", "pyproject.toml", ".gitignore")


def name(path: Path) -> str:
    """The path as messages and tables give it: from the project's root, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def python_files(folder: str) -> tuple[Path, ...]:
    """The Python files below a folder of the project."""
    return tuple(sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts))


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def texts() -> Iterator[tuple[str, str]]:
    """Every file of the project that is text, as its name and what it holds."""
    for part in PARTS:
        top = ROOT / part
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                try:
                    yield name(path), path.read_text(encoding="utf-8")
                except UnicodeDecodeError:
                    continue


def report(problems: list[str]) -> str:
    """The message of a failed check: one line a problem."""
    return f"{len(problems)} to mend:\n  " + "\n  ".join(problems)
