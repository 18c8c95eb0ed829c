"""The first picture, and what is not loaded before it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from inspector.app.start import load

CODE = """
import sys
from inspector.cli import entry
entry.parse([])
from inspector.app.start import Wish, load, make_front, wait_painted
from PySide6.QtWidgets import QApplication
front = make_front()
assert front.window.isVisible() and front.window.windowIcon()
wait_painted(front.window)
ours = [name for name in sys.modules if name.startswith("inspector.")]
print(*[name for name in ours if name.split(".")[1] in ("services", "protocols", "present", "transport")])
print(*[name for name in ("asyncio", "qasync", "ssl", "sqlite3", "httpx", "msgspec") if name in sys.modules])
QApplication.instance().setStyleSheet("")
print(QApplication.style().name())
load("inspector.app.main")
assert front.window.isVisible()
print("inspector.ui.equipment" in sys.modules)
"""


def test_the_first_picture_needs_little_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAM_INSPECTOR_HOME", str(tmp_path))
    command = [sys.executable, "-c", CODE]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.splitlines()
    assert told == ["", "", "fusion", "True"]


def test_what_cannot_be_loaded_is_told(qapp: object) -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_part"):
        load("inspector.no_such_part")


INTERRUPTED = """
import os, signal, sys
from inspector.app import start
from inspector.cli.entry import main
load = start.load
def loading(name):
    os.kill(os.getpid(), signal.SIGINT)
    load(name)
    print("loaded", flush=True)
start.load = loading
sys.exit(main([]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot interrupt itself there")
def test_an_interrupt_ends_the_start_when_what_is_under_way_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAM_INSPECTOR_HOME", str(tmp_path))
    command = [sys.executable, "-c", INTERRUPTED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (130, "loaded\n"), done.stderr
