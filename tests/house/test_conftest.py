"""The rules that hold for every test do fail a test that breaks them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]

SAMPLES = """
from __future__ import annotations
import asyncio, os, warnings
import pytest
from PySide6.QtCore import QTimer, qWarning
from pathlib import Path

async def test_bad_task(): asyncio.get_running_loop().create_task(asyncio.Event().wait(), name="left alone")
def test_bad_task_of_run():
    async def main(): asyncio.get_running_loop().create_task(asyncio.Event().wait(), name="left by run")
    asyncio.run(main())
KEPT = []
def test_bad_timer(qapp):
    KEPT.append(timer := QTimer(interval=12345)); timer.start()
def test_bad_message(qapp): qWarning("said in the test")
@pytest.fixture
def grumbler(qapp):
    yield
    qWarning("said in the clean-up")
def test_bad_message_of_clean_up(grumbler): pass
def test_bad_warning(): warnings.warn("old", DeprecationWarning)
def test_bad_unclosed_file(): open(__file__)

async def test_good_plain_loop(): assert "Q" not in type(asyncio.get_running_loop()).__name__
@pytest.mark.qt_loop
async def test_good_qt_loop(): assert "Q" in type(asyncio.get_running_loop()).__name__
@pytest.fixture
async def served():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(asyncio.Event().wait())
        yield task
        task.cancel()
async def test_good_task_of_a_fixture(served): assert not served.done()
def test_good_timer(qtbot):
    timer = QTimer(interval=1); timer.start(); timer.stop()
def test_good_folders(tmp_path): assert Path(os.environ["XDG_CONFIG_HOME"]).is_relative_to(tmp_path)
@pytest.mark.peer
def test_bad_peer(): raise AssertionError("deselected unless asked for")
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The verdict on each sample by its name, and what pytest said in all, under the key ``everything``."""
    folder = tmp_path_factory.mktemp("samples")
    (folder / "test_samples.py").write_text(SAMPLES, encoding="utf-8")
    (folder / "conftest.py").write_text("from tests.conftest import *\n", encoding="utf-8")
    options = ["-c", "pyproject.toml", "--rootdir", ".", "-rA", "--tb=short", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder)], cwd=HERE, capture_output=True, text=True, check=False
    )
    summary = done.stdout.partition("short test summary info")[2]
    assert summary, done.stdout + done.stderr
    lines: dict[str, str] = {}
    for line in summary.splitlines():
        verdict, _, rest = line.partition(" ")
        if "::" in rest:
            name = rest.split("::")[1].split(" ")[0]
            lines[name] = verdict if lines.get(name, "PASSED") == "PASSED" else lines[name]
    lines["everything"] = done.stdout
    return lines


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("test_bad_task", "left alone"),
        ("test_bad_task_of_run", "left by run"),
        ("test_bad_timer", "12345 ms"),
        ("test_bad_message", "said in the test"),
        ("test_bad_message_of_clean_up", "said in the clean-up"),
        ("test_bad_warning", "DeprecationWarning: old"),
        ("test_bad_unclosed_file", "unclosed file"),
    ],
)
def test_a_test_that_breaks_a_rule_fails(outcomes: dict[str, str], name: str, reason: str) -> None:
    assert outcomes[name] in ("FAILED", "ERROR"), outcomes["everything"]
    assert reason in outcomes["everything"]


@pytest.mark.parametrize("name", ["plain_loop", "qt_loop", "task_of_a_fixture", "timer", "folders"])
def test_a_test_that_keeps_the_rules_passes(outcomes: dict[str, str], name: str) -> None:
    assert outcomes[f"test_good_{name}"] == "PASSED", outcomes["everything"]


def test_tests_with_real_servers_are_left_out_unless_asked_for(outcomes: dict[str, str]) -> None:
    assert "test_bad_peer" not in outcomes
    assert "1 deselected" in outcomes["everything"]
