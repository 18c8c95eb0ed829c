from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.errors import UserError
from inspector.domain.redact import REDACTED, redact_text, secret_spans
from inspector.domain.redactor import Redactor, Replaced, masked

KEY = "sk-proj-abcdefghijklmnop1234"


def test_it_tells_what_it_took_and_how_often_and_shows_no_secret() -> None:
    redactor = Redactor()
    assert redactor.text(f"{KEY} and {KEY}, ada@example.com") == f"{REDACTED} and {REDACTED}, {REDACTED}"
    redactor.text('{"api_key": "hunter2-hunter2"}')
    assert redactor.replaced() == [
        Replaced("key", "sk-… (28)", 2),
        Replaced("e-mail address", "ada… (15)", 1),
        Replaced("api_key", "hun… (15)", 1),
    ]
    assert KEY not in repr(redactor.replaced())


def test_headers_and_addresses_are_told_by_name() -> None:
    redactor = Redactor()
    head = {"url": "https://u:pw@a.test/x?api_key=mine&a=1", "headers": {"Authorization": "Bearer abc", "x": "1"}}
    assert redactor.head(head) == {
        "url": f"https://{REDACTED}@a.test/x?api_key={REDACTED}&a=1",
        "headers": {"authorization": f"Bearer {REDACTED}", "x": "1"},
    }
    assert {one.what for one in redactor.replaced()} == {"in an address", "header authorization"}


def test_what_was_redacted_before_is_not_told_again() -> None:
    redactor = Redactor(["redac"])
    head = {"url": f"/a?key={REDACTED}", "headers": {"authorization": f"Bearer {REDACTED}"}, "t": f"api_key={REDACTED}"}
    assert redactor.head(head) == head
    assert redactor.text(f'"password": "{REDACTED}"') == f'"password": "{REDACTED}"'
    assert redactor.replaced() == []


def test_own_patterns_find_names_of_customers_and_numbers_and_leave_json_whole() -> None:
    redactor = Redactor([r"Acme \w+", r"\d{6,}", " "])
    text = redactor.text('{"a": "Acme Corp", "b": 1234567, "c": "no 123456 x", "d": [7654321]}')
    assert json.loads(text) == {"a": REDACTED, "b": REDACTED, "c": f"no {REDACTED} x", "d": [REDACTED]}
    head = redactor.head({"text": "Acme Inc", "plan": [{"body": {"x": "Acme Ltd"}}], "n": 1})
    assert head == {"text": REDACTED, "plan": [{"body": {"x": REDACTED}}], "n": 1}
    assert Redactor([r"thread_\w+"]).text('{"thread_id" : "thread_1"}') == f'{{"thread_id" : "{REDACTED}"}}'
    assert {one.what for one in redactor.replaced()} == {r"pattern Acme \w+", r"pattern \d{6,}"}


@given(st.recursive(st.text(max_size=8) | st.integers(), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_a_pattern_that_takes_everything_leaves_json_json(value: object) -> None:
    json.loads(Redactor([r"[a-z0-9\"\\: ]+"]).text(json.dumps({"a": value})))


@pytest.mark.parametrize("pattern", ("(", "a*", "[z-a]"))
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(UserError, match=r"^“.*” .*\.$"):
        Redactor([pattern])


def test_bytes_that_are_no_text_stay() -> None:
    assert Redactor().body(b"\xff\x00" + KEY.encode()) == b"\xff\x00" + REDACTED.encode()
    assert Redactor().body(b"") == b""


PARTS = st.lists(
    st.sampled_from((KEY, "ada@example.com", '"api_key": "x1y2z3"', "Bearer abcdefgh1234", " ", "\\n", "ä"))
)


@given(PARTS)
def test_spans_cover_what_is_replaced(parts: list[str]) -> None:
    text = " ".join(parts)
    kept = list(text)
    for start, end, _ in secret_spans(text):
        kept[start:end] = ["\0"] * (end - start)
    left = "".join(kept).replace("\0", "")
    for word in redact_text(text).replace(REDACTED, "\0").split("\0"):
        assert redact_text(left) or not word
    assert KEY not in left


def test_short_values_show_nothing_of_themselves() -> None:
    assert masked("hunter2") == "… (7)"
