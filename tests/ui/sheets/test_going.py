"""What an act began, and what it came to."""

from __future__ import annotations

import pytest

from inspector.ui.sheets.going import at_work, came_to
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop


@pytest.mark.parametrize(
    ("recording", "kind", "said"),
    [
        ("langgraph/node_error", "not_seen", "Failed: "),
        ("langgraph/hitl_interrupt_updates_only", "seen", "Waiting: It waits for your answer"),
    ],
)
async def test_what_a_run_came_to_is_told_with_its_word(recording: str, kind: str, said: str) -> None:
    async with desk_with(recording) as (desk, run):
        step = came_to(desk.hub, run)
        assert step is not None
        assert step.kind == kind
        assert step.text.startswith(said)
        assert not at_work(desk.hub, run)
