"""What freezes or loses tasks is not called, also where ruff cannot see the receiver."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.sources import name, python_files, report, tree

TASKS = "inspector/services/tasks.py"
LOOP = "inspector/eventloop.py"
DOORS = {TASKS, LOOP}
"""The files that may name, with a noqa, what ruff bans: one makes the tasks, the other starts the loop."""

BOXES = {"about", "aboutQt", "critical", "information", "question", "warning"}
NESTED = {"exec", "exec_", "processEvents"}
WAITS = {
    "wait",
    "waitUntil",
    "waitSignal",
    "waitSignals",
    "waitActive",
    "waitExposed",
    "waitCallback",
    "assertNotEmitted",
}
NOW = {"now", "today", "utcnow"}


def _calls(top: ast.AST) -> Iterator[tuple[ast.Call, str, str]]:
    """Each call of a method below a node, with its receiver as text and its name."""
    for node in ast.walk(top):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, ast.unparse(node.func.value), node.func.attr


def _task_groups(module: ast.Module) -> set[str]:
    """The names bound by ``async with asyncio.TaskGroup() as …``: those hold their tasks and show their failures."""
    return {
        ast.unparse(item.optional_vars)
        for node in ast.walk(module)
        if isinstance(node, ast.AsyncWith)
        for item in node.items
        if item.optional_vars and ast.unparse(item.context_expr).endswith("TaskGroup()")
    }


def loose_tasks(module: ast.Module) -> Iterator[tuple[int, str]]:
    groups = _task_groups(module)
    for node, receiver, method in _calls(module):
        if method in ("create_task", "ensure_future") and receiver not in groups:
            yield node.lineno, f"{receiver}.{method}(): a task is made by inspector.services.tasks, or by a TaskGroup"


def nested_loops(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node, receiver, method in _calls(module):
        if method in NESTED:
            yield node.lineno, f"{receiver}.{method}(): a nested loop freezes every task; use open() or popup()"
        elif method in BOXES and "MessageBox" in receiver:
            yield node.lineno, f"{receiver}.{method}(): a static message box freezes every task; use open()"


def waits_in_coroutines(module: ast.Module) -> Iterator[tuple[int, str]]:
    for top in ast.walk(module):
        if isinstance(top, ast.AsyncFunctionDef):
            for node, receiver, method in _calls(top):
                if (receiver == "qtbot" and method in WAITS) or method in NESTED:
                    yield node.lineno, f"{receiver}.{method}() in a coroutine freezes every other task; await something"


def clocks(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node, receiver, method in _calls(module):
        if method in NOW and receiver.rpartition(".")[2] in ("datetime", "date"):
            yield node.lineno, f"{receiver}.{method}(): time is an argument here"


def files(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("open", "input", "print")
        ):
            yield node.lineno, f"{node.func.id}(): no input or output here"


RULES = [
    (loose_tasks, ["inspector", "tests"]),
    (nested_loops, ["inspector"]),
    (waits_in_coroutines, ["tests"]),
    (clocks, ["inspector/domain", "inspector/protocols", "inspector/present"]),
    (files, ["inspector/domain", "inspector/protocols", "inspector/present", "inspector/services"]),
]


EXEMPT: dict[object, str] = {loose_tasks: TASKS, nested_loops: "inspector/app/start.py"}
"""Where a rule does not hold. No loop is there yet to nest in while the window waits for its first picture."""


@pytest.mark.parametrize(("rule", "folders"), RULES, ids=lambda value: getattr(value, "__name__", ""))
def test_nowhere(rule: object, folders: list[str]) -> None:
    assert callable(rule)
    problems = [
        f"{name(path)}:{line} {what}"
        for folder in folders
        for path in python_files(folder)
        if name(path) != EXEMPT.get(rule)
        for line, what in rule(tree(path))
    ]
    assert not problems, report(problems)


def test_ruffs_bans_are_lifted_at_the_two_doors_only() -> None:
    mark = "noqa: " + "TID251"
    problems = [
        f"{name(path)}:{number} {line.strip()}"
        for folder in ("inspector", "tests")
        for path in python_files(folder)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if mark in line and name(path) not in DOORS
    ]
    assert not problems, report(problems)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (loose_tasks, "loop.create_task(work())"),
        (loose_tasks, "self._loop.create_task(work())"),
        (loose_tasks, "asyncio.ensure_future(work())"),
        (nested_loops, "dialog.exec()"),
        (nested_loops, "self.exec()"),
        (nested_loops, "QtWidgets.QMessageBox.warning(None, 't', 'x')"),
        (nested_loops, "QApplication.processEvents()"),
        (waits_in_coroutines, "async def test(): qtbot.waitUntil(ready)"),
        (clocks, "datetime.datetime.now(UTC)"),
        (files, "open('x')"),
    ],
)
def test_each_rule_sees_what_it_is_for(rule: object, code: str) -> None:
    assert callable(rule)
    assert len(list(rule(ast.parse(code)))) == 1


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (loose_tasks, "async def f():\n async with asyncio.TaskGroup() as group:\n  group.create_task(work())"),
        (nested_loops, "log.warning('x'); dialog.open(); database.execute('x')"),
        (waits_in_coroutines, "def test(): qtbot.waitUntil(ready)"),
        (clocks, "clock.now()"),
    ],
)
def test_each_rule_leaves_the_rest_alone(rule: object, code: str) -> None:
    assert callable(rule)
    assert list(rule(ast.parse(code))) == []
