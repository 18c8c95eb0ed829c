from __future__ import annotations

import pytest

from inspector.domain.charts import StateKind
from inspector.protocols.assistants.chart import ACTIVE, RUN_CHART, RUN_EVENTS, TERMINAL


def test_every_edge_joins_states_of_the_chart() -> None:
    for source, target in RUN_CHART.edges:
        assert {source, target} <= set(RUN_CHART.by_id)


def test_every_state_can_be_reached_and_no_end_is_left() -> None:
    reached = {"queued"} | {target for _, target in RUN_CHART.edges}
    assert reached == set(RUN_CHART.by_id)
    assert not {source for source, _ in RUN_CHART.edges} & TERMINAL


def test_every_state_that_is_no_end_can_fail_and_every_end_has_its_ending() -> None:
    assert all(RUN_CHART.declares(state, "failed") for state in ACTIVE)
    assert all(RUN_CHART.by_id[state].ending is not None for state in TERMINAL)
    assert set(RUN_CHART.by_id) == ACTIVE | TERMINAL


@pytest.mark.parametrize("target", ["queued", "in_progress", "cancelling", "expired", "cancelled", "failed"])
def test_a_waiting_run_can_go_on_or_end(target: str) -> None:
    assert RUN_CHART.declares("requires_action", target)


@pytest.mark.parametrize(
    "source, target", [("in_progress", "queued"), ("completed", "in_progress"), ("queued", "completed")]
)
def test_what_the_lifecycle_does_not_have(source: str, target: str) -> None:
    assert not RUN_CHART.declares(source, target)


def test_a_cancel_may_lose() -> None:
    assert RUN_CHART.declares("cancelling", "completed")
    assert RUN_CHART.by_id["cancelling"].kind is StateKind.BUSY


def test_event_names_stand_for_statuses() -> None:
    assert RUN_EVENTS["thread.run.created"] == "queued"
    assert set(RUN_EVENTS.values()) == set(RUN_CHART.by_id)
