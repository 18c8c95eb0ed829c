"""JSON of any shape is read without a fault."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocols.jsons import NOT_JSON, items, number, obj, parse, short, text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_text_is_a_value_or_none(raw: bytes | str) -> None:
    parse(raw)


@given(JSON)
def test_what_was_json_comes_back(value: object) -> None:
    assert parse(json.dumps(value)) == value


def test_what_python_servers_write_is_read() -> None:
    assert math.isnan(parse("NaN"))
    assert parse("{'a': 1}") is NOT_JSON
    assert parse("[" * 100_000) is NOT_JSON
    assert repr(NOT_JSON) == "NOT_JSON"


@given(JSON, st.lists(st.text(max_size=3), max_size=3))
def test_reading_below_never_fails(value: object, path: list[str]) -> None:
    assert isinstance(dict(obj(value, *path)), dict)
    assert isinstance(list(items(value, *path)), list)
    assert text(value, *path) is None or isinstance(text(value, *path), str)
    assert number(value, *path) is None or isinstance(number(value, *path), float)
    assert "\n" not in short(value)


def test_values_are_taken_for_what_they_are() -> None:
    value = {"a": {"b": [1]}, "s": "x", "n": 3, "t": True, "e": ""}
    assert items(value, "a", "b") == [1]
    assert (text(value, "s"), text(value, "e"), text(value, "n")) == ("x", None, None)
    assert (number(value, "n"), number(value, "t"), number(value, "s")) == (3.0, None, None)


@pytest.mark.parametrize(("value", "line"), [("a\n b", "a b"), ({"a": 1}, '{"a": 1}'), ("x" * 200, "x" * 119 + "…")])
def test_a_summary_is_one_short_line(value: object, line: str) -> None:
    assert short(value) == line
