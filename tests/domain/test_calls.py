from __future__ import annotations

from inspector.domain.calls import Call, Reply, filled


def test_a_placeholder_takes_the_field_of_the_answer_before() -> None:
    call = Call("POST", "/threads/{thread_id}/runs")

    assert filled(call, Reply(200, body={"thread_id": "t 1", "n": 2})).path == "/threads/t%201/runs"


def test_what_the_answer_does_not_have_stays() -> None:
    call = Call("POST", "/threads/{thread_id}/runs")

    assert filled(call, None) is call
    assert filled(call, Reply(200, body="no object")) is call
    assert filled(call, Reply(200, body={"thread_id": None})).path == call.path


def test_nothing_came_is_not_ok() -> None:
    assert Reply(204).ok
    assert not Reply(0, error="refused").ok
    assert not Reply(301).ok
