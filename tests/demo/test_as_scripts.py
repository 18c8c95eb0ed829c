from __future__ import annotations

import json

import pytest

from inspector.demo.as_run import Assistant
from inspector.demo.as_scripts import ASSISTANTS
from tests.demo.as_support import Desk

ENDS = {
    "asst_healthy": "completed",
    "asst_two_tool_outputs": "requires_action",
    "asst_expiring": "requires_action",
    "asst_expired": "expired",
    "asst_cut_midway": "completed",
    "asst_no_final_event": "completed",
    "asst_silent": "completed",
    "asst_keepalives_only": "in_progress",
    "asst_stuck": "in_progress",
    "asst_content_filter": "incomplete",
    "asst_failed": "failed",
    "asst_cancelled": "completed",
    "asst_zombie": "in_progress",
}


@pytest.mark.parametrize("assistant", ASSISTANTS, ids=lambda one: one.id)
def test_each_assistant_does_what_it_is_for(assistant: Assistant) -> None:
    desk = Desk()
    assert desk.run(assistant.id, 80).status == ENDS[assistant.id]
    assert assistant.description
    json.dumps(assistant.wire(0))


def test_runs_whose_stream_is_the_point_last_long_enough_to_be_seen() -> None:
    for assistant, seconds in (("asst_cut_midway", 30), ("asst_silent", 50), ("asst_cancelled", 30)):
        desk = Desk()
        assert desk.run(assistant, seconds).status == "in_progress"


def test_a_waiting_run_is_reached_within_seconds() -> None:
    for assistant in ("asst_two_tool_outputs", "asst_expiring", "asst_expired"):
        desk = Desk()
        assert desk.run(assistant, 5).status == "requires_action"


def test_what_hangs_once_works_the_next_time() -> None:
    for assistant in ("asst_keepalives_only", "asst_stuck", "asst_silent", "asst_cut_midway"):
        desk = Desk()
        first = desk.run(assistant, 5)
        desk.server.cancel(first)
        desk.clock.turn(10)
        assert desk.run(assistant, 10).status == "completed"
