"""The inferred lifecycle."""

from __future__ import annotations

from inspector.protocols.gpt_researcher.chart import BEGINS_TEXT, CHART, STATE_OF


def test_every_step_means_a_state_of_the_chart() -> None:
    assert set(STATE_OF.values()) <= set(CHART.by_id)
    assert set(STATE_OF) >= BEGINS_TEXT


def test_work_goes_round_but_never_back_to_the_request() -> None:
    assert CHART.declares("writing", "searching")
    assert not CHART.declares("writing", "requested")
    assert not any(source in ("completed", "failed") for source, _ in CHART.edges)
