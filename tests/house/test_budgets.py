"""No file, class or function grows beyond what a reader can hold: the main window included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import name, python_files, report, tree

FILE, CLASS, FUNCTION = 400, 250, 40


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _over(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef) and _lines(node) > CLASS:
            yield f"{name(path)}:{node.lineno} class {node.name} has {_lines(node)} lines of {CLASS}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines(node) > FUNCTION:
            yield f"{name(path)}:{node.lineno} function {node.name} has {_lines(node)} lines of {FUNCTION}"


def test_files_are_short() -> None:
    sizes = {
        name(path): len(path.read_text(encoding="utf-8").splitlines())
        for folder in ("inspector", "tests")
        for path in python_files(folder)
    }
    assert len(sizes) > 10
    problems = [f"{file} has {size} lines of {FILE}" for file, size in sizes.items() if size > FILE]
    assert not problems, report(problems)


def test_classes_and_functions_are_short() -> None:
    problems = [line for path in python_files("inspector") for line in _over(path)]
    assert not problems, report(problems)
