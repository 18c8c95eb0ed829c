"""What is offered while a filter is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.present.filter.completing import Completion, complete
from inspector.present.filter.fields import FIELDS, Field

KNOWN = {"state": ["running", "error"], "event": ["values", "two words"], "status": ["200", "404"]}


def values(field: Field) -> list[str]:
    return KNOWN.get(field.name, [])


def offered(text: str, asked: bool = False) -> list[str]:
    return [offer.text for offer in complete(text, len(text), values, asked).offers]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("st", ["state", "status"]),
        ("(sta", ["state", "status"]),
        ("timeout and g", ["gap"]),
        ("sev", ["finding.severity"]),
        ("state ", ["==", "!="]),
        ("text not ", ["contains", "in"]),
        ("state ==", ['"error"', '"running"']),
        ('state == "r', ['"running"', '"error"']),
        ("state == n", ['"running"']),
        ("status == 4", ["404"]),
        ("run == ", ["focus"]),
        ("kind in (event, en", ["end"]),
        ("finding.severity >= ", ["note", "warn", "error"]),
        ('state == "error" and ', ["event", "state"]),
        ("state == error a", ["and"]),
        ("gap > ", ["1s", "5s"]),
    ],
)
def test_what_can_come_next_is_offered(text: str, first: list[str]) -> None:
    assert offered(text)[: len(first)] == first


@pytest.mark.parametrize("text", ["", "no such thing ", "event ~ ", 'state == "error" ', "event ~ /x/ "])
def test_nothing_is_offered_where_nobody_asked(text: str) -> None:
    assert offered(text) == []


def test_whoever_asks_is_told_everything() -> None:
    assert offered("", asked=True) == [*FIELDS, "not"]
    assert offered('state == "error" ', asked=True) == ["and", "or"]


def test_it_takes_the_place_of_what_was_begun() -> None:
    found = complete('state == "err and gap > 5s', 12, values)
    assert (found.start, found.end) == (9, 12)


@given(st.text(max_size=30), st.integers(0, 30), st.booleans())
def test_no_text_raises(text: str, cursor: int, asked: bool) -> None:
    cursor = min(cursor, len(text))
    found = complete(text, cursor, values, asked)
    assert isinstance(found, Completion)
    assert 0 <= found.start <= found.end == cursor
