"""Situations as they come up between servers, proxies and clients, each with the verdict that a reader would give."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.protocols.assistants.wire import Log, asking, call, fold, run, step

Situation = tuple[Callable[[], Log], str, set[str], set[str]]
AT_RUN = "/threads/thread_1/runs/run_1"
CALM = {"run.failed", "run.lost", "run.illegal_transition", "run.status_mismatch", "stream.error_event"}


def working() -> Log:
    return Log().create().status("queued").status("in_progress")


def asked() -> Log:
    log = working().event("thread.run.step.created", step(call("c1"), call("c2")))
    return log.status("requires_action", required_action=asking(call("c1"), call("c2"))).event("done", "[DONE]").end()


def beats_in_a_queue() -> Log:
    log = Log().create().status("queued")
    for _ in range(8):
        log.bytes(b": ping\n\n", after=5_000)
    return log


def ended_without_a_word_and_well() -> Log:
    log = working().event("thread.message.created", {"id": "m", "role": "assistant", "content": []}).end()
    return log.get(AT_RUN, run("completed"))


def reset_while_it_goes_on() -> Log:
    return working().end("reset").get(AT_RUN, run("in_progress"))


def answered_without_a_stream() -> Log:
    sent = {"tool_outputs": [{"tool_call_id": "c1", "output": "1"}, {"tool_call_id": "c2", "output": ""}]}
    log = asked().post(AT_RUN + "/submit_tool_outputs", sent, run("queued"))
    return log.get(AT_RUN, run("in_progress")).get(AT_RUN, run("completed"))


def half_answered() -> Log:
    sent = {"tool_outputs": [{"tool_call_id": "c1", "output": "1"}]}
    no = {"error": {"message": "Expected tool outputs for call_ids ['c1', 'c2'], got ['c1']", "code": None}}
    return asked().post(AT_RUN + "/submit_tool_outputs", sent, no, 400)


def answered_too_late() -> Log:
    sent = {"tool_outputs": [{"tool_call_id": "c1", "output": "1"}, {"tool_call_id": "c2", "output": "2"}]}
    no = {"error": {"message": 'Runs in status "expired" do not accept tool outputs.'}}
    return asked().post(AT_RUN + "/submit_tool_outputs", sent, no, 400).get(AT_RUN, run("expired"))


def a_cancel_that_came_too_late() -> Log:
    log = working().post(AT_RUN + "/cancel", None, run("cancelling"))
    return log.get(AT_RUN, run("completed"))


def a_cancel_that_hangs() -> Log:
    log = working().end("closed", "client").post(AT_RUN + "/cancel", None, run("cancelling"))
    return log.get(AT_RUN, run("cancelling"))


def the_thread_is_held() -> Log:
    no = {"error": {"message": "Thread thread_1 already has an active run run_9."}}
    return Log().post("/threads/thread_1/runs", {"assistant_id": "a", "stream": True}, no, 400)


def a_proxy_fails_once() -> Log:
    log = Log().request("POST", "/threads/thread_1/runs", {"assistant_id": "asst_1", "stream": True})
    log.answer("<html><head><title>502 Bad Gateway</title></head></html>", 502, "text/html")
    log.create().status("queued").status("in_progress").status("completed").event("done", "[DONE]")
    return log.end()


def the_service_was_shut_down() -> Log:
    return Log().get(AT_RUN, {"error": {"message": "Unknown request URL"}}, 404)


def an_approval_is_asked_for() -> Log:
    wanted = {
        "type": "submit_tool_approval",
        "submit_tool_approval": {"tool_calls": [{"id": "c1", "type": "mcp", "name": "x"}]},
    }
    return working().status("requires_action", required_action=wanted).event("done", "[DONE]").end()


def an_error_event_and_the_reason_afterwards() -> Log:
    log = working().event("error", {"message": "boom", "code": "server_error"}).end()
    return log.get(AT_RUN, run("failed", last_error={"code": "server_error", "message": "boom"}))


def a_wait_with_an_open_connection() -> Log:
    log = working().status("requires_action", required_action=asking(call("c1")))
    return log.bytes(b": ping\n\n", after=90_000)


def a_word_that_nobody_declared() -> Log:
    return working().status("pondering")


def left_and_asked_later() -> Log:
    return working().end("closed", "client").get(AT_RUN, run("completed"))


def completed_by_name_and_incomplete_by_payload() -> Log:
    ended = run("incomplete", incomplete_details={"reason": "max_completion_tokens"})
    return working().event("thread.run.completed", ended).event("done", "[DONE]").end()


def answered_with_a_run_at_work() -> Log:
    sent = {"tool_outputs": [{"tool_call_id": "c1", "output": "1"}, {"tool_call_id": "c2", "output": ""}]}
    return asked().post(AT_RUN + "/submit_tool_outputs", {**sent, "stream": True}, run("in_progress"))


def answered_with_a_run_that_is_at_work_for_long() -> Log:
    log = answered_with_a_run_at_work()
    log.at += 40_000
    return log.get(AT_RUN, run("in_progress"))


def the_head_of_the_answer_was_not_recorded() -> Log:
    log = Log().request("POST", "/threads/thread_1/runs", {"assistant_id": "asst_1", "stream": True})
    return log.status("queued").status("in_progress").end()


WAITS = {"run.waiting_for_input"}
SITUATIONS: dict[str, Situation] = {
    each.__name__: (each, ending, must, never)
    for each, ending, must, never in (
        (beats_in_a_queue, "not_started", {"run.not_started"}, CALM),
        (ended_without_a_word_and_well, "completed", {"run.final_event_lost"}, CALM),
        (reset_while_it_goes_on, "cut", {"stream.cut"}, CALM | {"run.final_event_lost"}),
        (answered_without_a_stream, "completed", set(), CALM | WAITS | {"tool.unanswered", "run.final_event_lost"}),
        (half_answered, "waiting", WAITS, CALM | {"tool.unanswered", "run.blocked"}),
        (answered_too_late, "expired", {"run.expired"}, CALM | WAITS),
        (a_cancel_that_came_too_late, "completed", set(), CALM | {"run.cancel_pending"}),
        (a_cancel_that_hangs, "cut", {"run.cancel_pending", "client.gave_up"}, CALM | {"run.final_event_lost"}),
        (the_thread_is_held, "failed", {"stream.http_error", "run.blocked"}, {"run.lost", "stream.not_a_stream"}),
        (a_proxy_fails_once, "completed", {"stream.attempts", "stream.http_error"}, CALM),
        (the_service_was_shut_down, "lost", {"run.lost"}, {"run.failed", "stream.http_error"}),
        (an_approval_is_asked_for, "waiting", WAITS, CALM | {"run.unknown_word"}),
        (an_error_event_and_the_reason_afterwards, "failed", {"stream.error_event", "run.failed"}, {"run.lost"}),
        (a_wait_with_an_open_connection, "waiting", WAITS, CALM | {"stream.silent"}),
        (a_word_that_nobody_declared, "running", {"run.unknown_word"}, CALM),
        (answered_with_a_run_at_work, "running", {"stream.not_a_stream"}, CALM | WAITS | {"tool.unanswered"}),
        (answered_with_a_run_that_is_at_work_for_long, "stalled", {"stream.not_a_stream", "stream.silent"}, CALM),
        (the_head_of_the_answer_was_not_recorded, "cut", {"stream.no_terminal"}, CALM | {"stream.no_headers"}),
        (left_and_asked_later, "completed", {"client.gave_up"}, CALM | {"run.final_event_lost"}),
        (
            completed_by_name_and_incomplete_by_payload,
            "incomplete",
            {"run.status_mismatch", "run.incomplete"},
            {"run.failed"},
        ),
    )
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_gets_its_verdict(name: str) -> None:
    tell, ending, must, never = SITUATIONS[name]
    seen = fold(tell())
    assert len(seen.runs) == 1
    found = seen.found()
    assert seen.ending() == ending, (seen.verdict().why, seen.run.state, found)
    assert must <= found, found
    assert not never & found, found


def test_an_approval_is_answered_by_approving() -> None:
    assert fold(an_approval_is_asked_for()).finding("run.waiting_for_input").next[0] == "approve"


def test_what_failed_before_the_good_attempt_is_a_note() -> None:
    seen = fold(a_proxy_fails_once())
    assert seen.finding("stream.http_error").severity == "note"
    assert seen.finding("stream.attempts").values["times"] == 2


def test_the_run_in_the_way_is_named() -> None:
    assert fold(the_thread_is_held()).finding("run.blocked").values["run"] == "run_9"


def test_a_proxys_page_is_told_by_its_title() -> None:
    assert fold(a_proxy_fails_once()).finding("stream.http_error").values["message"] == "an HTML page: 502 Bad Gateway"
