from __future__ import annotations

import io
import os
import pickle
import sys
from array import array
from collections import defaultdict
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.events import Event, RunKey, StatusSeen
from inspector.domain.findings import Finding, Severity
from inspector.domain.frames import Frame, Kind
from inspector.domain.rows import Rows
from inspector.domain.run import Message, Run
from inspector.store import derived
from tests.domain.toy import CHART


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAM_INSPECTOR_HOME", str(tmp_path / "home"))
    path = tmp_path / "a.session"
    path.write_bytes(b"frames")
    return path


KNOWN = {"toy": CHART}


def test_what_was_kept_comes_back(path: Path) -> None:
    assert derived.recall(path, KNOWN) is None
    rows = Rows()
    rows.append([Event(RunKey(1), 1, 0, 2.5, 1, "run", "text", True, (StatusSeen("busy", "busy"),))])
    value: dict[str, Any] = {
        "rows": rows,
        "frame": Frame(1, 0.0, 1, Kind.DATA, {"a": [1]}, b"x"),
        "chart": CHART,
        "sets": ({1}, frozenset([2]), array("q", [3]), bytearray(b"4"), defaultdict(list, {5: [6]})),
    }
    assert derived.keep(path, value, KNOWN)
    again = derived.recall(path, KNOWN)
    assert again is not None
    assert again["chart"] is CHART
    assert (again["frame"], again["sets"]) == (value["frame"], value["sets"])
    assert (again["rows"].name(0), again["rows"].state(0), again["rows"].text(0)) == ("run", "busy", "text")
    assert derived.folder().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("change", ("content", "time", "code", "gone"))
def test_a_cache_that_does_not_fit_is_not_found(path: Path, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert derived.keep(path, {"a": 1}, {})
    assert derived.recall(path, {}) == {"a": 1}
    if change == "content":
        path.write_bytes(b"more frames")
    elif change == "time":
        os.utime(path, (1, 1))
    elif change == "code":
        monkeypatch.setattr(derived, "code", lambda: "another")
    else:
        path.unlink()
    assert derived.recall(path, {}) is None


@pytest.mark.parametrize("damage", (b"", b"SId1", b"garbage" * 9))
def test_a_damaged_cache_is_none(path: Path, damage: bytes) -> None:
    assert derived.keep(path, {"a": 1}, {})
    (file,) = derived.folder().iterdir()
    file.write_bytes(damage)
    assert derived.recall(path, {}) is None
    derived.keep(path, {"a": 1}, {})
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert derived.recall(path, {}) is None


def test_a_file_is_found_by_whatever_path(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert derived.keep(path, {"a": 1}, {})
    monkeypatch.chdir(path.parent)
    assert derived.recall(Path("home", "..", path.name), {}) == {"a": 1}


@pytest.mark.parametrize("part", ("domain", "protocols", "services", "store"))
def test_code_that_reads_or_folds_otherwise_is_another(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derived, "__file__", str(tmp_path / "store" / "derived.py"))
    (tmp_path / part).mkdir()
    source = tmp_path / part / "a.py"
    source.write_text("a = 1")
    before = derived.code.__wrapped__()
    source.write_text("a = 2")
    assert derived.code.__wrapped__() != before


def test_long_columns_stand_apart_and_come_back_as_they_were(path: Path) -> None:
    columns = [array(kind, range(100)) * 90 for kind in "bBhHiIlLqQfd"]
    value = {"columns": columns, "text": bytearray(b"text" * 5000), "short": array("q", [1])}
    value["again"] = value["text"]
    assert derived.keep(path, value, {})
    (file,) = derived.folder().iterdir()
    assert file.stat().st_size > sum(memoryview(column).nbytes for column in columns) + 20_000
    again = derived.recall(path, {})
    assert again == value
    assert [column.typecode for column in again["columns"]] == list("bBhHiIlLqQfd")
    assert again["again"] is again["text"]
    again["columns"][0].append(7)
    content = bytearray(file.read_bytes())
    content[-9000] ^= 1
    file.write_bytes(content)
    assert derived.recall(path, {}) is None


def test_values_of_slots_are_made_anew_equal(path: Path) -> None:
    verdict = Finding("stream.cut", Severity.WARN, (3, 4), {"by": "peer"}, ("refresh",))
    run = Run(RunKey(3), "toy", CHART, refs=[1, 2])
    run.messages["m"] = Message("m", "assistant", ["a", "b"])
    again = derived.recall(path, {"toy": CHART}) if derived.keep(path, (verdict, run), {"toy": CHART}) else None
    assert again == (verdict, run)
    assert again[1].chart is CHART


class Evil:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, ("true",)


class Sly:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return derived.code, ("x",)


@pytest.mark.parametrize("value", (Evil(), Sly(), pickle.Unpickler), ids=("system", "ours", "foreign"))
def test_nothing_foreign_comes_out_of_a_cache(path: Path, value: object) -> None:
    assert derived.keep(path, [value], {})
    assert derived.recall(path, {}) is None


def test_nothing_foreign_comes_by_the_name_that_it_has_in_a_module_of_ours() -> None:
    for module, name, ours in (("files", "Path", False), ("files", "Shift", True)):
        read = derived._Unpickler(io.BytesIO(f"cinspector.services.{module}\n{name}\n.".encode()), {}, [])
        with nullcontext() if ours else pytest.raises(pickle.UnpicklingError):
            assert read.load().__name__ == name


def test_no_room_is_made_for_a_column_that_is_not_there(path: Path) -> None:
    assert derived.keep(path, [bytearray(9000)], {})
    (file,) = derived.folder().iterdir()
    content = bytearray(file.read_bytes())
    place = content.index((9000).to_bytes(8, sys.byteorder))
    content[place + 4] = 8  # 32 GB
    file.write_bytes(content)
    assert derived.recall(path, {}) is None


class Changed:
    def __reduce__(self) -> tuple[Any, ...]:
        raise RuntimeError("dictionary changed size during iteration")


def test_what_changes_while_it_is_kept_is_not_kept_and_can_change(path: Path) -> None:
    assert not derived.keep(path, Changed(), {})
    assert derived.recall(path, {}) is None
    column = array("q", range(9000))

    class Meanwhile(io.BytesIO):
        def write(self, part: Any) -> int:
            column.append(7)
            return super().write(part)

    derived._write(Meanwhile(), [column], {})


def test_a_folder_that_cannot_be_made_is_no_fault(path: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    assert not derived.keep(path, 1, {})
    assert derived.recall(path, {}) is None
    assert not derived.keep(tmp_path / "nowhere", 1, {})


def test_the_oldest_go_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "KEPT_FILES", 3)
    for number in range(5):
        os.utime(path, (number, number))
        derived.keep(path, number, {})
        newest = max(derived.folder().iterdir(), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, (100 + number, 100 + number))
    assert len(list(derived.folder().iterdir())) == 3
    os.utime(path, (4, 4))
    assert derived.recall(path, {}) == 4
    os.utime(path, (0, 0))
    assert derived.recall(path, {}) is None


def test_a_large_one_may_stand_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "KEPT_BYTES", 1)
    derived.keep(path, 1, {})
    os.utime(path, (9, 9))
    derived.keep(path, 2, {})
    assert len(list(derived.folder().iterdir())) == 1


def test_the_code_is_what_derives() -> None:
    assert len(derived.code()) == 64
