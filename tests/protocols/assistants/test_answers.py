"""What the server says when it is asked: polling, lists, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.events import NodeSeen, ServerSaid, StatusSeen, Witness
from inspector.protocols.assistants.answers import refusal
from inspector.protocols.exchange import Exchange
from tests.protocols.assistants.wire import Log, asking, call, fold, run, step

RUN = "/threads/thread_1/runs/run_1"
NOON = "Sat, 21 Nov 2026 12:00:00 GMT"
NOON_S = 1795262400


def _message(id: str, text: str, run_id: str | None = "run_1", status: str = "completed") -> dict[str, Any]:
    content = [{"type": "text", "text": {"value": text}}]
    return {"id": id, "object": "thread.message", "role": "assistant", "run_id": run_id, "status": status} | {
        "content": content
    }


def test_differences_between_polls_are_transitions() -> None:
    log = Log()
    for status in ("queued", "queued", "in_progress", "completed"):
        log.get(RUN, run(status))
    changes = fold(log).run.transitions
    assert [(t.source, t.target, t.witness, t.declared) for t in changes] == [
        (None, "queued", "server", True),
        ("queued", "in_progress", "server", True),
        ("in_progress", "completed", "server", True),
    ]


def test_a_poll_may_miss_states_but_not_go_back() -> None:
    seen = fold(Log().get(RUN, run("queued")).get(RUN, run("completed")))
    assert "run.illegal_transition" not in seen.found()
    back = fold(Log().get(RUN, run("cancelling")).get(RUN, run("in_progress")))
    assert "run.illegal_transition" in back.found()


def test_the_answer_of_a_poll_is_kept() -> None:
    body = run("completed")
    assert ServerSaid("run", "run_1", body) in fold(Log().get(RUN, body)).facts(ServerSaid)


def test_the_server_ends_a_stream_that_never_said_so() -> None:
    log = Log().create().status("in_progress").end().get(RUN, run("completed"))
    seen = fold(log)
    assert seen.ending() == "completed"
    assert "run.final_event_lost" in seen.found()


def test_a_stream_that_died_while_the_run_goes_on() -> None:
    seen = fold(Log().create().status("in_progress").end().get(RUN, run("in_progress")))
    assert seen.ending() == "cut"
    assert seen.finding("stream.no_terminal").values["server"] == "in_progress"


def test_a_row_of_a_list_names_no_run() -> None:
    log = Log().get("/threads/thread_1/runs", {"data": [run("in_progress", id="run_9")]})
    assert fold(log).runs == []


def test_a_row_of_a_list_tells_the_status_of_a_run_that_is_known() -> None:
    log = Log().create().status("in_progress").end()
    log.get("/threads/thread_1/runs?limit=20", {"data": [run("failed"), run("queued", id="run_9"), 3]})
    assert fold(log).ending() == "failed"


def test_a_list_is_said_about_its_thread() -> None:
    (said,) = fold(Log().get("/threads/thread_1/runs", {"data": []})).facts(ServerSaid)
    assert (said.about, said.id) == ("runs", "thread_1")


def test_a_run_that_the_server_does_not_know() -> None:
    seen = fold(Log().get(RUN, {"error": {"message": "No run found with id 'run_1'."}}, 404))
    assert (seen.run.id, seen.ending()) == ("run_1", "lost")
    assert "run.lost" in seen.found()


def test_an_act_on_a_run_that_the_server_does_not_know() -> None:
    assert fold(Log().post(f"{RUN}/cancel", None, {"detail": "Run not found."}, 404)).ending() == "lost"


def test_a_server_without_that_endpoint_has_not_lost_the_run() -> None:
    log = Log().get(RUN, run("in_progress")).post(f"{RUN}/cancel", None, {"detail": "Not Found"}, 404)
    assert fold(log).ending() == "running"
    log = Log().get(RUN, run("completed")).get(f"{RUN}/steps", {"detail": "Not Found"}, 404)
    assert fold(log).ending() == "completed"


def test_a_refusal_tells_the_status() -> None:
    message = 'Runs in status "expired" do not accept tool outputs.'
    seen = fold(Log().post(f"{RUN}/submit_tool_outputs", {"tool_outputs": []}, {"error": {"message": message}}, 400))
    assert seen.ending() == "expired"


def test_steps_bring_their_calls_and_outputs() -> None:
    log = Log().get(RUN, run("completed"))
    log.get(f"{RUN}/steps?limit=100", {"data": [step(call("a", "f", "{}", "12"), status="completed")]})
    seen = fold(log)
    assert seen.run.tools["a"].output == "12"
    assert [node.phase for node in seen.run.nodes.values()] == ["end"]


def test_unchanged_steps_are_told_once() -> None:
    log = Log()
    for _ in range(3):
        log.get(f"{RUN}/steps", {"data": [step(call("a"))]})
    assert len(fold(log).facts(NodeSeen)) == 1


def test_steps_come_in_the_order_of_their_making() -> None:
    steps = [step(id="step_2", created_at=20), step(id="step_1", created_at=10)]
    assert list(fold(Log().get(f"{RUN}/steps", {"data": steps})).run.nodes) == ["step_1", "step_2"]


def test_one_step_is_read_as_well() -> None:
    log = Log().get(RUN, run("in_progress")).get(f"{RUN}/steps/step_1", step(call("a", "f")))
    assert list(fold(log).run.tools) == ["a"]


def test_progress_between_polls_keeps_a_run_from_being_stalled() -> None:
    log = Log()
    for number in range(8):
        log.at += 10_000
        log.get(RUN, run("in_progress"))
        steps = [step(id=f"step_{n}", created_at=n) for n in range(number + 1)]
        log.get(f"{RUN}/steps", {"data": steps})
    assert fold(log).ending() == "running"


def test_polls_without_a_change_are_no_progress() -> None:
    log = Log()
    for _ in range(8):
        log.at += 10_000
        log.get(RUN, run("in_progress")).get(f"{RUN}/steps", {"data": [step()]})
    assert fold(log).ending() == "stalled"


def test_the_server_tells_since_when() -> None:
    log = Log().get(RUN, run("in_progress", created_at=NOON_S - 100, started_at=NOON_S - 90), date=NOON)
    (status,) = fold(log).facts(StatusSeen)
    assert status.since == pytest.approx(log.frames[1].at - 90_000)
    assert fold(log).ending() == "stalled"


def test_the_newest_step_moves_that_moment() -> None:
    log = Log().get(RUN, run("in_progress", started_at=NOON_S - 90), date=NOON)
    log.get(f"{RUN}/steps", {"data": [step(created_at=NOON_S - 5)]}, date=NOON)
    seen = fold(log)
    assert seen.facts(StatusSeen)[-1].since == pytest.approx(log.frames[5].at - 5_000)
    assert seen.ending() == "running"


def test_messages_belong_to_the_run_that_they_name() -> None:
    log = Log().get(RUN, run("completed"))
    listed = [_message("m2", "second"), _message("m1", "first"), _message("m0", "other", "run_9"), None]
    log.get("/threads/thread_1/messages?order=desc", {"data": listed})
    assert [m.text for m in fold(log).run.messages.values()] == ["first", "second"]


def test_a_message_without_a_run_is_of_the_run_whose_step_made_it() -> None:
    made = step(id="s", type="message_creation") | {"step_details": {"message_creation": {"message_id": "m1"}}}
    log = Log().get(RUN, run("completed")).get(f"{RUN}/steps", {"data": [made]})
    listed = [_message("m1", "ours", None), _message("m0", "not ours", None)]
    log.get("/threads/thread_1/messages?run_id=run_1", {"data": listed})
    assert [m.text for m in fold(log).run.messages.values()] == ["ours"]


def test_a_message_that_grew_between_polls_is_progress() -> None:
    log = Log().get(RUN, run("in_progress"))
    for number in range(8):
        log.at += 10_000
        grown = [_message("m", "x" * number, status="in_progress")]
        log.get("/threads/thread_1/messages?run_id=run_1", {"data": grown})
    assert fold(log).ending() == "running"


@pytest.mark.parametrize("body", ["<html>", [], 7, {"status": None}])
def test_an_answer_that_is_no_run_is_told(body: Any) -> None:
    seen = fold(Log().get(RUN, body))
    assert "stream.bad_data" in seen.found()
    assert seen.run.state is None


def test_a_run_that_was_created_without_a_stream() -> None:
    log = Log().post("/threads/runs", {"assistant_id": "asst_1"}, run("queued")).get(RUN, run("completed"))
    seen = fold(log)
    assert (seen.run.id, seen.run.thread, seen.ending()) == ("run_1", "thread_1", "completed")


def test_the_witness_of_an_answer_is_the_server() -> None:
    log = Log().get(RUN, run("requires_action", required_action=asking(call("a"))))
    assert {fact.witness for fact in fold(log).facts(StatusSeen)} == {Witness.SERVER}
    assert not fold(log).run.shown_asks
    assert fold(log).ending() == "waiting"


def test_a_thread_that_is_not_there() -> None:
    (said,) = fold(Log().get("/threads/thread_1", {"detail": "Thread not found."}, 404)).facts(ServerSaid)
    assert (said.about, said.id, said.status) == ("thread", "thread_1", 404)


def test_a_refusal_of_an_address_that_is_not_understood_says_nothing() -> None:
    assert refusal(Exchange(1, status=404), "Not Found") == []
    assert refusal(Exchange(1, status=400), "Cannot cancel run with status 'completed'.") == []


LIST = "/threads/thread_1/runs?limit=20"


def _silent(date: str = "") -> Log:
    return Log().request("POST", "/threads/thread_1/runs", {"stream": True}).response(date=date)


def test_a_run_whose_stream_stays_empty_is_found_in_the_list() -> None:
    rows = [run("in_progress", id="run_5", created_at=NOON_S + 1), run("failed", id="run_4", created_at=NOON_S - 50)]
    seen = fold(_silent(date=NOON).get(LIST, {"data": rows}))
    assert (seen.run.id, seen.run.state) == ("run_5", "in_progress")


def test_without_a_clock_it_is_the_only_active_one() -> None:
    rows = [run("completed", id="run_5"), run("in_progress", id="run_4")]
    assert fold(_silent().get(LIST, {"data": rows})).run.id == "run_4"


@pytest.mark.parametrize(
    "rows",
    [
        [run("in_progress", id="run_5"), run("queued", id="run_4")],
        [run("completed", id="run_5")],
        [],
    ],
)
def test_what_cannot_be_told_is_not_guessed(rows: list[Any]) -> None:
    assert fold(_silent().get(LIST, {"data": rows})).run.id is None


def test_a_run_that_has_its_name_keeps_it() -> None:
    log = Log().create().status("in_progress").get(LIST, {"data": [run("queued", id="run_9"), run("in_progress")]})
    assert fold(log).run.id == "run_1"


def test_a_refused_start_is_never_found_in_a_list() -> None:
    log = Log().post("/threads/thread_1/runs", {"stream": True}, {"error": {"message": "no"}}, 400)
    assert fold(log.get(LIST, {"data": [run("in_progress", id="run_9")]})).run.id is None
