from __future__ import annotations

from inspector.demo.as_state import Message, Run, Step, Thread, ToolCall


def run(**more: object) -> Run:
    one = Run("run_1", "thread_1", "asst_1", 100, 700, "Be brief.", [], {}, first=True)
    for name, value in more.items():
        setattr(one, name, value)
    return one


def test_a_message_is_completed_or_incomplete_with_a_reason() -> None:
    message = Message("msg_1", 100, "thread_1", "assistant", "Hello", "run_1", "asst_1", "completed", None, 105)
    wire = message.wire()
    assert (wire["completed_at"], wire["incomplete_at"], wire["incomplete_details"]) == (105, None, None)
    assert wire["content"] == [{"type": "text", "text": {"value": "Hello", "annotations": []}}]
    message.status, message.reason = "incomplete", "content_filter"
    wire = message.wire()
    assert (wire["completed_at"], wire["incomplete_at"]) == (None, 105)
    assert wire["incomplete_details"] == {"reason": "content_filter"}


def test_a_step_tells_its_message_or_its_calls() -> None:
    assert Step("step_1", 100, run(), "msg_1").wire()["step_details"] == {
        "type": "message_creation",
        "message_creation": {"message_id": "msg_1"},
    }
    call = ToolCall("call_1", "get_time", "{}", "noon")
    wire = Step("step_1", 100, run(), calls=[call], status="completed", ended_at=103).wire()
    assert wire["step_details"]["tool_calls"] == [
        {"id": "call_1", "type": "function", "function": {"name": "get_time", "arguments": "{}", "output": "noon"}}
    ]
    assert (wire["completed_at"], wire["failed_at"], wire["expires_at"]) == (103, None, 700)


def test_a_run_asks_for_its_calls_only_while_it_waits() -> None:
    waiting = run(status="requires_action", wanted=[ToolCall("call_1", "get_time", "{}")])
    action = waiting.wire()["required_action"]
    assert action["type"] == "submit_tool_outputs"
    assert [call["id"] for call in action["submit_tool_outputs"]["tool_calls"]] == ["call_1"]
    waiting.status = "queued"
    assert waiting.wire()["required_action"] is None


def test_each_end_of_a_run_has_its_time_and_its_cause() -> None:
    assert run(status="failed", ended_at=9, error={"code": "server_error", "message": "m"}).wire()["failed_at"] == 9
    incomplete = run(status="incomplete", ended_at=9, reason="content_filter").wire()
    assert (incomplete["completed_at"], incomplete["incomplete_details"]) == (9, {"reason": "content_filter"})
    assert run(status="cancelled", ended_at=9).wire()["cancelled_at"] == 9
    assert run(status="expired", ended_at=9).wire()["expires_at"] == 700
    assert run(status="completed", ended_at=9).wire()["expires_at"] is None


def test_an_active_run_blocks_its_thread() -> None:
    thread = Thread("thread_1", 100, {})
    assert thread.blocked_by is None
    for status in ("queued", "in_progress", "requires_action", "cancelling"):
        thread.runs["run_1"] = run(status=status)
        assert thread.blocked_by is thread.runs["run_1"]
    thread.runs["run_1"].status = "expired"
    assert thread.blocked_by is None


def test_listeners_hear_until_they_stop() -> None:
    one, heard = run(), list[str]()
    stop = one.listen(lambda event, _: heard.append(event))
    one.tell("a", None)
    stop()
    stop()
    one.tell("b", None)
    assert heard == ["a"]
