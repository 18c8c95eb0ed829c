"""Situations as they come up between servers, proxies and clients, each with the verdict that a reader would give."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inspector.protocols.langgraph import ADAPTER
from tests.protocols.langgraph.fakes import (
    AT_RUN,
    AT_THREAD,
    LEFT,
    NEXT_RUN,
    RIGHT,
    RUN,
    run_row,
    state,
    task,
    thread_row,
    waiting,
)
from tests.protocols.langgraph.story import Story

Situation = tuple[Callable[[], Story], str, set[str], set[str]]
CALM = {"run.failed", "stream.cut", "run.lost", "run.illegal_transition", "run.status_mismatch"}
ASKED = [{"id": LEFT, "value": {"question": "?"}}]
AT_REST = {"run": run_row(), "thread": thread_row(), "state": state(), "runs": [run_row()]}
STOPPED = {"run": run_row(), "thread": thread_row("interrupted", interrupts={}), "state": state(task("second"))}


def aegra_ends_well_after_an_error() -> Story:
    story = Story().create().says("error", {"error": "ValueError", "message": "no"}).says("end", {"status": "success"})
    return story.end()


def aegra_asks() -> Story:
    story = Story().create().says("values", {"__interrupt__": ASKED}).says("end", {"status": "interrupted"}).end()
    thread = thread_row("interrupted")
    return story.told({"run": run_row("interrupted"), "thread": thread, "state": waiting()["state"]})


def aegra_asks_and_is_answered_by_a_later_run() -> Story:
    story = aegra_asks().create(NEXT_RUN, command={"resume": "yes"}).says("values", {}).says("updates", {"review": {}})
    story.says("end", {"status": "success"}).end()
    rows = [run_row("success", NEXT_RUN) | {"created_at": "2026-01-02"}, run_row("interrupted")]
    return story.told({"run": run_row("interrupted"), "runs": rows, "thread": thread_row(), "state": state()})


def aegra_is_cancelled() -> Story:
    story = Story().create().says("values", {}).exchange("POST", AT_RUN + "/cancel", run_row("interrupted"))
    story.says("end", {"status": "success"}).end()
    return story.told({"run": run_row("interrupted"), "thread": thread_row(), "state": state(task("crawl"))})


def aegra_ends_interrupted_and_nobody_asked() -> Story:
    return Story().create().says("values", {"a": 1}).says("end", {"status": "interrupted"}).end()


def js_stops_at_a_breakpoint() -> Story:
    story = Story().create().says("updates", {"first": {}}).says("updates", {"__interrupt__": []}).end()
    return story.told(STOPPED)


def values_only_hide_a_breakpoint() -> Story:
    story = Story().create(stream_mode=["values"]).says("values", {}).says("values", {"trail": ["first"]}).end()
    return story.told(STOPPED)


def v2_calls_a_breakpoint_completed() -> Story:
    story = Story().events("lifecycle", "input").v2("lifecycle", {"event": "running"})
    story.v2("lifecycle", {"event": "completed"})
    return story.told(STOPPED).leave()


def v2_replays_what_the_server_had_told() -> Story:
    story = Story().told(STOPPED).events("lifecycle", "input")
    return story.v2("lifecycle", {"event": "running"}).v2("lifecycle", {"event": "completed"})


def v2_is_cancelled() -> Story:
    story = Story().events("lifecycle", "input").v2("lifecycle", {"event": "running"})
    story.v2("lifecycle", {"event": "interrupted"})
    cancelled = thread_row(error={"error": "UserInterrupt", "message": "interrupt requested"})
    return story.told({"run": run_row("interrupted"), "thread": cancelled, "state": state(task("crawl"))}).leave()


def v2_does_not_show_what_is_asked() -> Story:
    story = Story().events("lifecycle", "values").v2("lifecycle", {"event": "running"})
    return story.v2("lifecycle", {"event": "interrupted"})


def one_of_two_parallel_nodes_asks_first() -> Story:
    story = Story().create().says("values", {}).says("updates", {"__interrupt__": ASKED})
    return story.says("updates", {"slow": {}}).says("values", {"trail": ["slow"]}).end()


def only_the_tasks_tell_the_question() -> Story:
    story = Story().create(stream_mode=["tasks"]).says("tasks", {"id": "t", "name": "review", "input": {}})
    return story.says("tasks", {"id": "t", "name": "review", "result": {}, "error": None, "interrupts": ASKED}).end()


def a_subgraph_asks() -> Story:
    story = Story().create().says("updates|inner:1", {"__interrupt__": ASKED})
    return story.says("updates", {"__interrupt__": ASKED}).says("values", {"__interrupt__": ASKED}).end()


def queued_behind_another_run() -> Story:
    story = Story().create(NEXT_RUN, named=False).beats(4)
    rows = [run_row("pending", NEXT_RUN) | {"created_at": "2026-01-02"}, run_row("running")]
    return story.exchange("GET", f"{AT_THREAD}/runs/{NEXT_RUN}", rows[0]).told({"runs": rows})


def refused_because_busy_in_plain_text() -> Story:
    text = "Thread is already running a task. Wait for it to finish or choose a different multitask strategy."
    return Story().exchange("POST", AT_THREAD + "/runs/stream", text, 422, {"assistant_id": "g", "input": {}})


def closed_where_closing_cancels() -> Story:
    return Story().create(on_disconnect="cancel").says("values", {}).wait(2).leave()


def joined_and_left_where_leaving_cancels() -> Story:
    return Story().join(AT_RUN + "/stream?cancel_on_disconnect=true").says("values", {}).leave()


def thread_deleted_while_it_ran() -> Story:
    story = (
        Story().create().says("values", {}).says("error", {"error": "HTTPException", "message": "404: Run not found"})
    )
    return story.end().told({"run": None, "thread": None})


def thread_deleted_and_the_stream_just_ends() -> Story:
    return Story().create().says("values", {}).end().told({"run": None, "thread": None, "state": None})


def rejoined_after_a_break() -> Story:
    story = Story().create(stream_resumable=True).says("values", {}, "1-0").says("updates", {"a": {}}, "2-0").end("cut")
    story.join(last_event_id="2-0").says("updates", {"b": {}}, "3-0").end()
    return story.told(AT_REST)


def rejoined_after_it_failed() -> Story:
    story = Story().join(last_event_id="-1").says("metadata", {"run_id": RUN}).says("values", {}).end()
    thread = thread_row("error", error={"error": "ValueError", "message": "no"})
    return story.told({"run": run_row("error"), "thread": thread, "state": state(task("explode"))})


def wait_answered_the_values_of_a_run_that_timed_out() -> Story:
    story = Story()
    story.exchange(
        "POST", AT_THREAD + "/runs/wait", {"trail": ["a"]}, body={"assistant_id": "g"}, content_location=AT_RUN
    )
    thread = thread_row("error", error={"error": "TimeoutError", "message": "too long"})
    return story.told({"run": run_row("timeout"), "thread": thread, "state": state(task("a"))})


def a_zombie_after_a_restart() -> Story:
    row = run_row("running") | {"updated_at": "2026-01-01T10:00:00+00:00"}
    thread = thread_row("busy") | {"updated_at": "2026-01-01T10:00:00+00:00"}
    at = state(task("crawl"), created_at="2026-01-01T10:00:00+00:00")
    return Story().told({"run": row, "thread": thread, "state": at}, date="Thu, 01 Jan 2026 10:20:00 GMT")


def a_zombie_that_was_cancelled() -> Story:
    return a_zombie_after_a_restart().exchange("POST", AT_RUN + "/cancel", None, 202)


def no_worker_has_it() -> Story:
    counted = {"queue": {"n_pending": 0, "n_running": 1}, "workers": {"max": 10, "active": 0, "available": 10}}
    return a_zombie_after_a_restart().told({"metrics": counted})


def attached_late_to_a_node_that_hangs() -> Story:
    """The thread's events are replayed as they are joined: five minutes old, whatever the clock of the log says."""
    opened, old = "Thu, 01 Jan 2026 10:05:00 GMT", 1_767_261_600_000
    story = Story().request("POST", AT_THREAD + "/stream/events", {"channels": ["lifecycle", "tasks", "input"]})
    story.answer(date=opened).v2("lifecycle", {"event": "running"}, told_at=old)
    story.v2("tasks", {"id": "t", "name": "crawl", "input": {}, "triggers": []}, told_at=old + 500)
    return story.wait(1)


