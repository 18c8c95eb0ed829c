from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocols.assistants.deltas import Pieces, merge, plain

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["index", "type", "id", "a", "b"]) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


def merged(*deltas: dict[str, Any]) -> Any:
    snapshot: dict[str, Any] = {}
    for delta in deltas:
        merge(snapshot, delta)
    return plain(snapshot)


@pytest.mark.parametrize(
    "first, second, both",
    [
        (None, "x", "x"),
        ("ab", "cd", "abcd"),
        (2, 3, 5),
        (1.5, 1, 2.5),
        (10**400, 1.5, 1.5),
        ("ab", None, "ab"),
        ("ab", 7, "ab"),
        (True, True, True),
        ({"a": "x"}, {"a": "y", "b": 1}, {"a": "xy", "b": 1}),
        (["a"], ["b", 1], ["a", "b", 1]),
        ([{"index": 0, "v": "a"}], [{"index": 0, "v": "b"}], [{"index": 0, "v": "ab"}]),
        ([{"index": 1, "v": "b"}], [{"index": 0, "v": "a"}], [{"index": 0, "v": "a"}, {"index": 1, "v": "b"}]),
        ([{"v": "a"}], [{"index": 0, "v": "b"}], [{"v": "ab", "index": 0}]),
        ([], [{"index": 3, "v": "c"}], [{"index": 3, "v": "c"}]),
    ],
)
def test_the_rule_for(first: Any, second: Any, both: Any) -> None:
    assert merged({"key": first}, {"key": second}) == {"key": both}


@pytest.mark.parametrize("key", ["index", "type", "id"])
def test_replaced_and_never_joined(key: str) -> None:
    assert merged({key: "a"}, {key: "b"}) == {key: "b"}


def test_a_first_array_is_put_in_order() -> None:
    assert merged({"key": [{"index": 2}, {"index": 0}]}) == {"key": [{"index": 0}, {"index": 2}]}


def test_an_index_out_of_all_bounds_takes_no_room() -> None:
    assert merged({"key": []}, {"key": [{"index": 10**12, "v": "x"}]}) == {"key": [{"index": 10**12, "v": "x"}]}


def test_a_long_text_costs_its_length() -> None:
    snapshot: dict[str, Any] = {}
    for _ in range(50_000):
        merge(snapshot, {"text": {"value": "0123456789"}})
    assert isinstance(snapshot["text"]["value"], Pieces)
    assert len(plain(snapshot)["text"]["value"]) == 500_000


def test_depth_beyond_reason_is_kept_and_not_followed() -> None:
    deep: Any = "x"
    for _ in range(3000):
        deep = {"a": deep}
    snapshot: dict[str, Any] = {"a": deep}
    merge(snapshot, {"a": deep})
    assert plain(snapshot)["a"]["a"]


@given(st.lists(st.dictionaries(st.text(max_size=3), JSON, max_size=4), max_size=5))
def test_any_json_can_be_merged(deltas: list[dict[str, Any]]) -> None:
    merged(*deltas)


@given(st.lists(st.text(max_size=8), min_size=1, max_size=20))
def test_pieces_add_up(texts: list[str]) -> None:
    assert merged(*({"text": {"value": text}} for text in texts)) == {"text": {"value": "".join(texts)}}
