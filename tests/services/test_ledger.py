"""A book, its rows, and verdicts that are fresh when something changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.events import RunKey
from inspector.domain.frames import Frame, Kind
from inspector.domain.notes import CONNECTED, TICK, note
from inspector.domain.rows import Rows
from inspector.protocols.registry import ADAPTERS
from inspector.services.ledger import Ledger
from inspector.store.derived import keep, recall
from inspector.store.open import open_log
from tests.protocols.recorded import NAMES, frames_of
from tests.services.toy import Toy

FILES = Path(__file__).parents[1] / "recordings" / "agents_files"


def asked(first: int, run: str, state: str, at: float, link: int) -> list[Frame]:
    head: dict[str, Any] = {"method": "GET", "url": f"http://toy/runs/{run}", "headers": {}, "connection": "here"}
    answer = {"status": 200, "headers": {"content-type": "application/json"}}
    return [
        Frame(first, at, link, Kind.REQUEST, head),
        Frame(first + 1, at, link, Kind.RESPONSE, answer),
        Frame(first + 2, at, link, Kind.DATA, {}, json.dumps({"state": state}).encode()),
        Frame(first + 3, at, link, Kind.END, {"how": "eof", "by": "server"}),
    ]


def test_taking_frames_says_which_rows_and_runs_are_new() -> None:
    ledger = Ledger(7, (Toy(),))
    change = ledger.take(asked(1, "r1", "running", 5.0, 1))
    assert (change.book, change.first_row, change.rows, change.runs) == (7, 0, len(ledger.rows), frozenset({RunKey(1)}))
    again = ledger.take(asked(5, "r1", "done", 9.0, 2))
    assert again.first_row == change.rows
    assert ledger.run_keys() == [RunKey(1)]


def test_a_verdict_is_kept_until_its_run_changes_or_time_passes() -> None:
    ledger = Ledger(7, (Toy(),))
    ledger.take(asked(1, "r1", "running", 0.0, 1))
    first = ledger.verdict(RunKey(1))
    assert ledger.verdict(RunKey(1)) is first
    ledger.take(asked(5, "r1", "done", 9.0, 2))
    assert ledger.verdict(RunKey(1)).ending == "completed"
    kept = ledger.verdict(RunKey(1))
    ledger.forget([RunKey(1)])
    assert ledger.verdict(RunKey(1)) is not kept


def test_what_is_said_of_a_run_counts_for_the_others_of_its_thread() -> None:
    ledger = Ledger(7, (Toy(),))
    ledger.take(asked(1, "r1", "running", 0.0, 1))
    ledger.take(asked(5, "r2", "running", 1.0, 2))
    assert ledger.take(asked(9, "r2", "done", 2.0, 3)).runs == {1, 2}


def test_now_is_the_last_entry_or_the_clock() -> None:
    saved, live = Ledger(1, (Toy(),)), Ledger(1, (Toy(),), clock=lambda: 99.0)
    for ledger in (saved, live):
        ledger.take(asked(1, "r1", "running", 5.0, 1))
    assert (saved.now(), live.now()) == (5.0, 99.0)


def test_thresholds_and_capabilities_come_from_the_log_itself() -> None:
    ledger = Ledger(7, (Toy(),))
    head = note(CONNECTED, "", connection="here", thresholds={"silence": 3.0}, capabilities={"v2": True})
    ledger.take([Frame(1, 0.0, 0, Kind.NOTE, head), *asked(2, "r1", "running", 0.0, 1)])
    case = ledger.case(RunKey(1))
    assert (case.thresholds.silence, case.thresholds.no_events, case.capabilities) == (3.0, 10.0, {"v2": True})
    assert ledger.connections() == {"here"}


def test_the_end_of_a_log_decodes_what_was_held_back() -> None:
    class Shy(Toy):
        def claims(self, frames: object) -> float:
            return 0.0

    ledger = Ledger(7, (Shy(),))
    ledger.take(asked(1, "r1", "done", 5.0, 1))
    assert ledger.run_keys() == []
    assert ledger.finish().runs == {1}


def test_a_stream_without_a_run_has_its_own_findings() -> None:
    ledger = Ledger(7, (Toy(),))
    assert ledger.loose() == ()


def test_a_step_that_is_a_run_itself_is_judged_again_with_its_host() -> None:
    """The trace is reported when its model calls are over; then these are told whose they were, and the other way."""
    frames = list(open_log(FILES / "subagent_as_tool_hang.wire.jsonl"))
    report = next(f.seq for f in frames if str(f.head.get("url", "")).endswith("/traces/ingest"))
    ledger = Ledger(1, tuple(ADAPTERS.values()), "agents_sdk")
    ledger.take(frame for frame in frames if frame.seq < report)
    hung = RunKey(3)
    assert all("inside" not in finding.values for finding in ledger.verdict(hung).findings)
    change = ledger.take(frame for frame in frames if frame.seq >= report)
    assert hung in change.runs
    (inside,) = {str(f.values["inside"]["agent"]) for f in ledger.verdict(hung).findings if "inside" in f.values}
    assert inside == "Researcher"


def test_a_trace_is_judged_again_while_its_model_calls_go_on() -> None:
    def posted(seq: int, at: float, path: str, body: Any) -> Frame:
        head = {"method": "POST", "url": f"http://h/v1/{path}", "headers": {}}
        return Frame(seq, at, seq, Kind.REQUEST, head, json.dumps(body).encode())

    ledger = Ledger(1, tuple(ADAPTERS.values()))
    span = {"id": "s", "trace_id": "trace_1", "span_data": {"type": "response"}, "object": "trace.span"}
    ledger.take([posted(1, 0.0, "traces/tap", {"data": [{"is": "span_start", "item": span}]})])
    assert ledger.take([posted(2, 5.0, "responses", {"model": "m", "input": "x"})]).runs == {1, 2}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept_of_a_ledger_is_all_that_its_log_came_to(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAM_INSPECTOR_HOME", str(tmp_path))
    path = tmp_path / "a.log"
    path.write_text(name)
    adapters = tuple(ADAPTERS.values())
    read, again = Ledger(3, adapters), Ledger(3, adapters)
    read.take(frames_of(name))
    read.finish()
    before = [read.verdict(key) for key in read.run_keys()]
    assert keep(path, read.state(), read.charts())
    state = recall(path, again.charts())
    assert state is not None
    change = again.restore(state)
    assert (change.rows, change.runs) == (len(read.rows), frozenset(read.run_keys()))
    assert again.run_keys() == read.run_keys()
    assert [again.run(key) for key in again.run_keys()] == [read.run(key) for key in read.run_keys()]
    again.forget(again.run_keys())
    assert [again.verdict(key) for key in again.run_keys()] == before
    assert again.loose() == read.loose()
    assert (again.now(), again.book.main_protocol) == (read.now(), read.book.main_protocol)
    for row in range(len(read.rows)):
        for cell in (Rows.name, Rows.state, Rows.text):
            assert cell(again.rows, row) == cell(read.rows, row)
    assert (again.rows.seq, again.rows.at, again.rows.run) == (read.rows.seq, read.rows.at, read.rows.run)
    for key in range(1, 40):
        assert again.book.canon(RunKey(key)) == read.book.canon(RunKey(key))


def test_time_alone_changes_a_verdict_of_a_log_that_is_followed() -> None:
    ledger = Ledger(2, tuple(ADAPTERS.values()))
    request = {"method": "POST", "url": "http://x/v1/responses", "json": True, "protocol": "responses"}
    ledger.take([Frame(1, 0.0, 1, Kind.REQUEST, request, b'{"model": "m", "input": "x"}')])
    (key,) = ledger.run_keys()
    assert ledger.verdict(key).findings == ()
    ledger.take([Frame(2, 9_000.0, 0, Kind.NOTE, note(TICK, ""))])
    assert ledger.overdue() == frozenset()
    ledger.take([Frame(3, 10_001.0, 0, Kind.NOTE, note(TICK, ""))])
    assert ledger.overdue() == {key}
    assert [finding.id for finding in ledger.verdict(key).findings] == ["stream.no_headers"]