def a_login_page() -> Story:
    page = "<!DOCTYPE html><html><head><title>Sign in &amp; go on</title></head><body>…</body></html>"
    return Story().exchange("POST", AT_THREAD + "/runs/stream", page, 401, {"assistant_id": "g"})


def json_instead_of_a_stream() -> Story:
    story = Story().request("POST", AT_THREAD + "/runs/stream", {}).answer(200, "application/json")
    return story.raw('{"message": "no upstream"}').end()


def the_last_event_is_unfinished() -> Story:
    return Story().create().says("values", {}).raw('event: updates\r\ndata: {"last": {}}').end()


def line_ends_split_between_chunks() -> Story:
    story = Story().create(named=False)
    for piece in ("event: updates\r", '\ndata: {"__interrupt__": []}\r', "\n\r", "\n"):
        story.raw(piece)
    return story.end()


def a_mode_that_nobody_declared() -> Story:
    return Story().create().says("hologram", {"x": 1}).says("values", {}).end().told(AT_REST)


def over_and_still_at_work() -> Story:
    story = Story().create().says("values", {}).exchange("POST", AT_RUN + "/cancel", None, 202).end()
    row = run_row("interrupted")
    return story.told({"run": row, "thread": thread_row("busy"), "state": state(task("hold_on")), "runs": [row]})


