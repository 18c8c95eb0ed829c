"""One value goes in; every other character stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.errors import UserError
from inspector.protocols.agents_sdk.splice import Style, put

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
LAYOUTS: list[dict[str, Any]] = [{"indent": 2}, {"indent": 1}, {"indent": "\t"}, {}, {"separators": (",", ":")}]


@given(st.dictionaries(st.text(max_size=3), VALUES, max_size=3), VALUES, st.sampled_from(LAYOUTS), st.booleans())
def test_it_is_what_the_same_writer_would_have_written(rest: Any, value: Any, how: dict[str, Any], known: bool) -> None:
    inner = {"a": 1, **rest, **({"new": [0]} if known else {})}
    whole = {"first": [1, {"x": "}"}], "in": inner, "last": "é"}
    text = json.dumps(whole, ensure_ascii=False, **how)
    wanted = json.loads(text)
    wanted["in"]["new"] = value
    assert put(text, ["in"], "new", value) == json.dumps(wanted, ensure_ascii=False, **how)


def test_what_is_around_it_stays_however_odd() -> None:
    text = ' {\r\n  "a" : {"x":1 , "x":2},\r\n  "b": [ {"k": {}} ]\r\n}\r\n'
    assert put(text, ["b", 0, "k"], "new", True) == text.replace('"k": {}', '"k": {\r\n        "new": true\r\n      }')
    assert put(text, ["a"], "x", 3) == text.replace('"x":2', '"x":3')


@pytest.mark.parametrize(("text", "path"), [("[1]", ["a"]), ('{"a": 1}', ["b"]), ('{"a": [1]}', ["a", 4]), ("7", [])])
def test_a_text_of_another_build_is_left_alone(text: str, path: list[str | int]) -> None:
    with pytest.raises(UserError, match="left alone"):
        put(text, path, "x", 1)


def test_the_style_of_a_text_is_seen_in_it() -> None:
    assert Style.of('{"a":1,"b":2}') == Style(None, "\n", "", "", True)
    assert Style.of('{"a": 1, "b": 2}').colon == " "
    assert Style.of('{\n\t"a": "é"}') == Style("\t", "\n", "", " ", False)
