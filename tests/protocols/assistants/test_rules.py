from __future__ import annotations

from inspector.domain.findings import CATALOGUE
from inspector.protocols.assistants.rules import RULES
from tests.protocols.assistants.wire import Log, asking, call, fold, run, step

RUN = "/threads/thread_1/runs/run_1"


def test_all_ids_are_of_the_catalogue() -> None:
    assert {rule.id for rule in RULES} <= set(CATALOGUE)


def test_an_end_without_a_last_word_is_told_in_the_words_of_the_clients() -> None:
    seen = fold(Log().create().status("in_progress").end())
    assert seen.finding("stream.no_terminal").values["assistants"] is True
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
