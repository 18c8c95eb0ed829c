"""Decisions in a saved run state."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.errors import Refused, UserError
from inspector.protocols.agents_sdk.runstate import run_state
from inspector.protocols.agents_sdk.states import decided, decisions_of
from tests.protocols.agents_sdk.spans import FILES

CALL = "call_d52232f1bf499721cb1617b3"
PYTHON, NODE = (
    (FILES / f"{name}.run_state.json").read_bytes() for name in ("approval_interrupted", "approval_interrupted_js")
)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"call_0": True}, [("call_0", (True, None))]),
        ({"call_0": False, "call_1": {"approve": True}}, [("call_0", (False, None)), ("call_1", (True, None))]),
        ({"id": "call_1", "approve": False, "reason": "no"}, [("call_1", (False, "no"))]),
        ([{"id": "call_1", "approve": False, "message": "no"}], [("call_1", (False, "no"))]),
    ],
)
def test_decisions_can_be_written_in_several_ways(data: Any, wanted: Any) -> None:
    assert decisions_of(run_state(json.loads(NODE)), data) == wanted


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Say what is decided"),
        (None, "Say what is decided"),
        ("yes", "Say what is decided"),
        ({"call_9": True}, "call_0, call_1"),
        ({"call_0": "yes"}, "true or false"),
        ({"call_0": {"approve": True, "reason": "fine"}}, "with a rejection only"),
        ([{"approve": True}], "does not wait here"),
    ],
)
def test_what_cannot_be_meant_is_said(data: Any, said: str) -> None:
    with pytest.raises(UserError, match=said):
        decisions_of(run_state(json.loads(NODE)), data)


def test_the_file_stays_as_it_was_but_for_the_decision() -> None:
    new = decided(PYTHON, {CALL: {"approve": False, "reason": "not on a Friday"}})
    lines = new.decode().splitlines()
    old = PYTHON.decode().splitlines()
    added = [line for line in lines if line not in old]
    assert [line for line in old if line in lines] == old[: len(old)]
    assert any('"not on a Friday"' in line for line in added)
    at = next(number for number, (one, other) in enumerate(zip(old, lines, strict=False)) if one != other)
    grown = len(lines) - len(old)
    assert lines[at + grown + 1 :] == old[at + 1 :]
    context = json.loads(new)["context"]
    assert context["function_tool_approvals"] == [
        {
            "agent": {"name": "Keeper"},
            "tool_key": "delete_branch",
            "decision": {"approved": [], "rejected": [CALL], "rejection_messages": {CALL: "not on a Friday"}},
        }
    ]


def test_a_decision_can_be_changed() -> None:
    once = decided(PYTHON, {CALL: {"approve": False, "reason": "no"}})
    twice = decided(once, {CALL: True})
    assert run_state(json.loads(twice)).decided == {CALL: (True, None)}
    assert twice == decided(PYTHON, {CALL: True})


def test_a_byte_order_mark_stays() -> None:
    assert decided(b"\xef\xbb\xbf" + PYTHON, {CALL: True}) == b"\xef\xbb\xbf" + decided(PYTHON, {CALL: True})


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"$schemaVersion": "1.21"}'])
def test_other_files_are_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(UserError, match="no saved run state"):
        decided(content, {CALL: True})


def test_a_state_of_the_future_is_left_alone() -> None:
    with pytest.raises(Refused, match=r"1\.99 is newer than 1\.21"):
        decided(PYTHON.replace(b'"1.21"', b'"1.99"'), {CALL: True})


def test_a_state_that_waits_for_nothing_is_left_alone() -> None:
    with pytest.raises(Refused, match="does not wait"):
        decided(PYTHON.replace(b"next_step_interruption", b"next_step_run_again"), {CALL: True})
