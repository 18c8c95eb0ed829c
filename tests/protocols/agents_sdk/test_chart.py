"""The lifecycle of a trace."""

from __future__ import annotations

import pytest

from inspector.domain.charts import Ending
from inspector.protocols.agents_sdk.chart import BEGUN, CHART, COMPLETED, CUT, RUNNING, TERMINAL, UNCLEAR, WAITING
from tests.protocols.agents_sdk.spans import Story, trace


def test_what_waits_goes_on() -> None:
    assert CHART.declares(WAITING, RUNNING)
    assert not CHART.declares(COMPLETED, RUNNING)


@pytest.mark.parametrize("state", [CUT, UNCLEAR])
def test_what_comes_late_may_still_tell_how_it_ended(state: str) -> None:
    assert CHART.declares(state, COMPLETED)


def test_every_end_has_its_ending() -> None:
    assert {state.id for state in CHART.states if state.terminal} == TERMINAL
    assert CHART.by_id[UNCLEAR].ending is Ending.UNKNOWN


def test_a_trace_begins_before_its_first_span() -> None:
    story = Story().tap(1, "trace_start", trace())
    assert story.run().state == BEGUN
    assert story.ending() == Ending.NOT_STARTED
    assert "run.not_started" in story.found(now=20)
