from __future__ import annotations

import gc

import pytest

from inspector.cli.starting import starting


def _fail() -> None:
    raise ZeroDivisionError


def test_no_garbage_is_looked_for_at_the_start_only() -> None:
    with starting():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), starting():
        _fail()
    assert gc.isenabled()
