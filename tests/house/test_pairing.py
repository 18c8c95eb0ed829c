"""Each source file inspector/a/b.py has its tests in tests/a/test_b.py."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.sources import ROOT, name, python_files, report, tree


def _only_names(path: Path) -> bool:
    """Whether the file does nothing but tell what it is for and hand names on."""
    return all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
        for node in tree(path).body
    )


def _test_file(path: Path) -> Path:
    """``__main__`` and ``__init__`` lose their underscores: test_main.py, test_init.py."""
    folder = path.relative_to(ROOT / "inspector").parent
    return ROOT / "tests" / folder / f"test_{path.stem.strip('_')}.py"


def _has_tests(path: Path) -> bool:
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        for node in ast.walk(tree(path))
    )


def _problem(path: Path) -> str | None:
    if path.name == "__init__.py" and _only_names(path):
        return None
    tests = _test_file(path)
    if not tests.is_file():
        return f"{name(path)} has no tests: {name(tests)} is missing"
    if not _has_tests(tests):
        return f"{name(tests)} has no test function"
    module = name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    if module not in _used(tests) and path.stem != "__main__":
        return f"{name(tests)} does not import what it is named for, {module}"
    return None


def _used(path: Path) -> set[str]:
    """The modules, and the names in them, that a file imports."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_each_source_file_has_its_test_file() -> None:
    problems = [line for path in python_files("inspector") if (line := _problem(path))]
    assert not problems, report(problems)
