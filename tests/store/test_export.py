from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.domain.redact import REDACTED
from inspector.domain.redactor import Redactor
from inspector.store.export import EVERY, EXPORTS, Job, rehearse, write
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
    write(Job(saved.head, saved, None), "wire", out)
    saved.close()
    again = open_log(out)
    assert (again.head, list(again)) == (log.head, list(log))


def test_secrets_leave_only_on_demand(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    write(Job({"notes": "password=mine"}, [SECRET]), "wire", out)
    assert "mine" not in out.read_text()
    write(Job({}, [SECRET], None), "wire", out)
    assert "mine" in out.read_text()


def test_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    count = EVERY * 2 + 10
    job = Job({}, some_frames(count), None, progress=lambda done, total: told.append((done, total)))
    write(job, "wire", tmp_path / "a")
    assert told == [(EVERY, count), (EVERY * 2, count), (count, count)]


def test_nothing_is_left_where_it_fails(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "out.jsonl"
    out.write_text("an older export")
    with pytest.raises(KeyboardInterrupt):
        write(Job({}, some_frames(EVERY), None, progress=stop), "wire", out)
    assert out.read_text() == "an older export"
    assert list(tmp_path.iterdir()) == [out]
    write(Job({}, some_frames(3), None), "wire", out)
    assert len(open_log(out)) == 3


def test_a_session_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    with SessionWriter.create(path, {}) as writer:
        writer.append(some_frames(3))
        with pytest.raises(UserError, match="is being recorded; export under another name"):
            write(Job({}, []), "wire", path)
    before = path.read_bytes()
    with pytest.raises(UserError, match="is a session and is not overwritten"):
        write(Job({}, []), "wire", path)
    assert path.read_bytes() == before


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder; name the file"):
        write(Job({}, []), "har", tmp_path)
    with pytest.raises(UserError, match=r"^a\.jsonl cannot be written: No such file or directory\.$"):
        write(Job({}, []), "bundle", tmp_path / "gone" / "a.jsonl")


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^There is no export to xml; known are: wire, har, json, markdown, bundle\.$"):
        write(Job({}, []), "xml", tmp_path / "a")


def test_a_bundle_is_a_log_with_its_verdicts_and_versions(tmp_path: Path) -> None:
    out = tmp_path / "bundle"
    report = {"schema": 1, "runs": [{"messages": [{"text": "write to ada@example.com"}]}]}
    frames = [SECRET, Frame(2, 1.0, 1, Kind.DATA, {}, b'data: {"password": "hunter2-hunter2"}\n\n')]
    write(Job({"protocol": "assistants"}, frames, report=report), "bundle", out)
    log = open_log(out)
    assert (log.kind, log.protocol, len(log)) == ("wire", "assistants", 2)
    assert (log.head["bundle"], log.head["redacted"]) == (1, True)
    assert log.head["report"]["runs"][0]["messages"][0]["text"] == f"write to {REDACTED}"
    assert {"stream-inspector", "httpx"} <= set(log.head["versions"])
    assert "hunter2" not in out.read_text()
    write(Job({}, frames, None, report), "bundle", out)
    again = open_log(out)
    assert (list(again), again.head["redacted"]) == (frames, False)


def test_a_bundle_with_a_long_report_is_opened(tmp_path: Path) -> None:
    out = tmp_path / "bundle"
    write(Job({}, some_frames(5), report={"text": "x" * 200_000}), "bundle", out)
    assert len(open_log(out)) == 5


def test_reports_are_written_without_secrets(tmp_path: Path) -> None:
    out = tmp_path / "a"
    write(Job({}, [], report={"a": "ada@example.com"}, text="# Mail to ada@example.com"), "json", out)
    assert json.loads(out.read_text()) == {"a": REDACTED}
    write(Job({}, [], report={}, text="# Mail to ada@example.com"), "markdown", out)
    assert out.read_text() == f"# Mail to {REDACTED}"
    write(Job({}, [], None, text="# Mail to ada@example.com"), "markdown", out)
    assert out.read_text() == "# Mail to ada@example.com"


def test_a_rehearsal_tells_what_would_be_taken_out(tmp_path: Path) -> None:
    redactor = Redactor()
    told: list[tuple[int, int]] = []
    rehearse(Job({"notes": "a@b.de"}, [SECRET], redactor, {"x": "c@d.de"}, progress=lambda *step: told.append(step)))
    assert [(one.what, one.times) for one in redactor.replaced()] == [("e-mail address", 1)] * 2 + [
        ("header api-key", 1)
    ]
    assert told == [(1, 1)]


PLANTED = (
    "sk-proj-abcdefghijklmnop1234",
    "ghp_abcdefghijklmnopqrst123456",
    "ada.lovelace@mail.example.com",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "Customer Acme",
)


@given(
    st.lists(st.sampled_from(PLANTED), min_size=1, max_size=4),
    st.integers(1, 60),
    st.sampled_from(tuple(EXPORTS)),
    st.booleans(),
)
def test_no_planted_secret_leaves(secrets: list[str], chunk: int, to: str, escaped: bool) -> None:
    text = " ".join(secrets)
    body = (
        "data: " + json.dumps({"text": text, "deep": json.dumps({"x": text})}, ensure_ascii=escaped) + "\n\n"
    ).encode()
    deltas = [f"data: {json.dumps({'delta': part})}\n\n".encode() for part in (text[:chunk], text[chunk:] + " ")]
    parts = [body[n : n + chunk] for n in range(0, len(body), chunk)] + deltas
    head = {
        "method": "POST",
        "url": f"http://me:pw12345@h/?api_key={quote(text)}",
        "headers": {"cookie": text},
        "json": True,
    }
    frames = [Frame(1, 0.0, 1, Kind.REQUEST, head, json.dumps({"a": [text], "token": text}).encode())]
    frames += [Frame(n, float(n), 1, Kind.DATA, {}, part) for n, part in enumerate(parts, 2)]
    frames.append(
        Frame(len(frames) + 1, 99.0, 0, Kind.NOTE, {"plan": [{"headers": {"authorization": text}}], "why": text})
    )
    report = {"runs": [{"messages": [{"text": text}]}]}
    with TemporaryDirectory() as folder:
        out = Path(folder, "out")
        write(Job({"label": text}, frames, Redactor(["Customer [A-Z][a-z]+"]), report, f"# {text}"), to, out)
        written = out.read_text()
        for secret in secrets:
            assert secret not in written
            assert quote(secret) not in written
        if to in ("wire", "bundle", "har"):
            log = open_log(out)
            assert len(list(log)) == len(frames)
            told = b"".join(frame.body for frame in log if frame.kind is Kind.DATA).decode()
            said = "".join(re.findall(r'"delta": "([^"]*)"', told))
            assert not any(secret in said for secret in secrets)


def test_both_ways_through_the_frames_are_told_of_and_can_be_ended() -> None:
    told: list[tuple[int, int]] = []
    frames, half = some_frames(4 * EVERY), 2 * EVERY
    rehearse(Job({}, frames, progress=lambda *step: told.append(step)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert sum(done <= half for done, _ in told) == 4
    assert told[-1] == (len(frames), len(frames))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rehearse(Job({}, frames, progress=stop))
