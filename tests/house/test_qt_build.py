"""The Qt build that is installed neither leaks nor steals references; PySide6 6.12.0 on Python 3.11 does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import PySide6

CHECK = Path(__file__).with_name("qt_references.py")


def test_calls_between_qt_and_python_leave_the_reference_counts_alone() -> None:
    done = subprocess.run([sys.executable, str(CHECK)], capture_output=True, text=True, check=False)
    build = f"PySide6 {PySide6.__version__} on Python {sys.version.split()[0]}"
    assert (done.returncode, done.stdout) == (0, ""), f"{build} loses references:\n{done.stdout}{done.stderr}"
