"""The lifecycle of a trace."""

from __future__ import annotations

import pytest

from inspector.domain.charts import Ending
from inspector.protocols.agents_sdk.chart import (
    BEGUN,
    CHART,
    COMPLETED,
    CUT,
    PROVISIONAL,
    RUNNING,
    TERMINAL,
    UNCLEAR,
    WAITING,
)
from tests.protocols.agents_sdk.spans import Story, agent, started, trace


def test_what_waits_goes_on() -> None:
    assert CHART.declares(WAITING, RUNNING)
    assert not CHART.declares(COMPLETED, RUNNING)


@pytest.mark.parametrize("state", sorted(PROVISIONAL))
def test_nothing_leads_from_what_was_only_concluded_because_what_comes_late_takes_its_place(state: str) -> None:
    assert not [edge for edge in CHART.edges if edge[0] == state]
    story = started().tap(3, "trace_end", trace()) if state == CUT else Story().tap(1, "trace_start", trace())
    if state == UNCLEAR:
        story.tap(2, "trace_end", trace())
    assert story.run().state == state
    story.begin(4, "late", None, agent("Late")).end(5, "late", None, agent("Late"), 4)
    assert "run.illegal_transition" not in story.found()


def test_every_end_has_its_ending() -> None:
    assert {state.id for state in CHART.states if state.terminal} == TERMINAL
    assert CHART.by_id[UNCLEAR].ending is Ending.UNKNOWN


def test_a_trace_begins_before_its_first_span() -> None:
    story = Story().tap(1, "trace_start", trace())
    assert story.run().state == BEGUN
    assert story.ending() == Ending.NOT_STARTED
    assert "run.not_started" in story.found(now=20)
