from __future__ import annotations

import bz2
import gzip
import json
from io import BytesIO
from pathlib import Path

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.store import open as opening
from inspector.store.log import Importer, ReadLog
from inspector.store.open import open_log
from inspector.store.session import SessionWriter
from tests.store.samples import some_frames

WIRE = b'{"wire": 1, "protocol": "langgraph"}\n{"t": 1, "x": 1, "is": "data", "text": "data: 1\\n\\n"}\n'
CONTENTS = {
    "wire": WIRE,
    "sse": b"event: a\ndata: {}\n\n",
    "http": b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nevent: a\ndata: {}\n\n",
    "events": b'{"event": "a", "data": {}}\n',
    "har": b'{"log": {"version": "1.2", "creator": {}, "entries": [{"startedDateTime": "2026-01-01T00:00:00Z", '
    b'"request": {"url": "/"}, "response": {"status": 200, "content": {"text": "data: 1\\n\\n"}}}]}}',
    "thread": b'{"values": {}, "next": [], "tasks": [], "metadata": {"run_id": "r", "thread_id": "t"}}',
}
STREAMS = ("wire", "sse", "http", "events")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file whose name says something wrong."""
    return tmp_path / "picture.png"


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("mark", (b"", b"\xef\xbb\xbf"), ids=("plain", "bom"))
def test_the_content_says_what_it_is(path: Path, kind: str, mark: bytes) -> None:
    path.write_bytes(mark + CONTENTS[kind])
    log = open_log(path)
    assert log.kind == kind
    assert b"".join(frame.body for frame in log if frame.kind is Kind.DATA)
    assert len(log) == len(list(log))


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_compressed_log_is_unpacked(path: Path, kind: str) -> None:
    path.write_bytes(CONTENTS[kind])
    plain = list(open_log(path))
    path.write_bytes(gzip.compress(CONTENTS[kind]))
    log = open_log(path)
    assert (log.kind, list(log)) == (kind, plain)
    path.write_bytes(gzip.compress(CONTENTS[kind])[:-9])
    with pytest.raises(UserError, match="cannot be unpacked"):
        open_log(path)


def test_what_unpacks_to_more_than_memory_holds_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_UNPACKED", 1 << 20)
    path.write_bytes(gzip.compress(bytes(1 << 21)))
    with pytest.raises(UserError, match="holds more than 1 MB; unpack it first"):
        open_log(path)


def test_a_session_is_read_as_it_stands(path: Path) -> None:
    with SessionWriter.create(path, {"protocol": "langgraph"}) as writer:
        writer.append(some_frames(20))
        live = open_log(path)
        assert (live.kind, live.live, live.head["protocol"]) == ("session", True, "langgraph")
        writer.append(some_frames(5, after=20))
        assert live.more() == some_frames(5, after=20)
        live.close()
        # Opening it must not have taken the writer's locks.
        with pytest.raises(UserError, match="is being recorded"):
            SessionWriter.append_to(path)
    log = open_log(path)
    assert list(log) == some_frames(25)
    log.close()


@pytest.mark.parametrize("encoding", ("utf-16-le", "utf-16-be"))
@pytest.mark.parametrize("kind", STREAMS)
def test_what_powershell_saved_is_read(path: Path, kind: str, encoding: str) -> None:
    path.write_bytes(("\ufeff" + CONTENTS[kind].decode()).encode(encoding))
    log = open_log(path)
    assert log.kind == kind
    assert b"".join(frame.body for frame in log).rstrip() in CONTENTS[kind] + b"data: 1event: a\ndata: {}"


def test_a_first_event_of_ten_megabytes_is_opened(path: Path) -> None:
    text = "x" * 10_000_000
    path.write_text(json.dumps({"t": 1, "x": 1, "is": "data", "text": f"data: {text}\n\n"}))
    log = open_log(path)
    assert (log.kind, len(log.frame(1).body)) == ("wire", 10_000_008)


@pytest.mark.parametrize(
    "content, why",
    (
        (b"", "picture.png is empty."),
        (bz2.compress(WIRE), "picture.png is compressed (bzip2); unpack it first."),
        (
            gzip.compress(b"SQLite format 3\x00" + bytes(99)),
            "picture.png is a compressed session (gzip); unpack it first.",
        ),
        (gzip.compress(gzip.compress(WIRE)), "picture.png is compressed more than once; unpack it first."),
        (b"PK\x03\x04abc", "picture.png is compressed (zip); unpack it first."),
        (b"SQLite f", "picture.png was cut off after 8 bytes; nothing in it could be read."),
        (b'{"error": "x"}', "picture.png is nothing that can be opened here: a session (*.session), "),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture.png is nothing that can be opened here"),
    ),
)
def test_what_is_no_log_is_said_in_one_sentence(path: Path, content: bytes, why: str) -> None:
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        open_log(path)
    assert str(caught.value).startswith(why)
    assert str(caught.value).endswith(".")


def test_reading_tells_how_far_it_is_and_can_be_ended(path: Path) -> None:
    path.write_bytes(WIRE * 40_000)
    told: list[tuple[int, int]] = []
    log = open_log(path, lambda done, total: told.append((done, total)))
    assert len(log) == 40_000
    assert len(told) > 2
    assert told == sorted(told)
    assert told[-1] == (path.stat().st_size, path.stat().st_size)

    def stop(done: int, total: int) -> None:
        raise UserError("Enough.")

    with pytest.raises(UserError, match=r"^Enough\.$"):
        open_log(path, stop)


def test_no_file_and_a_folder(path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        open_log(path)
    with pytest.raises(UserError, match="is a folder"):
        open_log(path.parent)


def test_a_format_more_is_an_entry_more(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(file: object, name: str) -> ReadLog:
        assert isinstance(file, BytesIO) or hasattr(file, "read")
        return ReadLog("mine", {"label": name}, [])

    mine = Importer("mine", "my own", lambda start: start.startswith(b"MINE"), read)
    monkeypatch.setattr(opening, "IMPORTERS", [*opening.IMPORTERS, mine])
    path.write_bytes(b"MINE and nobody else's")
    assert (open_log(path).kind, open_log(path).head["label"]) == ("mine", "picture.png")
    path.write_bytes(b"else")
    with pytest.raises(UserError, match=r"my own\.$"):
        open_log(path)
