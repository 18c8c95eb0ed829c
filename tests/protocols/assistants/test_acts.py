"""The scripts: looked before, sent just the plan, proved after."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.actions import Effect, Outcome
from inspector.domain.calls import Call, Reply
from inspector.protocols.assistants.actions import plan
from inspector.protocols.assistants.acts import act
from tests.protocols.assistants.test_standing import APPROVAL
from tests.protocols.assistants.wire import Log, asking, call, drive, fold, json_reply, run

RUN = "/threads/thread_1/runs/run_1"
ASKED = asking(call("a"))
GONE = json_reply({"error": {"message": "No run found"}}, 404)
AWAY = Reply(0, error="Nobody listens there.")


def _try(action: str, status: str, data: Any, *replies: Any, **more: Any) -> tuple[Outcome, list[Call]]:
    """Run the script of an action for a run in this state; only the writes are given back, checked against the plan."""
    case = fold(Log().get(RUN, run(status, **more))).case()
    writes = plan(action, case, data)
    outcome, calls = drive(act(action, case, writes), *replies)
    sent = [one for one in calls if not one.reads]
    assert sent == list(writes)[: len(sent)]
    return outcome, sent


def _submit(*replies: Any) -> tuple[Outcome, list[Call]]:
    return _try("submit_tool_outputs", "requires_action", {"a": "12"}, *replies, required_action=ASKED)


def _reply(status: str, **more: Any) -> Reply:
    return json_reply(run(status, **more))


def test_a_cancel_is_proved_at_the_end_only() -> None:
    outcome, sent = _try(
        "cancel",
        "in_progress",
        None,
        _reply("in_progress"),
        _reply("cancelling"),
        _reply("cancelling"),
        _reply("cancelled"),
    )
    assert (outcome.effect, len(sent)) == (Effect.SEEN, 1)
    assert outcome.before == {"status": "in_progress"}
    assert outcome.after == {"status": "cancelled"}


def test_a_cancel_that_is_still_pending_at_the_deadline() -> None:
    outcome, _ = _try("cancel", "in_progress", None, _reply("in_progress"), _reply("cancelling"), TimeoutError)
    assert outcome.effect is Effect.NOT_SEEN
    assert "still cancelling" in outcome.why


def test_a_cancel_that_lost_says_so() -> None:
    outcome, _ = _try("cancel", "in_progress", None, _reply("in_progress"), _reply("cancelling"), _reply("completed"))
    assert outcome.effect is Effect.SEEN
    assert "completed: it ended before the cancel" in outcome.why


def test_a_run_that_is_over_by_now_is_not_cancelled() -> None:
    outcome, sent = _try("cancel", "in_progress", None, _reply("completed"))
    assert (outcome.effect, sent) == (Effect.REFUSED, [])


@pytest.mark.parametrize("action", ["cancel", "submit_tool_outputs"])
def test_nothing_is_sent_to_a_server_that_is_away_or_a_run_that_is_gone(action: str) -> None:
    for reply, effect in ((AWAY, Effect.NOT_SEEN), (GONE, Effect.REFUSED)):
        outcome, sent = _try(action, "requires_action", {"a": "1"}, reply, required_action=ASKED)
        assert (outcome.effect, sent) == (effect, [])
        assert "Nothing was sent" in outcome.why


def test_a_refused_cancel_gives_the_server_s_words() -> None:
    refusal = json_reply({"detail": "Run cannot be canceled unless it is in 'queued' status."}, 400)
    outcome, _ = _try("cancel", "in_progress", None, _reply("in_progress"), refusal)
    assert outcome.effect is Effect.REFUSED
    assert outcome.why.endswith("(400): Run cannot be canceled unless it is in 'queued' status.")


def test_an_act_without_an_answer_may_have_arrived() -> None:
    outcome, _ = _try("cancel", "in_progress", None, _reply("in_progress"), AWAY)
    assert outcome.effect is Effect.NOT_SEEN
    assert "not known" in outcome.why


@pytest.mark.parametrize("moment", [0, 1])
def test_a_deadline_before_any_proof(moment: int) -> None:
    replies = [_reply("in_progress")][:moment]
    outcome, sent = _try("cancel", "in_progress", None, *replies, TimeoutError)
    assert outcome.effect is Effect.NOT_SEEN
    assert ("nothing was sent" in outcome.why) == (not moment)
    assert len(sent) == moment


def test_outputs_that_are_taken_with_a_stream() -> None:
    streamed = Reply(200, link=7)
    outcome, sent = _submit(_reply("requires_action", required_action=ASKED), streamed, _reply("in_progress"))
    assert (outcome.effect, outcome.after["status"], len(sent)) == (Effect.SEEN, "in_progress", 1)


def test_outputs_that_are_taken_with_json() -> None:
    outcome, _ = _submit(_reply("requires_action", required_action=ASKED), _reply("queued"))
    assert outcome.effect is Effect.SEEN


def test_outputs_that_lead_to_the_next_question() -> None:
    more = _reply("requires_action", required_action=asking(call("z")))
    outcome, _ = _submit(_reply("requires_action", required_action=ASKED), Reply(200, link=7), more)
    assert outcome.effect is Effect.SEEN
    assert "waits again: for z" in outcome.why


def test_outputs_that_are_taken_late() -> None:
    waiting = _reply("requires_action", required_action=ASKED)
    outcome, _ = _submit(waiting, Reply(200, link=7), waiting, _reply("completed"))
    assert (outcome.effect, outcome.after["status"]) == (Effect.SEEN, "completed")
    outcome, _ = _submit(waiting, Reply(200, link=7), waiting, TimeoutError)
    assert outcome.effect is Effect.NOT_SEEN
    assert "still requires_action" in outcome.why


def test_outputs_after_which_the_run_fails() -> None:
    outcome, _ = _submit(_reply("requires_action", required_action=ASKED), _reply("failed"))
    assert "it is failed" in outcome.why


@pytest.mark.parametrize("status", ["expired", "in_progress", "completed"])
def test_a_run_that_does_not_wait_any_more_is_not_answered(status: str) -> None:
    outcome, sent = _submit(_reply(status))
    assert (outcome.effect, sent) == (Effect.REFUSED, [])
    assert status in outcome.why


def test_a_run_that_waits_for_other_calls_is_not_answered() -> None:
    outcome, sent = _submit(_reply("requires_action", required_action=asking(call("z"))))
    assert (outcome.effect, sent) == (Effect.REFUSED, [])
    assert "z" in outcome.why


def test_a_server_that_does_not_say_what_it_waits_for_is_answered_all_the_same() -> None:
    outcome, _ = _submit(_reply("requires_action"), _reply("in_progress"))
    assert outcome.effect is Effect.SEEN


def test_outputs_that_are_refused() -> None:
    refusal = json_reply({"error": {"message": "Expected tool outputs for call_ids ['a', 'b'], got ['a']"}}, 400)
    outcome, _ = _submit(_reply("requires_action", required_action=ASKED), refusal)
    assert (outcome.effect, "call_ids" in outcome.why) == (Effect.REFUSED, True)


def test_an_approval_is_proved_like_outputs() -> None:
    outcome, sent = _try(
        "approve",
        "requires_action",
        {"m": False},
        _reply("requires_action", required_action=APPROVAL),
        _reply("in_progress"),
        required_action=APPROVAL,
    )
    assert (outcome.effect, len(sent)) == (Effect.SEEN, 1)


def test_a_new_run_that_streams_is_found_in_the_list() -> None:
    before = json_reply({"data": [run("failed")]})
    after = json_reply({"data": [run("queued", id="run_2"), run("failed")]})
    outcome, sent = _try("start_new_run", "failed", {}, before, Reply(200, link=7), before, after)
    assert (outcome.effect, outcome.started, outcome.after) == (Effect.SEEN, "run_2", {"status": "queued"})
    assert len(sent) == 1


def test_a_new_run_that_is_answered_with_json() -> None:
    message = json_reply({"id": "msg_1", "object": "thread.message"})
    outcome, sent = _try(
        "start_new_run", "failed", {"message": "x"}, json_reply({"data": []}), message, _reply("queued", id="run_2")
    )
    assert (outcome.started, len(sent)) == ("run_2", 2)


def test_a_new_run_is_not_started_while_another_holds_the_thread() -> None:
    outcome, sent = _try("start_new_run", "failed", {}, json_reply({"data": [run("in_progress", id="run_9")]}))
    assert (outcome.effect, sent) == (Effect.REFUSED, [])
    assert "run_9" in outcome.why


def test_a_new_run_that_the_server_refuses_names_who_is_in_the_way() -> None:
    refusal = json_reply({"error": {"message": "Thread thread_1 already has an active run run_9."}}, 400)
    outcome, _ = _try("start_new_run", "failed", {}, json_reply({"data": []}), refusal)
    assert outcome.effect is Effect.REFUSED
    assert outcome.after == {"blocked_by": "run_9"}


def test_a_message_that_was_added_before_the_refusal_is_told() -> None:
    added, refusal = json_reply({"id": "msg_1"}), json_reply({"error": {"message": "no such assistant"}}, 404)
    outcome, _ = _try("start_new_run", "failed", {"message": "x"}, json_reply({"data": []}), added, refusal)
    assert outcome.why.startswith("The message was added, but no run was started")


def test_a_new_run_that_does_not_show_up() -> None:
    none = json_reply({"data": [run("failed")]})
    outcome, _ = _try("start_new_run", "failed", {}, none, Reply(200, link=7), none, TimeoutError)
    assert (outcome.effect, outcome.started) == (Effect.NOT_SEEN, None)


@pytest.mark.parametrize(
    "first, effect, part",
    [
        (_reply("completed"), Effect.SEEN, "completed"),
        (GONE, Effect.SEEN, "404"),
        (AWAY, Effect.NOT_SEEN, "Nobody listens"),
        (json_reply({"error": {"message": "busy"}}, 503), Effect.NOT_SEEN, "503: busy"),
    ],
)
def test_a_refresh_tells_what_the_server_says(first: Reply, effect: Effect, part: str) -> None:
    outcome, sent = _try("refresh", "in_progress", None, first, json_reply({}), json_reply({}))
    assert (outcome.effect, sent) == (effect, [])
    assert part in outcome.why
