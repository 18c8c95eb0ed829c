from __future__ import annotations

import pytest

from inspector.domain.charts import Ending
from inspector.protocols.proxy.chart import CHART, state_of


@pytest.mark.parametrize(
    ("state", "how", "wanted", "ending"),
    [
        ("waiting", None, "waiting", None),
        ("relaying", None, "relaying", None),
        ("over", "eof", "answered", Ending.COMPLETED),
        ("over", "cut", "broken", Ending.FAILED),
        ("over", "the app left", "left", Ending.CANCELLED),
        ("over", "failed by hand", "ended_by_hand", Ending.CANCELLED),
    ],
)
def test_the_proxys_words_are_states(state: str, how: str | None, wanted: str, ending: Ending | None) -> None:
    assert state_of(state, how) == wanted
    assert CHART.by_id[wanted].ending is ending


def test_what_was_not_said_is_no_state() -> None:
    assert state_of(None, None) is None
