"""Which actions fit in which state, and what is said about the others."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.protocols.assistants.chart import ACTIVE, RUN_CHART, TERMINAL
from inspector.protocols.assistants.standing import (
    assistant_of,
    holders,
    standing,
    why_not_approve,
    why_not_cancel,
    why_not_start,
    why_not_submit,
)
from tests.protocols.assistants.wire import Log, Seen, asking, call, fold, run

RUN = "/threads/thread_1/runs/run_1"
APPROVAL = {
    "type": "submit_tool_approval",
    "submit_tool_approval": {"tool_calls": [{"id": "m", "type": "mcp", "name": "search", "arguments": "{}"}]},
}
DEADLINE = 1790000600


def _in(status: str, **more: Any) -> Seen:
    return fold(Log().get(RUN, run(status, **more)))


def _why(seen: Seen, wall_s: float | None = None) -> dict[str, str | None]:
    case = seen.case(wall_ms=None if wall_s is None else wall_s * 1000)
    s = standing(case, seen.book.now)
    start = why_not_start(case, s)
    return {"cancel": why_not_cancel(s), "submit": why_not_submit(s), "approve": why_not_approve(s), "start": start}


def _possible(seen: Seen, wall_s: float | None = None) -> set[str]:
    return {name for name, why in _why(seen, wall_s).items() if why is None}


@pytest.mark.parametrize("status", sorted(RUN_CHART.by_id))
def test_what_fits_in_each_state(status: str) -> None:
    fits = {"start"} if status in TERMINAL else {"cancel"}
    if status == "cancelling":
        fits = set()
    assert _possible(_in(status)) == fits


@pytest.mark.parametrize("status", sorted(RUN_CHART.by_id))
def test_every_refusal_is_a_sentence_that_says_why(status: str) -> None:
    for why in _why(_in(status)).values():
        assert why is None or (why.endswith(".") and len(why) > 20)
        assert why is None or status in why or status == "requires_action" or "cancel" in why


def test_what_it_waits_for_decides_which_answer_fits() -> None:
    tools = _in("requires_action", required_action=asking(call("a")))
    approvals = _in("requires_action", required_action=APPROVAL)
    assert _possible(tools) == {"cancel", "submit"}
    assert _possible(approvals) == {"cancel", "approve"}
    assert "approval" in (_why(approvals)["submit"] or "")
    assert "tool outputs" in (_why(tools)["approve"] or "")


def test_an_unknown_status_does_not_forbid_a_cancel() -> None:
    assert "cancel" in _possible(_in("paused"))


def test_a_wait_whose_deadline_is_over_is_not_answered() -> None:
    seen = _in("requires_action", required_action=asking(call("a")), expires_at=DEADLINE)
    assert "submit" in _possible(seen, DEADLINE - 60)
    assert "submit" in _possible(seen)
    log = Log().get(RUN, run("requires_action", required_action=asking(call("a")), expires_at=DEADLINE))
    log.request("GET", "/threads/thread_1")
    log.at += 60_000
    log.response()
    late = fold(log)
    why = _why(late, DEADLINE - 30)["submit"]
    assert why is not None
    assert "14:23:20 UTC" in why
    assert "cancel" in _possible(late, DEADLINE - 30)


def test_the_server_that_still_waits_after_its_deadline_is_believed() -> None:
    body = run("requires_action", required_action=asking(call("a")), expires_at=DEADLINE)
    seen = fold(Log().get(RUN, body).get(RUN, body))
    assert "submit" in _possible(seen, DEADLINE + 60)


def test_a_run_that_is_gone() -> None:
    seen = fold(Log().get(RUN, {"error": {"message": "No run found"}}, 404))
    why = _why(seen)
    assert "404" in (why["cancel"] or "")
    assert "404" in (why["submit"] or "")
    assert why["start"] is None


def test_a_thread_that_is_gone() -> None:
    log = Log().get(RUN, run("failed")).get("/threads/thread_1", {"error": {"message": "No thread found"}}, 404)
    assert "404" in (_why(fold(log))["start"] or "")


def test_a_run_that_never_got_a_name() -> None:
    seen = fold(Log().create().end())
    assert "never named" in (_why(seen)["cancel"] or "")
    assert _why(seen)["start"] is None


def test_a_run_whose_thread_is_not_known() -> None:
    seen = fold(Log().request("POST", "/threads/runs", {"stream": True}).response().end())
    assert "thread" in (_why(seen)["start"] or "")


def test_the_run_that_holds_the_thread_is_named() -> None:
    log = Log().get(RUN, run("failed")).get("/threads/thread_1/runs", {"data": [run("in_progress", id="run_9")]})
    why = _why(fold(log))["start"]
    assert why is not None
    assert why.startswith("Run run_9 is in_progress and holds the thread")
    over = log.get("/threads/thread_1/runs", {"data": [run("completed", id="run_9")]})
    assert _why(fold(over))["start"] is None


def test_a_sibling_holds_the_thread_until_it_ends() -> None:
    path = "/threads/thread_1/runs/run_9"
    log = Log().get(RUN, run("failed")).get(path, run("queued", id="run_9"))
    assert "run_9" in (_why(fold(log))["start"] or "")
    assert _why(fold(log.get(path, {"detail": "Run not found."}, 404)))["start"] is None


def test_a_run_that_only_an_error_named_may_still_be_in_the_way() -> None:
    message = {"error": {"message": "Thread thread_1 already has an active run run_9."}}
    seen = fold(Log().post("/threads/thread_1/runs", {"stream": True}, message, 400))
    assert list(holders(seen.case())) == [("run_9", None)]
    assert "run_9" in (_why(seen)["start"] or "")
    assert "perhaps" in (_why(seen)["start"] or "")


def test_the_assistant_is_known_from_the_run_or_from_the_request() -> None:
    assert assistant_of(_in("failed", assistant_id="asst_7").case()) == "asst_7"
    assert assistant_of(fold(Log().create().end()).case()) == "asst_1"
    assert assistant_of(fold(Log().request("POST", "/threads/runs", {"stream": True})).case()) is None


def test_a_run_that_holds_its_own_thread() -> None:
    for status in sorted(ACTIVE):
        assert "This run is still" in (_why(_in(status))["start"] or "")


def test_a_question_of_an_unknown_kind_is_not_ours_to_answer() -> None:
    seen = _in("requires_action", required_action={"type": "sign_here", "sign_here": {"x": 1}})
    assert _possible(seen) == {"cancel"}
    assert "sign_here" in (_why(seen)["submit"] or "")
    assert "sign_here" in (_why(seen)["approve"] or "")
