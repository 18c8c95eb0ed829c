"""Recorded streams: judged as a reader of the bytes judges them, assembled as the official clients assemble them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.case import Case
from inspector.domain.diagnosis import judge
from inspector.domain.frames import Frame, Kind
from inspector.protocols.assistants import ADAPTER
from tests.protocols.assistants.wire import FOLDER, NAMES, Seen, fold, rechunked, recording

EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def _agreed(name: str) -> tuple[Any, Any, Any] | None:
    """Status, message texts and tool calls, where all four clients took the stream and say the same."""
    clients = list(EXPECTED[name]["clients"].values())
    if not clients:
        return None
    told = [(client["status"], client["messages"], client["calls"]) for client in clients]
    fine = all(client["outcome"] == "resolved" for client in clients) and all(one == told[0] for one in told)
    return told[0] if fine and told[0][0] is not None else None


def _assembled(seen: Seen) -> tuple[Any, Any, Any]:
    run = seen.run
    texts = [message.text for message in run.messages.values()]
    return run.state, texts, [[call.name, call.arguments] for call in run.tools.values()]


AGREED = [name for name in NAMES if _agreed(name) is not None]


def test_recordings_and_expectations_go_together() -> None:
    assert set(NAMES) == set(EXPECTED)
    assert len(AGREED) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_gets_its_verdict(name: str) -> None:
    seen = fold(recording(name))
    for number, label in enumerate(EXPECTED[name]["runs"]):
        assert seen.runs[number].id == label["id"]
        found = seen.found(number)
        assert seen.ending(number) in label["ending"]
        assert set(label["must"]) <= found
        assert not set(label["never"]) & found


@pytest.mark.parametrize("name", AGREED)
def test_assembled_as_the_official_clients_do(name: str) -> None:
    assert _assembled(fold(recording(name))) == _agreed(name)


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("name", ["28_file_search_with_citation", "48_content_parts_start_at_index_1"])
def test_chunks_do_not_matter(name: str, size: int) -> None:
    frames = recording(name)
    whole, cut = fold(frames), fold(rechunked(frames, size))
    assert _assembled(cut) == _assembled(whole)
    assert cut.found() == whole.found()


@pytest.mark.parametrize("name", ["30_unknown_event_not_object", "02a_requires_action_two_calls"])
def test_line_ends_do_not_matter(name: str) -> None:
    frames = recording(name)
    other = [
        Frame(f.seq, f.at, f.link, f.kind, f.head, f.body.replace(b"\n", b"\r\n") if f.kind is Kind.DATA else f.body)
        for f in frames
    ]
    assert _assembled(fold(other)) == _assembled(fold(frames))


@pytest.mark.parametrize("name", NAMES)
def test_any_beginning_of_a_recording_can_be_judged(name: str) -> None:
    frames = recording(name)
    for end in range(1, len(frames) + 1, 3):
        seen = fold(frames[:end])
        for run in seen.runs:
            judge(Case(run, seen.book), seen.book.now, ADAPTER.rules, ADAPTER.has_terminal_event)


def test_a_bare_stream_without_its_request_is_a_run() -> None:
    frames = [frame for frame in recording("02a_requires_action_two_calls") if frame.kind is Kind.DATA]
    seen = fold(frames)
    assert seen.run.id == "run_syn"
    assert seen.ending() == "waiting"
