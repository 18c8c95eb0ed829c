from __future__ import annotations

from pathlib import Path

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.store.export import EVERY, EXPORTS, export_wire
from inspector.store.open import open_log
from inspector.store.session import SessionWriter
from tests.store.samples import some_frames

RECORDINGS = sorted((Path(__file__).parents[1] / "recordings" / "wire").glob("*.wire.jsonl"))
SECRET = Frame(1, 0.0, 1, Kind.REQUEST, {"method": "GET", "url": "/", "headers": {"api-key": "mine"}})


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_wire_log_survives_the_way_through_a_session(path: Path, tmp_path: Path) -> None:
    session, out = tmp_path / "a.session", tmp_path / "out.jsonl"
    log = open_log(path)
    with SessionWriter.create(session, log.head) as writer:
        writer.append(list(log))
    saved = open_log(session)
    export_wire(saved.head, saved, out, redact=False)
    saved.close()
    again = open_log(out)
    assert (again.head, list(again)) == (log.head, list(log))


def test_secrets_leave_only_on_demand(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    export_wire({"notes": "password=mine"}, [SECRET], out)
    assert "mine" not in out.read_text()
    export_wire({}, [SECRET], out, redact=False)
    assert "mine" in out.read_text()


def test_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    count = EVERY * 2 + 10
    export_wire({}, some_frames(count), tmp_path / "a", False, lambda done, total: told.append((done, total)), count)
    assert told == [(EVERY, count), (EVERY * 2, count), (count, count)]


def test_nothing_is_left_where_it_fails(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "out.jsonl"
    out.write_text("an older export")
    with pytest.raises(KeyboardInterrupt):
        export_wire({}, some_frames(EVERY), out, False, stop)
    assert out.read_text() == "an older export"
    assert list(tmp_path.iterdir()) == [out]
    export_wire({}, some_frames(3), out, False)
    assert len(open_log(out)) == 3


def test_a_session_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    with SessionWriter.create(path, {}) as writer:
        writer.append(some_frames(3))
        with pytest.raises(UserError, match="is being recorded; export under another name"):
            export_wire({}, [], path)
    before = path.read_bytes()
    with pytest.raises(UserError, match="is a session and is not overwritten"):
        export_wire({}, [], path)
    assert path.read_bytes() == before


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder; name the file"):
        export_wire({}, [], tmp_path)
    with pytest.raises(UserError, match=r"^a\.jsonl cannot be written: No such file or directory\.$"):
        export_wire({}, [], tmp_path / "gone" / "a.jsonl")


def test_the_exports_are_found_by_their_names() -> None:
    assert EXPORTS["wire"] is export_wire
