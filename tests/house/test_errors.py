"""Exceptions of our own are few, and live in one place: a peer's fault is data."""

from __future__ import annotations

import ast
import builtins

from tests.house.sources import name, python_files, report, tree

HOME = "inspector/domain/errors.py"
LIMIT = 6
BUILTIN = {key for key, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}


def _own_exceptions() -> dict[str, str]:
    """Where each exception class of ours is defined, found through any number of bases."""
    classes = [
        (node, f"{name(path)}:{node.lineno}")
        for path in python_files("inspector")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    ]
    found: dict[str, str] = {}
    while True:
        known = BUILTIN | set(found)
        more = {
            node.name: place
            for node, place in classes
            if node.name not in found and any(ast.unparse(base).rpartition(".")[2] in known for base in node.bases)
        }
        if not more:
            return found
        found |= more


def test_they_live_in_one_place() -> None:
    problems = [f"{where} {what} belongs into {HOME}" for what, where in _own_exceptions().items() if HOME not in where]
    assert not problems, report(problems)


def test_they_are_few() -> None:
    own = _own_exceptions()
    assert {"UserError", "Refused"} <= set(own)
    assert len(own) <= LIMIT, report(sorted(own))
