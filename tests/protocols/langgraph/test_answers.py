from __future__ import annotations

from inspector.protocols.langgraph.answers import choices, proposal
from inspector.protocols.langgraph.standing import Pending


def asked(value: object) -> tuple[Pending, ...]:
    return (Pending("a", "node", value),)


def test_the_middleware_for_humans_takes_a_decision_for_each_action() -> None:
    value = {"action_requests": [{"name": "send"}, {"name": "delete"}], "review_configs": []}

    assert choices(asked(value))[0] == {
        "title": "Approve",
        "data": {"decisions": [{"type": "approve"}, {"type": "approve"}]},
    }


def test_the_inbox_takes_what_it_allows() -> None:
    one = {"action_request": {"action": "send"}, "config": {"allow_accept": True, "allow_respond": True}}

    assert [choice["title"] for choice in choices(asked([one]))] == ["Accept", "Respond"]
    assert choices(asked(one))[0]["data"] == [{"type": "accept"}]


def test_unknown_shapes_and_several_questions_suggest_nothing() -> None:
    assert choices(asked({"question": "?"})) == []
    assert choices(asked("text")) == []
    assert choices(asked([{"action_request": {"action": "send"}}])) == []
    assert choices(asked([{"config": {"allow_accept": True}}])) == []
    assert choices([*asked("a"), *asked("b")]) == []


def test_what_a_form_starts_with() -> None:
    assert proposal([Pending("a", "l"), Pending("b", "r"), Pending(None, "old")]) == {"a": None, "b": None}
    assert proposal(asked({"tool_calls": [{"id": "call_1"}, {"id": "call_2"}]})) == {"call_1": "", "call_2": ""}
    assert proposal(asked("?")) is None
