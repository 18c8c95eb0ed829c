"""Calls of a history that nobody answered: found, answered together, and the history checked again."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.actions import Effect
from inspector.domain.calls import Call
from inspector.domain.case import Case
from inspector.domain.errors import UserError
from inspector.protocols.responses.actions import actions, plan
from inspector.protocols.responses.acts import act
from inspector.protocols.responses.orphans import open_calls, orphans, put_in
from inspector.protocols.responses.standing import standing
from tests.protocols.assistants.wire import drive, json_reply
from tests.protocols.responses.wire import Log, approval, call, fold, output, response, waiting

MISSING = {"error": {"message": "No tool output found for function call call_2.", "param": "input"}}
STARTED = json_reply(response("in_progress", "resp_9"))
USER = {"role": "user", "content": "And?"}


def refused(log: Log, body: dict[str, Any], said: Any = MISSING) -> Case:
    """What a refused request is; it is the last of the log."""
    log.post("/responses", {"model": "m", **body}, said, 400)
    seen = fold(log)
    return seen.case(len(seen.runs) - 1)


def names(case: Case) -> list[str | None]:
    return [ask.id for ask in orphans(case, standing(case))]


def submitted(case: Case, data: Any) -> dict[str, Any]:
    (made,) = plan("submit_tool_outputs", case, data)
    assert isinstance(made.json, dict)
    return made.json


def test_the_calls_of_the_response_before_are_answered_in_front_of_what_was_asked() -> None:
    case = refused(waiting(call("call_1"), call("call_2")), {"previous_response_id": "resp_1", "input": "And?"})
    assert names(case) == ["call_1", "call_2"]
    offered = next(action for action in actions(case, 0.0) if action.id == "submit_tool_outputs")
    assert (offered.why_not, offered.primary) == (None, True)
    assert offered.data == {"call_1": "interrupted by operator", "call_2": "interrupted by operator"}
    assert [each["name"] for each in offered.context["calls"]] == ["get_weather", "get_weather"]
    sent = submitted(case, {"call_1": "x", "call_2": "y"})
    assert sent["input"] == [output("call_1", "x"), output("call_2", "y"), USER]
    assert (sent["model"], sent["previous_response_id"]) == ("m", "resp_1")


def test_what_the_refused_request_brought_is_kept_and_only_the_rest_is_wanted() -> None:
    given = {"previous_response_id": "resp_1", "input": [output("call_1", "mine")]}
    case = refused(waiting(call("call_1"), call("call_2")), given)
    assert names(case) == ["call_2"]
    assert submitted(case, {"call_2": "y"})["input"] == [output("call_2", "y"), output("call_1", "mine")]
    with pytest.raises(UserError, match="missing"):
        submitted(case, {})


def test_in_a_list_of_messages_an_output_stands_behind_its_call() -> None:
    given = {"store": False, "input": [USER, call("call_1"), output("call_1"), call("call_2"), USER]}
    case = refused(Log(), given)
    assert names(case) == ["call_2"]
    sent = submitted(case, {"call_2": "y"})["input"]
    assert sent == [USER, call("call_1"), output("call_1"), call("call_2"), output("call_2", "y"), USER]


def test_an_open_call_that_only_the_refusal_names() -> None:
    case = refused(Log(), {"previous_response_id": "resp_unseen", "input": "hi"})
    assert names(case) == ["call_2"]
    assert names(refused(Log(), {"input": "hi"}, {"error": {"message": "No such model: call_2"}})) == []


def test_a_chain_is_followed_as_far_as_the_server_told_it() -> None:
    log = Log().get("/responses/resp_2", response("completed", "resp_2", previous_response_id="resp_1"))
    log.get("/responses/resp_2/input_items", {"object": "list", "data": [output("call_1")]})
    log.get("/responses/resp_1", response("completed", "resp_1", output=[call("call_1"), approval("mcpr_1")]))
    case = refused(log, {"previous_response_id": "resp_2", "input": "hi"})
    assert names(case) == ["mcpr_1", "call_2"]


def test_of_a_conversation_its_items_count() -> None:
    listed = {"object": "list", "data": [call("call_2"), output("call_1"), call("call_1")]}
    log = Log().get("/conversations/conv_1/items", listed)
    case = refused(log, {"conversation": "conv_1", "input": "hi"})
    assert names(case) == ["call_2"]


def test_a_response_that_was_cancelled_left_an_open_call_in_its_conversation() -> None:
    log = Log().open({"conversation": "conv_1", "background": True}).tells("in_progress").item(call("call_1"))
    log.get("/responses/resp_1", response("cancelled", conversation={"id": "conv_1"}))
    case = fold(log).case()
    assert names(case) == ["call_1"]
    sent = submitted(case, {"call_1": "x"})
    assert (sent["conversation"], sent["input"]) == ("conv_1", [output("call_1", "x")])
    assert "submit_tool_outputs" in fold(log).finding("tool.unanswered").next


def test_what_is_in_order_has_nothing_to_submit() -> None:
    case = fold(Log().open().tells("in_progress").tells("completed").end()).case()
    assert names(case) == []
    offered = next(action for action in actions(case, 0.0) if action.id == "submit_tool_outputs")
    assert offered.why_not is not None
    assert names(fold(waiting(call("call_1"))).case()) == ["call_1"]


CHAIN = json_reply(response("completed", "resp_1", output=[call("call_1"), call("call_2")]))
NOTHING = json_reply({"data": []})


def drive_refused(data: Any, *replies: Any) -> tuple[Any, list[Call]]:
    case = refused(waiting(call("call_1"), call("call_2")), {"previous_response_id": "resp_1", "input": "And?"})
    return drive(act("submit_tool_outputs", case, plan("submit_tool_outputs", case, data)), *replies)


def test_the_history_is_looked_at_before_and_checked_again() -> None:
    outcome, calls = drive_refused({"call_1": "x", "call_2": "y"}, CHAIN, NOTHING, STARTED)
    assert outcome.effect is Effect.SEEN
    assert outcome.started == "resp_9"
    assert "Every call of the history has its output." in outcome.why
    assert [one.reads for one in calls] == [True, True, False]


def test_a_further_open_call_is_told_and_nothing_is_sent() -> None:
    more = json_reply(response("completed", "resp_1", output=[call("call_1"), call("call_2"), call("call_3", "mail")]))
    outcome, calls = drive_refused({"call_1": "x", "call_2": "y"}, more, NOTHING)
    assert outcome.effect is Effect.REFUSED
    assert "mail of its history has no output either" in outcome.why
    assert all(one.reads for one in calls)


def test_a_server_that_does_not_tell_its_history_is_believed_when_it_takes_it() -> None:
    outcome, _ = drive_refused({"call_1": "x", "call_2": "y"}, json_reply({}, 404), STARTED)
    assert outcome.effect is Effect.SEEN
    refused_again, _ = drive_refused({"call_1": "x", "call_2": "y"}, CHAIN, NOTHING, json_reply(MISSING, 400))
    assert refused_again.effect is Effect.REFUSED
    assert "No tool output" in refused_again.why


def test_refreshing_a_refused_request_asks_for_its_history() -> None:
    case = refused(Log(), {"previous_response_id": "resp_1", "input": "hi"})
    outcome, calls = drive(act("refresh", case, plan("refresh", case, None)), CHAIN, NOTHING)
    assert [one.path for one in calls] == ["/responses/resp_1", "/responses/resp_1/input_items"]
    assert "get_weather (call_1), get_weather (call_2)" in outcome.why
    assert outcome.next == ("submit_tool_outputs",)


def test_items_in_any_order() -> None:
    assert list(open_calls([output("call_1"), call("call_1"), 7, None, call("call_2")])) == ["call_2"]
    assert put_in(None, [output("call_1")]) == [output("call_1")]
