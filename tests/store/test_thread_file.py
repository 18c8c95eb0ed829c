from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.store import thread_file
from inspector.store.log import ReadLog
from inspector.store.open import open_log
from tests.protocols.recorded import FOLDER, fold, verdicts


def saved(name: str, path: str) -> Any:
    """What the server of a recording answered to the last GET of a path with this end."""
    log = open_log(FOLDER / "langgraph" / f"{name}.wire.jsonl")
    asked = [frame.link for frame in log if frame.kind is Kind.REQUEST and str(frame.head["url"]).endswith(path)]
    return json.loads(b"".join(frame.body for frame in log if frame.kind is Kind.DATA and frame.link == asked[-1]))


def read(value: Any) -> ReadLog:
    content = json.dumps(value, indent=1).encode()
    assert thread_file.sniff(content[:65536])
    return thread_file.read(BytesIO(content), "a.json")


def told(log: ReadLog) -> list[tuple[str | None, str | None, str]]:
    return [(run.id, run.thread, verdict.ending.value) for run, verdict in verdicts(fold(list(log), log.protocol))]


def test_the_state_of_a_waiting_thread_shows_what_it_waits_for() -> None:
    state = saved("hitl_interrupt_updates_only", "/state")
    log = read(state)
    ids = (state["metadata"]["run_id"], state["metadata"]["thread_id"])
    assert told(log) == [(*ids, "waiting")]
    book = fold(list(log), "langgraph")
    (run,) = book.runs.values()
    assert run.wanted is not None
    assert [ask.value for ask in run.wanted.asks] == [state["tasks"][0]["interrupts"][0]["value"]]
    assert log.warnings == [thread_file.SAVED, "That its thread is interrupted is read from the state."]
    assert {frame.at for frame in log} == {0.0}


def test_a_state_that_stopped_before_a_node_is_not_guessed_at() -> None:
    state = {"values": {}, "next": ["b"], "tasks": [{"name": "b", "interrupts": []}], "metadata": {"run_id": "r"}}
    log = read(state)
    assert [ending for _, _, ending in told(log)] == ["unknown"]
    assert log.warnings[-1] == "The state does not say whether its thread is at work or stopped before its next node."


@pytest.mark.parametrize(
    "more, ending",
    (
        ({"next": [], "tasks": []}, "completed"),
        ({"next": ["a"], "tasks": [{"name": "a", "error": "Boom", "interrupts": []}]}, "failed"),
    ),
)
def test_a_state_tells_how_it_ended(more: dict[str, Any], ending: str) -> None:
    place = {"configurable": {"thread_id": "t", "checkpoint_id": "c"}}
    assert told(read({"values": {}, "metadata": {"run_id": "r"}, "config": place, **more})) == [("r", "t", ending)]


def test_a_history_is_its_newest_state_and_what_came_before() -> None:
    state = saved("hitl_interrupt_updates_only", "/state")
    log = read([state, {**state, "next": [], "tasks": []}])
    assert [ending for _, _, ending in told(log)] == ["waiting"]
    paths = [str(frame.head["url"]) for frame in log if frame.kind is Kind.REQUEST]
    assert [path.rpartition("/")[2] for path in paths[2:]] == ["state", "history"]


def test_a_state_that_names_no_run_is_shown_as_that_of_an_unnamed_one() -> None:
    log = read({"values": {}, "next": [], "tasks": [], "config": {"configurable": {"thread_id": "t"}}})
    assert told(log) == [("unnamed-run", "t", "completed")]
    assert log.warnings[1] == "The state does not name the run that made it: it is called unnamed-run here."


def test_an_id_that_is_no_text_is_one_all_the_same() -> None:
    log = read({"values": {}, "next": [], "tasks": [], "config": {"configurable": {"thread_id": "t\ud800"}}})
    assert [ending for _, _, ending in told(log)] == ["completed"]


def test_runs_and_threads_are_answers_too() -> None:
    run = saved("hitl_interrupt_updates_only", "/runs")[0]
    thread = {"thread_id": run["thread_id"], "status": "interrupted", "interrupts": {"x": [{"value": "?", "id": "i"}]}}
    log = read([run, thread, 1])
    assert told(log) == [(run["run_id"], run["thread_id"], "waiting")]
    assert log.warnings == [thread_file.SAVED, "A part of the list was left out: it is no run and no thread."]


def test_a_long_state_is_known_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_text(json.dumps({"values": {"text": "x" * 200_000}, "next": [], "tasks": [], "metadata": {}}))
    assert open_log(path).head["label"] == "state"


@pytest.mark.parametrize(
    "content",
    (
        b"",
        b"[]",
        b"[[",
        b'{"values": 1}',
        b'{"event": "values", "data": {}}\n{"event": "values", "data": {}}',
        b'{"object": "thread.run", "thread_id": "t", "status": "queued"}',
        b'{"t": 0, "is": "note", "values": {}, "next": [], "tasks": []}\n{}',
        b"\xff",
    ),
)
def test_other_files_are_not_taken_for_it(content: bytes) -> None:
    assert not thread_file.sniff(content)


@pytest.mark.parametrize("content, why", ((b'{"values": ', "no whole JSON"), (b'{"a": 1}', "no thread, run, state")))
def test_what_is_none_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(UserError, match=why):
        thread_file.read(BytesIO(content), "a.json")
