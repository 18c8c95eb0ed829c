from __future__ import annotations

import pytest

from inspector.domain.calls import Reply
from inspector.protocols.langgraph.words import detail_of, nodes, said


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"detail": "Thread is busy"}, "Thread is busy"),
        ({"detail": [{"msg": "field required"}, {"msg": "too long"}]}, "field required; too long"),
        ({"error": "not_found", "message": "Assistant 'x' not found"}, "Assistant 'x' not found"),
        ({"error": {"message": "inner"}}, "inner"),
        ("Thread is already running a task", "Thread is already running a task"),
        ("<html><body>Bad Gateway</body></html>", ""),
        (None, ""),
        ([1], ""),
    ],
)
def test_the_message_of_an_error(body: object, words: str) -> None:
    assert detail_of(body) == words


def test_what_was_answered() -> None:
    assert said(Reply(409, body={"detail": "busy"})) == "409: busy"
    assert said(Reply(401)) == "401: the key was refused"
    assert said(Reply(418)) == "418"
    assert said(Reply(0, error="refused")) == "refused"
    assert said(Reply(0)) == "no answer came"


def test_names_in_a_sentence() -> None:
    assert nodes([]) == ""
    assert nodes(["a", "a"]) == "a"
    assert nodes(["a", "b", "c"]) == "a, b and c"
