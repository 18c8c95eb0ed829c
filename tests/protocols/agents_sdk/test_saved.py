"""Files of the SDK as runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.book import Keys
from inspector.domain.charts import Ending
from inspector.domain.events import RunKey
from inspector.protocols.agents_sdk.saved import SavedState
from tests.protocols.agents_sdk.spans import FILES, Story

CALL = "call_d52232f1bf499721cb1617b3"
TRACE = "trace_cbe2188bb6e54ca2a583fea0123aba5a"


def state(name: str, **more: Any) -> Story:
    value = json.loads((FILES / f"{name}.run_state.json").read_bytes()) | more
    return Story().answer("/run_state", json.dumps(value).encode())


def test_a_run_state_waits_for_its_approvals() -> None:
    story = state("approval_interrupted")
    run = story.run(TRACE)
    assert run.wanted is not None
    assert [(ask.kind, ask.id, ask.name, ask.node) for ask in run.wanted.asks] == [
        ("approval", CALL, "delete_branch", "Keeper")
    ]
    assert story.ending(TRACE) == Ending.WAITING
    assert story.found(TRACE)["run.waiting_for_input"].next == ("decide",)
    assert [message.text for message in run.messages.values()] == ["delete branch x"]
    assert [(call.name, call.output) for call in run.tools.values()] == [
        ("transfer_to_keeper", '{"assistant": "Keeper"}'),
        ("delete_branch", None),
    ]
    assert run.nodes[CALL].phase == "wait"


def test_a_state_without_a_trace_is_a_run_all_the_same() -> None:
    story = state("approval_interrupted_js")
    (run,) = story.book.runs.values()
    assert (run.id, story.judged(run).ending) == (None, Ending.WAITING)


def test_when_all_is_decided_it_waits_to_be_run() -> None:
    record = {
        "agent": {"name": "Keeper"},
        "tool_key": "delete_branch",
        "decision": {"approved": [CALL], "rejected": []},
    }
    value = json.loads((FILES / "approval_interrupted.run_state.json").read_bytes())
    value["context"]["function_tool_approvals"] = [record]
    wanted = Story().answer("/run_state", json.dumps(value).encode()).run(TRACE).wanted
    assert wanted is not None
    assert [ask.kind for ask in wanted.asks] == ["confirmation"]


@pytest.mark.parametrize(
    ("step", "ending"), [("next_step_final_output", "completed"), ("next_step_run_again", "unknown")]
)
def test_a_state_that_waits_for_nobody(step: str, ending: str) -> None:
    assert state("approval_interrupted", current_step={"type": step}).ending(TRACE) == ending


def test_a_state_without_a_step_is_over_where_its_last_word_is_a_message() -> None:
    """Python writes no step when a run has ended."""
    said = {"type": "message_output_item", "raw_item": {"role": "assistant", "content": []}, "agent": {"name": "A"}}
    assert state("approval_interrupted", current_step=None, generated_items=[said]).ending(TRACE) == "completed"
    assert state("approval_interrupted", current_step=None).ending(TRACE) == "unknown"


def test_a_state_belongs_to_the_run_of_its_trace() -> None:
    story = Story()
    for line in (FILES / "approval_interrupted.trace_feed.jsonl").read_text().splitlines()[1:]:
        entry = json.loads(line)
        story.tap(entry["t"] / 1000, entry["is"], entry.get("item"))
    story.links = 900
    story.answer("/run_state", (FILES / "approval_interrupted.run_state.json").read_bytes())
    assert len(story.book.runs) == 1
    assert story.ending(TRACE) == Ending.WAITING
    assert story.found(TRACE)["run.waiting_for_input"].next == ("decide",)


def test_a_session_is_a_conversation() -> None:
    items = [
        {"role": "user", "content": "weather?"},
        {"type": "function_call", "call_id": "c", "name": "get_weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "sunny"},
        {"type": "message", "role": "assistant", "id": "m", "content": [{"type": "output_text", "text": "Sunny."}]},
        {"type": "reasoning", "summary": []},
    ]
    value = {"session_id": "thread-1", "created_at": "2026-11-21", "items": items[:4]}
    story = Story().answer("/sessions", json.dumps(value).encode())
    run = story.run("thread-1")
    assert [(message.role, message.text) for message in run.messages.values()] == [
        ("user", "weather?"),
        ("assistant", "Sunny."),
    ]
    assert [(call.name, call.output) for call in run.tools.values()] == [("get_weather", "sunny")]
    assert story.ending("thread-1") == Ending.COMPLETED
    open_ = Story().answer("/sessions", json.dumps({**value, "items": items[:2]}).encode())
    assert open_.ending("thread-1") == Ending.UNKNOWN


@pytest.mark.parametrize("body", [b"{}", b"nonsense", b"[1, 2]", b'{"session_id": 5}'])
def test_other_bodies_are_no_runs(body: bytes) -> None:
    assert not Story().answer("/run_state", body).book.runs
    assert not Story().answer("/sessions", body).book.runs


def test_a_file_is_read_with_the_keys_of_its_connection() -> None:
    minted = iter(range(1, 9))
    saved = SavedState(Keys(lambda: RunKey(next(minted))))
    drafts = list(saved.read("state", (FILES / "hosted_mcp.run_state.json").read_bytes()))
    assert {draft.run for draft in drafts} == {RunKey(1)}
    assert (drafts[0].name, drafts[-1].name) == ("run state", "waits")
