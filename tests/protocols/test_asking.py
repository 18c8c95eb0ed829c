"""Steps that scripts share."""

from __future__ import annotations

import pytest

from inspector.domain.calls import Call, Reply, Script
from inspector.protocols.asking import ask, try_out

CALL = Call("GET", "/runs")


def answered(script: Script[Reply], reply: Reply | None) -> Reply:
    assert next(script) == CALL
    with pytest.raises(StopIteration) as done:
        script.send(reply)
    found: Reply = done.value.value
    return found


def test_no_answer_is_an_answer_without_a_status() -> None:
    assert answered(ask(CALL), None) == Reply(0, error="The server did not answer.")
    assert answered(ask(CALL), Reply(204)) == Reply(204)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(200, body="fine"), "200 fine"),
        (Reply(401, body="who?"), "401 who?"),
        (Reply(502, body=""), "502"),
        (Reply(0, error="It cannot be reached."), "It cannot be reached."),
        (None, "The server did not answer."),
    ],
)
def test_what_was_tried_is_kept_with_what_came_back(reply: Reply | None, said: str) -> None:
    tried: list[tuple[str, str]] = []
    answered(try_out(CALL, tried, lambda reply: str(reply.body or "")), reply)
    assert tried == [("GET /runs", said)]