def asked_in_another_order() -> Story:
    story = Story().create(stream_mode=["messages-tuple"]).end()
    return story.told({"thread": waiting()["thread"], "state": waiting()["state"], "run": run_row()})


def a_resume_that_the_server_could_not_use() -> Story:
    story = Story().create().says("updates", {"__interrupt__": [*ASKED, {"id": RIGHT, "value": 1}]}).end()
    story.create(NEXT_RUN, command={"resume": "x"}).says("values", {})
    return story.says("error", {"error": "RuntimeError", "message": "several interrupts are pending"}).end()


def answered_by_a_run_that_is_not_in_the_log() -> Story:
    rows = [run_row("success", NEXT_RUN) | {"created_at": "2026-01-02"}, run_row()]
    story = Story().create().says("updates", {"__interrupt__": ASKED}).end()
    return story.told({"runs": rows, "run": run_row(), "thread": thread_row(), "state": state()})


def cancelled_with_others_at_once() -> Story:
    story = Story().create().says("values", {})
    story.exchange("POST", "/runs/cancel?action=rollback", None, 204, {"thread_id": "t", "run_ids": [RUN, "other"]})
    return story.end().told({"run": None})


def without_a_thread() -> Story:
    story = Story().request("POST", "/runs/stream", {"assistant_id": "g"}).answer(content_location=f"/runs/{RUN}")
    return story.says("values", {}).says("error", {"error": "ValueError", "message": "no"}).end()


def a_server_that_was_stopped() -> Story:
    story = Story().create().says("values", {}).end()
    return story.told({"run": run_row("pending"), "thread": thread_row("busy"), "state": state(task("crawl"))})


