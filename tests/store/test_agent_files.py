"""Files of the Agents SDK, by their content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Kind
from inspector.store.agent_files import sniff_export, sniff_feed, sniff_state
from inspector.store.log import Log
from inspector.store.open import open_log

FILES = Path(__file__).parents[1] / "recordings" / "agents_files"
TRACE = {"object": "trace", "id": "trace_1"}
SPAN = {
    "object": "trace.span",
    "id": "s",
    "trace_id": "trace_1",
    "started_at": "2026-01-01T00:00:01+00:00",
    "ended_at": "2026-01-01T00:00:03+00:00",
}


def opened(tmp_path: Path, text: str | bytes, name: str = "file") -> Log:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_log(path)


def requests(log: Log) -> list[Frame]:
    return [frame for frame in log if frame.kind is Kind.REQUEST]


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir()))
def test_content_decides_and_not_the_name(name: str, tmp_path: Path) -> None:
    kinds = {"export.json": "export", "trace_feed.jsonl": "feed", "run_state.json": "run_state", "wire.jsonl": "wire"}
    log = opened(tmp_path, (FILES / name).read_bytes(), "x.bin")
    assert log.kind == next(kind for end, kind in kinds.items() if name.endswith(end))
    assert log.protocol == "agents_sdk"


def test_a_feed_keeps_its_times() -> None:
    log = open_log(FILES / "subagent_as_tool_hang.trace_feed.jsonl")
    lines = (FILES / "subagent_as_tool_hang.trace_feed.jsonl").read_text().splitlines()[1:]
    entries = [json.loads(line) for line in lines]
    assert [frame.at for frame in requests(log)] == [entry["t"] for entry in entries]
    assert [json.loads(frame.body)["data"] for frame in requests(log)] == [[entry] for entry in entries]
    assert log.head["scenario"] == "subagent_as_tool_hang"
    assert log.started_ms is not None


def test_only_the_last_end_says_that_the_record_ends() -> None:
    ends = [frame for frame in open_log(FILES / "approval_interrupted.trace_feed.jsonl") if frame.kind is Kind.END]
    assert [bool(frame.head.get("saved")) for frame in ends] == [False] * (len(ends) - 1) + [True]


def test_a_feed_without_times_takes_those_of_its_spans(tmp_path: Path) -> None:
    entries = [
        {"is": "trace_start", "item": TRACE},
        {"is": "span_start", "item": SPAN},
        {"is": "span_end", "item": SPAN},
    ]
    log = opened(tmp_path, "\n".join(json.dumps(entry) for entry in entries) + "\nnonsense\n")
    assert [frame.at for frame in requests(log)] == [0.0, 0.0, 2000.0]
    assert log.started_ms == 1_767_225_601_000.0
    assert list(log.warnings) == ["Line 4 was left out: it is no entry of a trace feed."]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"data": [TRACE, SPAN]}),
        json.dumps([TRACE, SPAN], indent=2),
        "\n".join(json.dumps(item) for item in (TRACE, SPAN)),
    ],
)
def test_an_export_is_one_batch_however_it_is_written(text: str, tmp_path: Path) -> None:
    (request,) = requests(opened(tmp_path, text))
    assert json.loads(request.body) == {"data": [TRACE, SPAN]}
    assert request.at == 2000.0
    assert request.head["url"].endswith("/v1/traces/ingest")


def test_batches_come_one_after_another(tmp_path: Path) -> None:
    later = {**SPAN, "id": "s2", "ended_at": "2026-01-01T00:00:09+00:00"}
    log = opened(tmp_path, json.dumps({"data": [TRACE, SPAN]}) + "\n" + json.dumps({"data": [later]}))
    assert [frame.at for frame in requests(log)] == [2000.0, 8000.0]


def test_a_run_state_is_kept_to_the_last_byte(tmp_path: Path) -> None:
    content = (FILES / "approval_interrupted.run_state.json").read_bytes() + b"\n \n"
    (data,) = [frame for frame in opened(tmp_path, content) if frame.kind is Kind.DATA]
    assert data.body == content


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"data": [{"object": "trace"}', "export of traces that was cut off"),
        ('{"$schemaVersion": "1.21", "current_agent": {', "run state of the Agents SDK that was cut off"),
        ('{"data": [], "object": "trace"', "cut off"),
    ],
)
def test_a_damaged_file_is_told_in_one_sentence(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=said):
        opened(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        b'{"wire": 1}\n{"is": "request", "body": {"object": "trace"}}',
        b'{"is": "note", "object": "trace"}',
        b"plain words",
        b"",
    ],
)
def test_other_logs_are_none(text: bytes) -> None:
    assert not sniff_feed(text)
    assert not sniff_export(text)
    assert not sniff_state(text)


@pytest.mark.parametrize("t", [-1, True, "soon", None, 1e400])
def test_a_time_that_is_none_is_left_out(t: Any, tmp_path: Path) -> None:
    text = json.dumps({"t": 5.0, "is": "trace_start", "item": TRACE}) + "\n" + json.dumps({"t": t, "is": "shutdown"})
    assert [frame.at for frame in requests(opened(tmp_path, text))] == [5.0, 5.0]
