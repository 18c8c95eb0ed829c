"""``python -m inspector`` is the program."""

from __future__ import annotations

import subprocess
import sys


def test_the_module_is_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-m", "inspector", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "stream-inspector" in done.stdout
