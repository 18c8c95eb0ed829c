from __future__ import annotations

import math
from pathlib import Path

import pytest

from inspector.domain.errors import UserError
from inspector.domain.redactor import Redactor
from inspector.services.ports import Store
from inspector.store.files import Files
from tests.store.samples import some_frames


def nothing(done: int, total: int) -> None:
    """A progress that nobody looks at."""


def test_records_goes_on_exports_and_opens(tmp_path: Path) -> None:
    files: Store = Files()
    path, out = tmp_path / "a.session", tmp_path / "a.wire.jsonl"
    for part in range(2):
        writer = files.record(path, {"label": "x"}, 5.0, extend=True)
        writer.append(some_frames(10, after=part * 10))
        writer.close()
    with pytest.raises(UserError, match="exists already"):
        files.record(path, {}, None)
    log = files.open_log(path)
    assert (log.started_ms, list(log)) == (5.0, some_frames(20))
    told: list[tuple[int, int]] = []
    files.export(log, log.head, out, "wire", Redactor(), lambda done, total: told.append((done, total)), {}, "")
    assert told == [(20, 20)]
    log.close()
    again = files.open_log(out)
    assert (len(again), again.head["label"]) == (20, "x")


def test_when_a_log_began_is_not_invented(tmp_path: Path) -> None:
    files: Store = Files()
    path = tmp_path / "a.session"
    writer = files.record(path, {}, None)
    assert math.isnan(writer.started_ms)
    writer.close()
    log = files.open_log(path)
    assert log.started_ms is None
    log.close()


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^There is no export to xml; known are: wire"):
        Files().export([], {}, tmp_path / "a.xml", "xml", None, nothing, {}, "")
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_counts_and_writes_nothing(tmp_path: Path) -> None:
    redactor = Redactor()
    report = {"runs": [{"messages": [{"text": "ada@example.com"}]}]}
    Files().rehearse(some_frames(3), {"notes": "password=mine-is-this"}, redactor, nothing, report)
    assert {one.what for one in redactor.replaced()} == {"password", "e-mail address"}
    assert list(tmp_path.iterdir()) == []


def test_a_whole_file_is_written_in_place_of_another(tmp_path: Path) -> None:
    files, path = Files(), tmp_path / "a.json"
    path.write_text("old")
    files.write(path, b"new")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.json", "new")]
    with pytest.raises(UserError, match=r"b\.json cannot be written: No such file"):
        files.write(tmp_path / "none" / "b.json", b"new")
