"""Saved logs judged, exported and imported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inspector.cli.logs import log_text
from inspector.cli.parser import tool_version
from inspector.store.settings import PATTERNS, Settings
from tests.cli.shop import Shell
from tests.house.sources import ROOT

pytestmark = pytest.mark.anyio

RECORDINGS = ROOT / "tests/recordings"
WAITS = RECORDINGS / "assistants/02a_requires_action_two_calls.wire.jsonl"
COMPLETED = RECORDINGS / "assistants/02b_after_submit_completed.wire.jsonl"
FAILED = RECORDINGS / "assistants/06_failed_rate_limit.wire.jsonl"
INTERRUPT = RECORDINGS / "demo/langgraph_interrupt.wire.jsonl"
HANG = RECORDINGS / "agents_files/subagent_hang_no_headers.wire.jsonl"
HEARTBEATS = ": heartbeat\r\n\r\n: heartbeat\r\n\r\n"


async def test_one_line_a_file_in_the_order_given(shell: Shell) -> None:
    said = await shell("diagnose", "--json", str(FAILED), str(WAITS), str(COMPLETED), exits=1)
    assert [Path(line["source"]) for line in said.lines] == [FAILED, WAITS, COMPLETED]
    assert [line["runs"][0]["ending"] for line in said.lines] == ["failed", "waiting", "completed"]
    failed = said.lines[0]
    assert set(failed) == {"schema", "tool", "source", "protocol", "findings", "runs"}
    assert (failed["schema"], failed["tool"], failed["protocol"]) == (1, tool_version(), "assistants")
    (found,) = [each for each in failed["runs"][0]["findings"] if each["id"] == "run.failed"]
    assert set(found) == {"id", "severity", "text", "frames", "next"}
    assert said.err == ""


async def test_a_report_of_what_is_over_stands_behind_what_it_was_made_of(shell: Shell, tmp_path: Path) -> None:
    head, *rest = HANG.read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in rest]
    report = next(entry["x"] for entry in entries if "ingest" in entry.get("url", ""))
    ended = next(place for place, entry in enumerate(entries) if entry["is"] == "end")
    early = [{**entry, "t": entries[ended]["t"]} for entry in entries if entry["x"] == report]
    others = [entry for entry in entries if entry["x"] != report]
    mixed = tmp_path / "mixed.wire.jsonl"
    moved = [*others[: ended + 1], *early, *others[ended + 1 :]]
    mixed.write_text("\n".join([head, *map(json.dumps, moved)]), encoding="utf-8")
    (line,) = (await shell("diagnose", "--json", str(mixed), exits=1)).lines
    assert [run["id"] and run["id"][:5] for run in line["runs"]] == ["resp_", None, "trace"]
    assert line["runs"][1]["attempts"] == 3
    assert "trace" in (await shell("diagnose", str(mixed), exits=1)).out


@pytest.mark.parametrize(("file", "status"), [(COMPLETED, 0), (WAITS, 0), (INTERRUPT, 0), (FAILED, 1)])
async def test_the_exit_status_says_whether_all_is_well(shell: Shell, file: Path, status: int) -> None:
    (line,) = (await shell("diagnose", "--json", str(file), exits=status)).out.splitlines()
    assert json.loads(line)["source"] == str(file)


async def test_the_source_is_the_path_as_given(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_bytes(WAITS.read_bytes())
    said = await shell("diagnose", "--json", "./a.jsonl", ".//a.jsonl", exits=0)
    assert [line["source"] for line in said.lines] == ["./a.jsonl", ".//a.jsonl"]


async def test_what_cannot_be_read_is_one_sentence_and_the_others_are_judged(shell: Shell, tmp_path: Path) -> None:
    broken, empty = tmp_path / "broken.session", tmp_path / "empty.jsonl"
    broken.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4000)
    empty.touch()
    names = [str(broken), str(FAILED), str(empty), str(tmp_path / "nowhere"), str(COMPLETED), str(tmp_path)]
    for more in (["--json"], []):
        said = await shell("diagnose", *more, *names, exits=2)
        assert said.err.count("\n") == 4
        assert all(line.startswith("stream-inspector: ") for line in said.err.splitlines())
        told = [line["source"] for line in said.lines] if more else []
        assert told == ([str(FAILED), str(COMPLETED)] if more else [])
    alone = await shell("diagnose", "--json", str(tmp_path / "nowhere"), exits=2)
    assert (alone.out, alone.err.count("\n")) == ("", 1)


async def test_a_log_without_a_run_is_no_fault(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "beats.sse"
    file.write_text(HEARTBEATS, encoding="utf-8")
    said = await shell("diagnose", "--json", str(file))
    assert said.last["runs"] == []
    text = await shell("diagnose", str(file), exits=said.status)
    assert "no run in it" in text.out


async def test_people_are_told_in_words(shell: Shell) -> None:
    said = await shell("diagnose", str(WAITS), str(FAILED), exits=1)
    first, second = said.out.strip().split("\n\n")
    assert first.splitlines()[0] == f"{WAITS}  (assistants)"
    assert "WAITING  It waits for 2 tool outputs" in first
    assert "1. submit_tool_outputs: " in first
    assert "Your code: " in first
    assert "✖" in second
    assert "(run.failed #" in second


async def test_what_is_odd_about_a_file_is_said(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "odd.wire.jsonl"
    lines = WAITS.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines[:5], "{broken", *lines[5:]]), encoding="utf-8")
    said = await shell("diagnose", "--json", str(file), exits=0)
    assert said.last["runs"][0]["ending"] == "waiting"
    assert said.err.startswith(f"stream-inspector: {file}: ")


def test_findings_without_a_run_are_told() -> None:
    finding = {"id": "stream.no_events", "severity": "error", "text": "Nothing came.", "frames": [1], "next": []}
    answer = {"source": "a", "protocol": None, "runs": [], "findings": [finding]}
    assert log_text(answer).splitlines() == [
        "a  (unknown protocol)",
        "  no run in it",
        "  ✖ Nothing came.  (stream.no_events #1)",
    ]


async def test_recordings_become_one_session_and_a_session_a_wire_log(shell: Shell, tmp_path: Path) -> None:
    session, out = tmp_path / "all.session", tmp_path / "all.wire.jsonl"
    nowhere = str(tmp_path / "nowhere")
    said = await shell("import", str(WAITS), nowhere, str(INTERRUPT), "--session", str(session), exits=2)
    assert [line.split(": ")[0] for line in said.out.splitlines()] == [str(WAITS), str(INTERRUPT)]
    assert all(line.endswith(" frames") for line in said.out.splitlines())
    assert said.err.count("\n") == 1
    one = (await shell("diagnose", "--json", str(session), exits=0)).last
    assert [run["ending"] for run in one["runs"]] == ["waiting", "waiting"]
    said = await shell("export", str(session), str(out), "--to", "wire", exits=0)
    assert (said.out, said.err) == ("", "")
    again = (await shell("diagnose", "--json", str(out), exits=0)).last
    assert again["runs"] == one["runs"]


async def test_an_export_has_no_secrets_unless_they_are_wanted(shell: Shell, tmp_path: Path) -> None:
    log, out = tmp_path / "a.wire.jsonl", tmp_path / "b.wire.jsonl"
    text = WAITS.read_text(encoding="utf-8").replace("weather", "sk-proj-abcdefghij1234567890abcdefghij")
    log.write_text(text, encoding="utf-8")
    await shell("export", str(log), str(out), exits=0)
    assert "abcdefghij1234567890" not in out.read_text(encoding="utf-8")
    await shell("export", str(log), str(out), "--no-redact", exits=0)
    assert "abcdefghij1234567890" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("out", [".", "nowhere/at.all"])
async def test_an_export_that_cannot_be_written_is_said(shell: Shell, tmp_path: Path, out: str) -> None:
    said = await shell("export", str(WAITS), str(tmp_path / out), exits=2)
    assert (said.out, said.err.count("\n")) == ("", 1)


async def test_an_import_goes_into_no_foreign_file(shell: Shell, tmp_path: Path) -> None:
    foreign = tmp_path / "notes.txt"
    foreign.write_text("mine", encoding="utf-8")
    said = await shell("import", str(WAITS), "--session", str(foreign), exits=2)
    assert said.err.count("\n") == 1
    assert foreign.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("to", ["har", "bundle"])
async def test_what_was_exported_is_judged_as_before(shell: Shell, tmp_path: Path, to: str) -> None:
    out = tmp_path / "out"
    await shell("export", str(FAILED), str(out), "--to", to, exits=0)
    before = (await shell("diagnose", "--json", str(FAILED), exits=1)).last
    after = (await shell("diagnose", "--json", str(out), exits=1)).last
    assert [run["ending"] for run in after["runs"]] == [run["ending"] for run in before["runs"]]
    assert [[f["id"] for f in run["findings"]] for run in after["runs"]] == [
        [f["id"] for f in run["findings"]] for run in before["runs"]
    ]


async def test_reports_are_written_for_programs_and_for_people(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "out"
    await shell("export", str(FAILED), str(out), "--to", "json", exits=0)
    report = json.loads(out.read_text(encoding="utf-8"))
    before = (await shell("diagnose", "--json", str(FAILED), exits=1)).last
    assert report["runs"][0]["findings"] == before["runs"][0]["findings"]
    assert report["runs"][0]["states"][-1]["state"] == "failed"
    await shell("export", str(FAILED), str(out), "--to", "markdown", exits=0)
    assert out.read_text(encoding="utf-8").startswith(f"# {FAILED.name}\n")


async def test_own_patterns_of_the_window_count_here_too(shell: Shell, tmp_path: Path) -> None:
    settings = Settings.load()
    settings.windows[PATTERNS] = "wea[a-z]+"
    settings.save()
    out = tmp_path / "out"
    await shell("export", str(WAITS), str(out), "--to", "bundle", exits=0)
    assert "weather" not in out.read_text(encoding="utf-8")
    assert "weather" in WAITS.read_text(encoding="utf-8")
