"""The lifecycle: what the server knows, and what only the thread tells."""

from __future__ import annotations

import pytest

from inspector.domain.charts import Ending, StateKind
from inspector.protocols.langgraph.chart import CHART, WORDS


@pytest.mark.parametrize(
    ("state", "ending"),
    [
        ("success", Ending.COMPLETED),
        ("error", Ending.FAILED),
        ("timeout", Ending.FAILED),
        ("interrupted", Ending.CANCELLED),
        ("rolled_back", Ending.CANCELLED),
        ("missing", Ending.LOST),
        ("ended", Ending.UNKNOWN),
    ],
)
def test_how_an_end_is_judged(state: str, ending: Ending) -> None:
    assert CHART.by_id[state].ending is ending


def test_every_word_of_the_server_is_a_state() -> None:
    assert set(WORDS.values()) <= set(CHART.by_id)
    assert CHART.by_id["waiting"].kind is StateKind.WAITS


@pytest.mark.parametrize(
    ("source", "target", "declared"),
    [
        ("running", "pending", True),  # a stopped server puts its runs back into the queue
        ("pending", "interrupted", True),  # cancelled before it began
        ("waiting", "success", True),  # answered by somebody else
        ("success", "missing", True),  # its row was deleted
        ("success", "running", False),
        ("error", "success", False),
    ],
)
def test_which_changes_are_declared(source: str, target: str, declared: bool) -> None:
    assert CHART.declares(source, target) is declared
