from __future__ import annotations

import pytest

from inspector.demo.rs_models import ANSWER, MODELS
from tests.demo.rs_support import Desk, outputs, text_of

WRONG = {
    "silent-after-created": "in_progress",
    "silent-mid-text": "in_progress",
    "failing": "failed",
    "token-limit": "incomplete",
    "content-filter": "incomplete",
}


def test_every_model_is_named_and_described() -> None:
    assert len({model.id for model in MODELS}) == len(MODELS)
    assert all(model.description.endswith(".") for model in MODELS)


@pytest.mark.parametrize("model", WRONG)
def test_what_goes_wrong_goes_well_when_the_same_is_asked_again(model: str) -> None:
    desk = Desk()
    assert desk.ask(model, 60).status == WRONG[model]
    again = desk.ask(model, 60)
    assert (again.status, text_of(again)) == ("completed", ANSWER)
    assert desk.ask(model, 60).status == WRONG[model]
    assert desk.ask(model, 60, metadata={"other": "1"}).status == WRONG[model]


@pytest.mark.parametrize("model", ["healthy", "no-headers", "no-terminal-event"])
def test_these_end_well_behind_whatever_is_wrong_with_their_streams(model: str) -> None:
    one = Desk().ask(model)
    assert (one.status, text_of(one)) == ("completed", ANSWER)


@pytest.mark.parametrize("model", ["cut-midway", "slow"])
def test_these_take_three_quarters_of_a_minute(model: str) -> None:
    desk = Desk()
    one = desk.ask(model, 30)
    assert one.status == "in_progress"
    desk.clock.turn(30)
    assert one.status == "completed"


def test_nobody_takes_up_what_is_stuck() -> None:
    assert Desk().ask("stuck-in-queue", 3600, background=True).status == "queued"


def test_the_tools_outputs_are_used() -> None:
    desk = Desk()
    one = desk.ask("two-tools")
    two = desk.ask("two-tools", input=outputs(one, "12 C"), previous_response_id=one.id)
    assert text_of(two) == "The tools say “12 C” and “12 C”."


@pytest.mark.parametrize(
    ("decision", "said", "kinds"),
    [
        ({"approve": True}, "The branch is deleted.", ["mcp_call", "message"]),
        ({"approve": False, "reason": "too risky"}, "The branch stays: too risky.", ["message"]),
        ({"approve": False}, "The branch stays: it was not approved.", ["message"]),
    ],
)
def test_a_call_is_made_only_where_it_was_approved(decision: dict[str, object], said: str, kinds: list[str]) -> None:
    desk = Desk()
    one = desk.ask("approval")
    (asked,) = one.output
    answer = {"type": "mcp_approval_response", "approval_request_id": asked["id"], **decision}
    two = desk.ask("approval", input=[answer], previous_response_id=one.id)
    assert (text_of(two), [item["type"] for item in two.output]) == (said, kinds)
    if decision["approve"]:
        assert two.output[0]["name"] == asked["name"] == "delete_branch"
