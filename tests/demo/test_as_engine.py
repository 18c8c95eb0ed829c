from __future__ import annotations

from typing import Any

import pytest

from inspector.demo.as_engine import Refusal, text_of
from inspector.demo.as_state import Message, Run
from tests.demo.as_support import Desk


def message(refusal: object) -> str:
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400
    return refusal.message


def test_an_active_run_blocks_messages_and_runs_and_is_named() -> None:
    desk = Desk()
    run = desk.run("asst_stuck")
    thread = desk.thread
    assert message(desk.server.add_message(thread, "user", "?")) == (
        f"Can't add messages to {thread.id} while a run {run.id} is active."
    )
    assert message(desk.server.create_run(thread, {"assistant_id": "asst_healthy"})) == (
        f"Thread {thread.id} already has an active run {run.id}."
    )
    assert message(desk.server.modify(run, {})) == "Cannot update run with status 'in_progress'."


def test_outputs_are_taken_all_at_once_and_only_when_wanted() -> None:
    desk = Desk()
    run = desk.run("asst_two_tool_outputs", 1)
    assert message(desk.server.outputs(run, [])) == 'Runs in status "in_progress" do not accept tool outputs.'
    desk.clock.turn(10)
    first, second = (call.id for call in run.wanted)
    one = [{"tool_call_id": first, "output": "7"}]
    assert message(desk.server.outputs(run, one)) == (
        f"Expected tool outputs for call_ids ['{first}', '{second}'], got ['{first}']"
    )
    assert "string" in message(desk.server.outputs(run, [*one, {"tool_call_id": second, "output": 7}]))
    assert "Expected tool outputs" in message(desk.server.outputs(run, "nonsense"))
    assert run.status == "requires_action"


def test_a_run_is_cancelled_once() -> None:
    desk = Desk()
    run = desk.run("asst_stuck")
    assert desk.server.cancel(run) is None
    assert message(desk.server.cancel(run)) == "Cannot cancel run with status 'cancelling'."
    desk.clock.turn(5)
    assert message(desk.server.cancel(run)) == "Cannot cancel run with status 'cancelled'."


def test_an_orphan_holds_its_thread_until_it_is_cancelled() -> None:
    desk = Desk()
    orphan = desk.server.orphan(desk.thread, "asst_zombie", 3600)
    desk.clock.turn(7200)
    assert (orphan.status, desk.thread.blocked_by) == ("in_progress", orphan)
    assert orphan.expires_at < desk.clock.wall().timestamp()
    desk.server.cancel(orphan)
    desk.clock.turn(4)
    assert orphan.status == "cancelling"
    desk.clock.turn(2)
    assert orphan.status == "cancelled"
    assert desk.run("asst_healthy").status == "completed"


def test_what_went_wrong_goes_well_on_the_next_run_of_the_thread() -> None:
    for assistant, status in (("asst_failed", "failed"), ("asst_content_filter", "incomplete")):
        desk = Desk()
        assert desk.run(assistant).status == status
        assert desk.run(assistant).status == "completed"
    desk = Desk()
    assert desk.run("asst_expired").status == "expired"
    again = desk.run("asst_expired")
    assert (again.status, again.expires_at - again.created_at) == ("requires_action", 600)


def test_a_run_needs_a_message_and_may_bring_its_own() -> None:
    desk = Desk()
    empty = desk.server.create_thread()
    refusal = desk.server.create_run(empty, {"assistant_id": "asst_healthy"})
    assert isinstance(refusal, Refusal)
    assert refusal.code == "invalid_thread"
    extra = [{"role": "user", "content": "Hello"}]
    run = desk.server.create_run(empty, {"assistant_id": "asst_healthy", "additional_messages": extra})
    assert isinstance(run, Run)
    assert [one.text for one in empty.messages.values()] == ["Hello"]
    unknown = desk.server.create_run(desk.thread, {"assistant_id": "asst_nope"})
    assert isinstance(unknown, Refusal)
    assert (unknown.status, unknown.message) == (404, "No assistant found with id 'asst_nope'.")


def test_a_deleted_thread_ends_its_streams_and_its_runs() -> None:
    desk = Desk()
    desk.run("asst_cancelled", 4)
    desk.server.delete_thread(desk.thread)
    told = list(desk.names)
    assert told[-1] == "done"
    desk.clock.turn(700)
    assert (desk.names, desk.server.threads) == (told, {})


def test_metadata_changes_once_the_run_is_over() -> None:
    desk = Desk()
    run = desk.run("asst_healthy")
    assert desk.server.modify(run, {"seen": "yes"}) is None
    assert run.metadata == {"seen": "yes"}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("plain", "plain"),
        ([{"type": "text", "text": "part"}], "part"),
        ([{"type": "text", "text": {"value": "a", "annotations": []}}, {"text": "b"}, "x", {}], "ab"),
        (None, ""),
    ],
)
def test_the_text_of_a_message_is_found(content: Any, text: str) -> None:
    assert text_of(content) == text


def test_a_thread_can_be_made_with_its_messages() -> None:
    desk = Desk()
    thread = desk.server.start_thread({"messages": [{"role": "user", "content": "Hi"}, 7], "metadata": {"k": "v"}})
    assert [(type(one), one.text) for one in thread.messages.values()] == [(Message, "Hi")]
    assert thread.metadata == {"k": "v"}
    assert desk.server.start_thread("nonsense").messages == {}