NO_END = {"stream.no_terminal", "run.final_event_lost"}
WAITS = {"run.waiting_for_input"}
SITUATIONS: dict[str, Situation] = {
    each.__name__: (each, ending, must, never)
    for each, ending, must, never in (
        (aegra_ends_well_after_an_error, "failed", {"run.failed", "stream.error_event"}, {"run.status_mismatch"}),
        (aegra_asks, "waiting", WAITS, CALM | {"langgraph.hidden_wait"}),
        (aegra_asks_and_is_answered_by_a_later_run, "completed", set(), CALM | WAITS),
        (aegra_is_cancelled, "cancelled", {"langgraph.half_finished"}, CALM | WAITS),
        (aegra_ends_interrupted_and_nobody_asked, "unknown", set(), CALM | WAITS | NO_END),
        (js_stops_at_a_breakpoint, "waiting", WAITS, CALM | NO_END | {"langgraph.hidden_wait"}),
        (values_only_hide_a_breakpoint, "waiting", WAITS | {"langgraph.hidden_wait"}, CALM | NO_END),
        (v2_calls_a_breakpoint_completed, "waiting", WAITS | {"langgraph.hidden_wait"}, CALM | {"client.gave_up"}),
        (v2_replays_what_the_server_had_told, "waiting", WAITS, CALM | NO_END),
        (v2_is_cancelled, "cancelled", {"langgraph.half_finished"}, CALM | WAITS),
        (v2_does_not_show_what_is_asked, "unknown", set(), CALM | WAITS),
        (one_of_two_parallel_nodes_asks_first, "waiting", WAITS, CALM),
        (only_the_tasks_tell_the_question, "waiting", WAITS, CALM),
        (a_subgraph_asks, "waiting", WAITS, CALM),
        (refused_because_busy_in_plain_text, "failed", {"stream.http_error", "run.blocked"}, {"run.not_started"}),
        (closed_where_closing_cancels, "cancelled", {"client.gave_up"}, CALM),
        (joined_and_left_where_leaving_cancels, "cancelled", {"client.gave_up"}, CALM),
        (thread_deleted_while_it_ran, "lost", {"run.lost", "stream.error_event"}, {"run.failed", *NO_END}),
        (thread_deleted_and_the_stream_just_ends, "lost", {"run.lost"}, {"run.failed", "run.status_mismatch"}),
        (rejoined_after_a_break, "completed", {"stream.cut"}, {"run.failed", "stream.sequence", *NO_END}),
        (rejoined_after_it_failed, "failed", {"run.failed", "langgraph.replay_lossy"}, {"stream.error_event"}),
        (wait_answered_the_values_of_a_run_that_timed_out, "failed", {"run.timeout"}, {"run.failed", "run.expired"}),
        (a_zombie_after_a_restart, "stalled", {"stream.silent"}, CALM | {"run.cancel_pending"}),
        (no_worker_has_it, "stalled", {"stream.silent"}, CALM),
        (attached_late_to_a_node_that_hangs, "stalled", {"stream.silent"}, CALM | {"stream.was_silent"}),
        (a_zombie_that_was_cancelled, "stalled", {"stream.silent", "run.cancel_pending"}, CALM),
        (a_login_page, "failed", {"stream.http_error"}, {"run.blocked", "stream.not_a_stream", "run.lost"}),
        (json_instead_of_a_stream, "not_started", {"stream.not_a_stream"}, {"stream.no_events", "stream.http_error"}),
        (the_last_event_is_unfinished, "unknown", {"stream.half_event"}, CALM),
        (line_ends_split_between_chunks, "waiting", WAITS, CALM | {"stream.bad_data", "stream.half_event"}),
        (a_mode_that_nobody_declared, "completed", {"run.unknown_word"}, CALM),
        (over_and_still_at_work, "cancelled", {"run.still_executing"}, CALM | WAITS),
        (asked_in_another_order, "waiting", WAITS | {"langgraph.hidden_wait"}, CALM),
        (answered_by_a_run_that_is_not_in_the_log, "completed", set(), CALM | WAITS),
        (cancelled_with_others_at_once, "cancelled", set(), CALM | WAITS),
        (without_a_thread, "failed", {"run.failed", "stream.error_event"}, {"run.lost"}),
        (a_server_that_was_stopped, "not_started", {"stream.no_terminal"}, CALM | {"run.final_event_lost"}),
    )
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_gets_its_verdict(name: str) -> None:
    tell, ending, must, never = SITUATIONS[name]
    story = tell()
    verdict = story.verdict() if any(run.id == RUN for run in story.book.runs.values()) else story.only()
    found = {finding.id for finding in verdict.findings}
    assert verdict.ending == ending, (verdict.why, verdict.state, found)
    assert must <= found, found
    assert not never & found, found


def test_what_a_thread_tells_is_not_about_an_id_that_can_be_none() -> None:
    story = Story().exchange("GET", f"{AT_THREAD}/runs/nonsense", {"detail": "Invalid run ID: must be a UUID"}, 422)
    story.told({"thread": thread_row(), "state": state(), "runs": [run_row()]})
    assert story.verdict("nonsense").ending == "unknown"
    assert story.run("nonsense").state is None


def test_why_a_run_failed_is_known_also_after_its_thread_went_on() -> None:
    failed, thread = run_row("error"), thread_row("error", error={"error": "ValueError", "message": "no such luck"})
    story = Story().told({"run": failed, "thread": thread, "state": state(task("a")), "runs": [failed]})
    story.create(NEXT_RUN).says("values", {}).end()
    rows = [run_row("success", NEXT_RUN) | {"created_at": "2026-01-02"}, failed]
    story.told({"run": failed, "thread": thread_row(), "state": state(), "runs": rows})
    (finding,) = [one for one in story.verdict().findings if one.id == "run.failed"]
    assert finding.values["message"] == "no such luck"


def test_who_is_queued_behind_whom_is_named() -> None:
    story = queued_behind_another_run()
    verdict = story.verdict(NEXT_RUN)
    found = {finding.id: finding for finding in verdict.findings}
    assert verdict.ending == "not_started"
    assert {"run.blocked", "run.not_started", "stream.no_events"} <= set(found)
    assert found["run.blocked"].values["run"] == RUN


def test_a_question_that_was_not_answered_still_waits() -> None:
    story = a_resume_that_the_server_could_not_use()
    assert story.verdict(RUN).ending == "waiting"
    assert story.verdict(NEXT_RUN).ending == "failed"
    assert story.found(NEXT_RUN)["run.failed"] == "error"


def test_the_parallel_node_does_not_take_the_question_back() -> None:
    wanted = one_of_two_parallel_nodes_asks_first().run().wanted
    assert wanted is not None
    assert [ask.id for ask in wanted.asks] == [LEFT]


def test_a_login_page_is_told_by_its_title() -> None:
    (finding,) = [one for one in a_login_page().only().findings if one.id == "stream.http_error"]
    assert finding.values["message"] == "an HTML page: Sign in & go on"


@pytest.mark.parametrize(("active", "truth"), [(0, "nobody idle"), (1, "unknown silent_active")])
def test_a_run_that_no_worker_has_is_executed_by_nobody(active: int, truth: str) -> None:
    counted = {"queue": {"n_running": 1}, "workers": {"max": 10, "active": active}}
    found = a_zombie_after_a_restart().told({"metrics": counted}).verdict().truth
    assert found is not None
    assert f"{found.truth.value} {found.because}" == truth


def test_a_run_without_a_thread_says_why_nothing_can_be_done() -> None:
    story = Story().request("POST", "/runs/stream", {"assistant_id": "g"}).answer(content_location=f"/runs/{RUN}")
    story.says("updates", {"__interrupt__": ASKED}).end()
    assert story.verdict().ending == "waiting"
    why = {each.id: each.why_not for each in ADAPTER.actions(story.case(), story.at)}
    assert "keeps no state" in (why["resume"] or "")


@pytest.mark.parametrize("last", ["thread", "run"])
def test_a_stream_at_work_outweighs_the_row_that_called_it_queued(last: str) -> None:
    """The reads of one look come one after the other, and the run begins between two of them."""
    story = Story().told({"run": run_row("pending"), "runs": [run_row("pending")]}).events("lifecycle", "tasks")
    story.v2("lifecycle", {"event": "running"}).v2("tasks", {"id": "t", "name": "plan", "input": {}})
    story.told({"thread": thread_row("busy")} if last == "thread" else {"run": run_row("pending")})
    story.v2("tasks", {"id": "t", "name": "plan", "result": {}, "error": None, "interrupts": []})
    assert (story.verdict().ending, story.run().state) == ("running", "running")


def test_a_node_is_as_old_as_the_replay_says() -> None:
    (finding,) = [one for one in attached_late_to_a_node_that_hangs().verdict().findings if one.id == "stream.silent"]
    assert finding.values["nodes"] == ["crawl"]
    assert 298_000 < finding.values["content"] < 302_000
    assert finding.severity == "error"


def test_a_zombie_is_as_old_as_the_server_says() -> None:
    (finding,) = [one for one in a_zombie_after_a_restart().verdict().findings if one.id == "stream.silent"]
    assert finding.severity == "error"
    assert finding.values["content"] >= 20 * 60 * 1000
