"""The events of a run's stream, mode by mode."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.events import Ask, Fact, MessageSeen, NodeSeen, Noticed, RunKey, StatusSeen, ToolCallSeen, Wanted
from inspector.protocols.jsons import NOT_JSON
from inspector.protocols.langgraph.memory import RunMemory
from inspector.protocols.langgraph.streams import asking, facts, flat, going_on, numbering, summary
from tests.protocols.langgraph.fakes import LEFT, RIGHT

ASKED = [{"id": LEFT, "value": {"question": "?"}}]


def run(**more: Any) -> RunMemory:
    return RunMemory(RunKey(1), **more)


def told(kind: type[Fact], memory: RunMemory, mode: str, data: Any, namespace: str = "") -> list[Any]:
    return [fact for fact in facts(memory, mode, namespace, data) if isinstance(fact, kind)]


@pytest.mark.parametrize(
    ("mode", "data"),
    [
        ("values", {"__interrupt__": ASKED}),
        ("updates", {"__interrupt__": ASKED}),
        ("tasks", {"id": "t", "name": "review", "result": {}, "error": None, "interrupts": ASKED}),
        ("debug", {"type": "task_result", "payload": {"id": "t", "name": "review", "result": [], "interrupts": ASKED}}),
    ],
)
def test_a_question_shows_in_every_mode_that_can_carry_it(mode: str, data: Any) -> None:
    memory = run()
    assert [fact.state for fact in told(StatusSeen, memory, mode, data)] == ["waiting"]
    assert [ask.id for ask in memory.pending()] == [LEFT]


@pytest.mark.parametrize(
    ("mode", "data"),
    [
        ("values", {"__interrupt__": ASKED}),
        ("updates", {"__interrupt__": ASKED}),
        ("tasks", {"id": "t", "name": "review", "result": {}, "interrupts": ASKED}),
    ],
)
def test_a_subgraphs_question_waits_for_the_roots_word(mode: str, data: Any) -> None:
    assert not told(StatusSeen, run(), mode, data, "inner:1")


def test_questions_of_one_step_add_up_and_a_breakpoint_is_none() -> None:
    memory = run()
    for each in (LEFT, RIGHT):
        told(Wanted, memory, "updates", {"__interrupt__": [{"id": each, "value": 1}]})
    assert {ask.id for ask in memory.pending()} == {LEFT, RIGHT}
    stopped = run()
    (wanted,) = told(Wanted, stopped, "updates", {"__interrupt__": []})
    assert wanted.asks == (Ask("breakpoint", None),)


def test_going_on_ends_the_wait() -> None:
    memory = run()
    asking(memory, [Ask("interrupt", LEFT)])
    assert going_on(memory) == [StatusSeen("running", "running"), Wanted(())]
    assert going_on(memory) == []


@pytest.mark.parametrize(
    ("mode", "data", "moved"),
    [
        ("updates", {"review": {}}, True),
        ("updates", {"review": None}, True),
        ("updates", {"review": {}, "__metadata__": {"cached": True}}, False),
        ("updates", {"__interrupt__": ASKED}, False),
        ("tasks", {"id": "t", "name": "n", "input": {}}, False),
        ("tasks", {"id": "t", "name": "n", "result": {}, "interrupts": []}, True),
        ("tasks", {"id": "t", "name": "n", "error": "no", "interrupts": []}, True),
        ("values", {"a": 1}, False),
        ("messages", [{"id": "m", "type": "AIMessageChunk", "content": "x"}, {}], False),
    ],
)
def test_which_events_prove_that_a_step_ended(mode: str, data: Any, moved: bool) -> None:
    memory = run()
    facts(memory, mode, "", data)
    assert memory.moved is moved


def test_the_second_values_prove_a_step_too() -> None:
    memory = run()
    for _ in range(2):
        facts(memory, "values", "", {"a": 1})
    assert memory.moved


def test_tasks_tell_each_node_and_updates_do_where_there_are_none() -> None:
    memory = run()
    started = told(NodeSeen, memory, "tasks", {"id": "t1", "name": "crawl", "input": {}}, "sub:1")
    failed = told(NodeSeen, memory, "tasks", {"id": "t1", "name": "crawl", "error": "no", "result": None})
    assert [(node.task, node.phase, node.parent) for node in started + failed] == [
        ("t1", "start", "sub:1"),
        ("t1", "error", None),
    ]
    assert not told(NodeSeen, memory, "updates", {"crawl": {}})
    names = told(NodeSeen, run(), "updates", {"plan": {}, "__metadata__": {"cached": True}})
    assert [(node.name, node.phase) for node in names] == [("plan", "end")]


def test_chunks_add_up_and_whole_messages_replace() -> None:
    chunk = [{"id": "m", "type": "AIMessageChunk", "content": [{"text": "he"}]}, {"langgraph_node": "n"}]
    assert told(MessageSeen, run(), "messages", chunk) == [MessageSeen("m", "assistant", "he", append=True)]
    whole = {"messages": [{"id": "m", "type": "ai", "content": "hello"}]}
    assert told(MessageSeen, run(), "values", whole) == [MessageSeen("m", "assistant", "hello")]
    partial = [{"id": "h", "type": "human", "content": "hi"}]
    assert told(MessageSeen, run(), "messages/partial", partial) == [MessageSeen("h", "user", "hi")]


def test_a_tool_call_is_told_once_and_answered_by_its_message() -> None:
    memory = run()
    call = {"id": "c1", "name": "weather", "args": {"city": "Graz"}}
    asked = {"messages": [{"id": "m", "type": "ai", "content": "", "tool_calls": [call]}]}
    assert told(ToolCallSeen, memory, "values", asked) == [ToolCallSeen("c1", "weather", '{"city": "Graz"}')]
    answer = {"id": "t", "type": "tool", "tool_call_id": "c1", "content": "rain"}
    assert told(ToolCallSeen, memory, "values", {"messages": [answer]}) == [ToolCallSeen("c1", output="rain")]
    assert told(ToolCallSeen, memory, "values", {"messages": [answer]}) == []


@pytest.mark.parametrize(
    ("given", "values", "dropped"),
    [
        ({"text": "SECOND"}, {"text": "FIRST"}, True),
        ({"text": "SECOND"}, {"text": "FIRST and SECOND"}, False),
        ({"text": "SECOND"}, {"text": ""}, False),
        ({"other": "x"}, {"text": "FIRST"}, False),
        (None, {"text": "FIRST"}, False),
    ],
)
def test_an_input_that_is_not_in_the_first_values_was_not_used(given: Any, values: Any, dropped: bool) -> None:
    memory = run(body={"input": given})
    assert bool(told(Noticed, memory, "values", values)) is dropped
    assert not told(Noticed, memory, "values", {"text": "CHANGED"})


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        (["1-0", "2-0", "2-0"], [None, None, "repeated"]),
        (["0", "1", "3", "2"], [None, None, "missing", "out of order"]),
        (["9" * 5000, "x"], [None, None]),
        ([None, None], [None, None]),
    ],
)
def test_ids_that_lose_events_on_a_rejoin(ids: list[str | None], found: list[str | None]) -> None:
    memory: dict[str, Any] = {}
    seen = [numbering(memory, each) for each in ids]
    assert [facts_[0].values["what"] if facts_ and isinstance(facts_[0], Noticed) else None for facts_ in seen] == found


@pytest.mark.parametrize(
    ("mode", "data", "line"),
    [
        ("tasks", {"id": "t", "name": "crawl", "input": {}}, "crawl started"),
        ("tasks", {"id": "t", "name": "crawl", "result": {}, "interrupts": ASKED}, "crawl waits"),
        ("tasks", {"id": "t", "name": "crawl", "error": "no"}, "crawl failed: no"),
        ("tasks", {"id": "t", "name": "crawl", "result": {}, "error": None}, "crawl ended"),
        ("messages", [{"content": "hello"}, {}], "hello"),
        ("metadata", {"run_id": "r", "attempt": 2}, "attempt 2"),
        ("values", {"a": 1}, '{"a": 1}'),
        ("values", NOT_JSON, ""),
    ],
)
def test_one_line_for_the_log(mode: str, data: Any, line: str) -> None:
    assert summary(mode, data) == line


@pytest.mark.parametrize("content", [None, 7, {}, [None, 7, {"text": 5}]])
def test_a_content_without_text_is_none(content: Any) -> None:
    assert flat(content) == ""
