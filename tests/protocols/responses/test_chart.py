"""The lifecycle of a response."""

from __future__ import annotations

import pytest

from inspector.protocols.responses.chart import ACTIVE, CHART, STATUSES, TERMINAL
from tests.protocols.responses.wire import Log, fold


def test_the_six_statuses_of_the_api_and_one_of_ours() -> None:
    assert set(CHART.by_id) - STATUSES == {"waiting"}
    assert len(STATUSES) == 6
    assert ACTIVE | TERMINAL == STATUSES


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_an_end_is_the_end_of_its_name(status: str) -> None:
    assert fold(Log().open().tells("in_progress").tells(status).end()).ending() == status


def test_what_was_queued_has_to_begin_before_it_is_complete() -> None:
    log = Log().open().tells("queued").tells("completed")
    assert "run.illegal_transition" in fold(log).found()
    fine = Log().open().tells("queued").tells("in_progress").tells("completed")
    assert "run.illegal_transition" not in fold(fine).found()
