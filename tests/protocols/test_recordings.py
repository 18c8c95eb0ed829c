"""Recorded streams of real servers get the verdict that a reader of the bytes gives, whoever's they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.findings import CATALOGUE
from inspector.protocols.registry import ADAPTERS
from tests.protocols.recorded import FOLDER, NAMES, adapter_of, fold, frames_of, loose, verdicts

EXPECTED: dict[str, list[dict[str, Any]]] = {
    f"{path.parent.name}/{name}": expected["runs"] if isinstance(expected, dict) else expected
    for path in sorted(FOLDER.glob("*/expected.json"))
    for name, expected in json.loads(path.read_text(encoding="utf-8")).items()
}


@pytest.mark.parametrize("backend", ADAPTERS)
def test_each_backend_has_recordings_and_what_is_expected_of_each(backend: str) -> None:
    recorded = {name for name in NAMES if name.startswith(f"{backend}/")}
    assert recorded
    assert recorded == {name for name in EXPECTED if name.startswith(f"{backend}/")}


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_gets_its_verdict(name: str) -> None:
    judged = verdicts(fold(frames_of(name), adapter_of(name).name))
    wanted = EXPECTED[name]
    assert len(judged) == len(wanted)
    for each, (run, verdict) in zip(wanted, judged, strict=True):
        assert run.id == each.get("id")
        found = {finding.id for finding in verdict.findings}
        right = each["ending"] if isinstance(each["ending"], list) else [each["ending"]]
        assert verdict.ending in right, (verdict.why, verdict.state)
        assert set(each["must"]) <= found, found
        assert not set(each["never"]) & found, found


@pytest.mark.parametrize("name", NAMES)
def test_whose_a_recording_is_shows_without_being_told(name: str) -> None:
    book = fold(frames_of(name))
    assert book.main_protocol == adapter_of(name).name
    assert [run.id for run in book.runs.values()] == [
        run.id for run in fold(frames_of(name), book.main_protocol).runs.values()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_is_proved_by_frames_of_the_log(name: str) -> None:
    frames, book = frames_of(name), fold(frames_of(name))
    for _, verdict in verdicts(book):
        for finding in verdict.findings:
            assert finding.id in CATALOGUE
            assert finding.frames, finding.id
            assert all(1 <= seq <= len(frames) for seq in finding.frames)
            assert set(finding.next) <= set(adapter_of(name).acts)


@pytest.mark.parametrize("name", ["langgraph/thread_stream_missing_thread", "langgraph/v2_no_run"])
def test_a_stream_without_a_run_is_told_as_such(name: str) -> None:
    book = fold(frames_of(name))
    assert not book.runs
    assert [finding.id for finding in loose(book)] == ["stream.no_events"]
