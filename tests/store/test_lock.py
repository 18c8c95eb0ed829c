from __future__ import annotations

from pathlib import Path

import pytest

from inspector.domain.errors import UserError
from inspector.store.lock import WriterLock, is_held, lock_path
from tests.store.samples import python

HOLD = """
    import sys
    from pathlib import Path
    from inspector.store.lock import WriterLock
    lock = WriterLock(Path(sys.argv[1]))
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_writer_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "today.session"
    lock = WriterLock(path)
    with pytest.raises(UserError, match=r"^today\.session is being recorded by another window\.$"):
        WriterLock(path)
    assert is_held(path)
    lock.release()
    assert not is_held(path)
    assert list(tmp_path.iterdir()) == []
    WriterLock(path).release()


def test_looking_takes_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "today.session"
    lock = WriterLock(path)
    assert [is_held(path) for _ in range(3)] == [True] * 3
    with pytest.raises(UserError):
        WriterLock(path)
    lock.release()


def test_the_lock_of_another_process_dies_with_it(tmp_path: Path) -> None:
    path = tmp_path / "today.session"
    with python(HOLD, path) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        assert is_held(path)
        with pytest.raises(UserError):
            WriterLock(path)
        child.kill()
    assert lock_path(path).exists()
    assert not is_held(path)
    lock = WriterLock(path)
    assert is_held(path)
    lock.release()
    assert not lock_path(path).exists()


def test_a_folder_that_is_not_there_takes_no_lock(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="takes no new files"):
        WriterLock(tmp_path / "gone" / "today.session")
