"""The v2 event stream: a lifecycle of its own, the ids of its runs, and what it replays."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.events import Ask, ErrorSeen, Fact, MessageSeen, NodeSeen, RunKey, StatusSeen, ToolCallSeen
from inspector.protocols.langgraph.memory import RunMemory
from inspector.protocols.langgraph.v2 import V2Event, asks_left_out, begins, happened, read, v2_facts


def event(method: str, data: Any, *namespace: str, event_id: str = "1-0", **params: Any) -> Any:
    return {
        "type": "event",
        "event_id": event_id,
        "method": method,
        "params": {"namespace": list(namespace), "data": data, **params},
    }


def run(**more: Any) -> RunMemory:
    return RunMemory(RunKey(1), **more)


def told(memory: RunMemory, method: str, data: Any, *namespace: str) -> list[Fact]:
    one = read(event(method, data, *namespace))
    assert one is not None
    return v2_facts(memory, one)


def states(found: list[Fact]) -> list[str]:
    return [fact.state for fact in found if isinstance(fact, StatusSeen)]


def test_an_event_tells_its_method_its_place_and_its_run() -> None:
    assert read(event("values", {"a": 1}, "inner:1", "deep:2", event_id="synth:r1:lc||running")) == V2Event(
        "values", "inner:1|deep:2", {"a": 1}, "r1", "values|inner:1|deep:2"
    )
    by_task = read(event("tasks", {"metadata": {"run_id": "r2"}}))
    assert by_task is not None
    assert by_task.run_id == "r2"
    update = read(event("updates", {"x": 1}, node="plan"))
    assert update is not None
    assert update.data == {"plan": {"x": 1}}


@pytest.mark.parametrize(
    "value", [None, [], {"type": "success", "id": 1}, {"type": "event"}, {"type": "event", "method": 7}]
)
def test_what_is_no_event_is_none(value: Any) -> None:
    assert read(value) is None


@pytest.mark.parametrize(
    ("word", "before", "state"),
    [
        ("started", {}, "running"),
        ("running", {}, "running"),
        ("completed", {}, "success"),
        ("failed", {}, "error"),
        ("interrupted", {}, "interrupted"),
        ("interrupted", {"asks": {"i": Ask("interrupt", "i")}}, "waiting"),
        ("interrupted", {"blind": True}, "ended"),
        ("interrupted", {"blind": True, "cancelled": True}, "interrupted"),
        ("pondering", {}, "pondering"),
    ],
)
def test_the_lifecycle_of_the_root_is_the_runs(word: str, before: dict[str, Any], state: str) -> None:
    assert states(told(run(**before), "lifecycle", {"event": word})) == [state]


@pytest.mark.parametrize("word", ["running", "interrupted", "completed"])
def test_what_is_replayed_after_the_servers_word_changes_nothing(word: str) -> None:
    assert told(run(word="success", state="waiting"), "lifecycle", {"event": word}) == []


def test_a_failure_tells_its_message() -> None:
    found = told(run(), "lifecycle", {"event": "failed", "error": "boom"})
    assert ErrorSeen("run", "boom") in found


def test_a_subgraphs_lifecycle_is_a_nodes() -> None:
    (node,) = told(run(), "lifecycle", {"event": "completed"}, "researcher:1")
    assert isinstance(node, NodeSeen)
    assert (node.name, node.phase, node.kind) == ("researcher", "end", "subgraph")


def test_what_is_asked_comes_before_the_word() -> None:
    memory = run()
    assert states(told(memory, "input.requested", {"interrupt_id": "i1", "payload": "?"})) == ["waiting"]
    assert memory.pending() == (Ask("interrupt", "i1", None, "?"),)


def test_a_message_grows_by_its_deltas_whose_start_alone_names_it() -> None:
    memory = run()
    pieces = [
        {"event": "message-start", "id": "m1", "role": "assistant"},
        {"event": "content-block-delta", "content_block": {"type": "text", "text": "he"}},
        {"event": "content-block-delta", "delta": {"text": "llo"}},
        {"event": "content-block-delta", "delta": {"text": ""}},
        {"event": "message-finish"},
    ]
    found = [fact for piece in pieces for fact in told(memory, "messages", piece)]
    assert found == [
        MessageSeen("m1", "assistant", ""),
        MessageSeen("m1", "assistant", "he", append=True),
        MessageSeen("m1", "assistant", "llo", append=True),
    ]


def test_a_finished_block_may_be_a_tool_call() -> None:
    memory, block = (
        run(),
        {"event": "content-block-finish", "content": {"type": "tool_call", "id": "c", "name": "f", "args": {}}},
    )
    assert told(memory, "messages", block) == [ToolCallSeen("c", "f", "{}")]
    assert told(memory, "messages", block) == []


def test_only_the_roots_first_word_begins_a_run() -> None:
    first, inner = read(event("lifecycle", {"event": "running"})), read(event("lifecycle", {"event": "running"}, "a:1"))
    assert first is not None
    assert inner is not None
    assert begins(first)
    assert not begins(inner)


@pytest.mark.parametrize(
    ("body", "left_out"),
    [({"channels": ["lifecycle"]}, True), ({"channels": ["lifecycle", "input"]}, False), ({}, False), (None, False)],
)
def test_a_stream_may_be_asked_not_to_show_what_is_asked(body: Any, left_out: bool) -> None:
    assert asks_left_out(body) is left_out


@pytest.mark.parametrize(
    ("opened", "told_at", "at"),
    [
        ("Thu, 01 Jan 2026 10:00:00 GMT", 1_767_261_540_000, -55_000.0),
        ("Thu, 01 Jan 2026 10:00:00 GMT", 1_767_261_600_000, None),
        ("Thu, 01 Jan 2026 10:00:00 GMT", 1_767_261_600_900, None),
        ("Thu, 01 Jan 2026 10:00:00 GMT", 1, None),
        ("", 1_767_261_540_000, None),
        ("yesterday", 1_767_261_540_000, None),
    ],
)
def test_what_a_stream_replays_happened_when_the_server_says(opened: str, told_at: int, at: float | None) -> None:
    value = event("values", {"a": 1})
    value["params"]["timestamp"] = told_at
    found = read(value)
    assert found is not None
    assert happened(found, opened, 5_000.0) == at
