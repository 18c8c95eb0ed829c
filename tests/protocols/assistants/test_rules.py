from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.diagnosis import judge
from inspector.domain.findings import CATALOGUE
from inspector.protocols.assistants.rules import RULES
from tests.protocols.assistants.test_standing import APPROVAL
from tests.protocols.assistants.wire import NAMES, Log, asking, call, fold, recording, run, step

RUN = "/threads/thread_1/runs/run_1"


def test_all_ids_are_of_the_catalogue() -> None:
    assert {rule.id for rule in RULES} <= set(CATALOGUE)


def test_an_end_without_a_last_word_is_told() -> None:
    seen = fold(Log().create().status("in_progress").end())
    assert seen.finding("stream.no_terminal").values["word"] == "in_progress"
    assert "stream.no_terminal" not in fold(Log().create().status("completed").end()).found()


def test_a_failure_offers_what_there_is_here() -> None:
    finding = fold(Log().create().status("failed").end()).finding("run.failed")
    assert finding.next == ("start_new_run", "refresh")
    assert finding.values["before_model"] is True


def test_a_failure_with_a_step_reached_the_model_after_all() -> None:
    log = Log().create().status("failed").end().get(f"{RUN}/steps", {"data": [step(status="failed")]})
    assert fold(log).finding("run.failed").values["before_model"] is False


def test_a_call_that_nobody_answered() -> None:
    log = (
        Log().create().event("thread.run.step.created", step(call("a", "f"))).status("in_progress").status("completed")
    )
    finding = fold(log.end()).finding("tool.unanswered")
    assert finding.values["calls"] == [{"id": "a", "name": "f"}]
    assert finding.next == ("start_new_run",)


def test_one_of_two_calls_was_answered() -> None:
    log = Log().get(RUN, run("requires_action", required_action=asking(call("a", "f")))).get(RUN, run("in_progress"))
    log.get(f"{RUN}/steps", {"data": [step(call("b", "g"))]}).get(RUN, run("completed"))
    assert fold(log).finding("tool.unanswered").values["calls"] == [{"id": "b", "name": "g"}]


@pytest.mark.parametrize(
    "action, answers",
    [
        (asking(call("a")), ("submit_tool_outputs", "refresh", "cancel")),
        (APPROVAL, ("approve", "refresh", "cancel")),
        ({"type": "sign_here", "sign_here": {"x": 1}}, ("refresh", "cancel")),
        (None, ("refresh", "cancel")),
    ],
)
def test_a_wait_offers_what_answers_it(action: Any, answers: tuple[str, ...]) -> None:
    seen = fold(Log().get(RUN, run("requires_action", required_action=action, expires_at=1790000600)))
    assert seen.finding("run.waiting_for_input").next == answers
    soon = judge(seen.case(wall_ms=1790000590_000), seen.book.now, RULES, True)
    assert next(finding.next for finding in soon.findings if finding.id == "run.expiring") == answers
    assert soon.due is not None


def test_an_unknown_question_is_shown_as_it_is() -> None:
    seen = fold(Log().get(RUN, run("requires_action", required_action={"type": "sign_here", "sign_here": {"x": 1}})))
    (ask,) = seen.finding("run.waiting_for_input").values["asks"]
    assert (ask["kind"], ask["name"], ask["value"]) == ("confirmation", "sign_here", {"x": 1})
    assert seen.finding("run.unknown_word").values["words"] == ["sign_here"]


def test_all_next_steps_are_actions_of_this_backend() -> None:
    ours = {"submit_tool_outputs", "approve", "cancel", "start_new_run", "refresh"}
    for name in NAMES:
        for finding in fold(recording(name)).verdict().findings:
            assert set(finding.next) <= ours, finding


def test_an_error_in_the_stream_offers_a_look() -> None:
    finding = fold(Log().create().status("in_progress").event("error", "no").end()).finding("stream.error_event")
    assert finding.next == ("refresh", "start_new_run")


def test_json_in_place_of_a_stream_is_as_bad_as_what_it_hides() -> None:
    sent = {"tool_outputs": [{"tool_call_id": "a", "output": "12"}], "stream": True}
    html = Log().request("POST", f"{RUN}/submit_tool_outputs", sent).answer("<html>", kind="text/html")
    assert fold(html).finding("stream.not_a_stream").severity == "error"
    log = Log().post(f"{RUN}/submit_tool_outputs", sent, run("in_progress"))
    assert fold(log).finding("stream.not_a_stream").severity == "error"
    assert fold(log.get(RUN, run("completed"))).finding("stream.not_a_stream").severity == "note"
