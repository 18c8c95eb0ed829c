from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from inspector.cli.starting import starting

CODE = """
import sys
from inspector.cli.starting import starting
with starting():
    print("inspector.services.hub" in sys.modules, any(name.startswith("PySide6") for name in sys.modules))
"""


def test_what_needs_no_qt_is_there_before_qt() -> None:
    told = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True, timeout=120)
    assert told.stdout.split() == ["True", "False"]


def _fail() -> None:
    raise ZeroDivisionError


def test_no_garbage_is_looked_for_at_the_start_only() -> None:
    with starting():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), starting():
        _fail()
    assert gc.isenabled()
