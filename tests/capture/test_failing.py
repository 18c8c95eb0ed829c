from __future__ import annotations

import json

from inspector.capture.failing import Relayed, refusal

RESPONSE = '{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","model":"m"}}'
CREATED = f"event: response.created\ndata: {RESPONSE}\n\n".encode()
DELTA = b'data: {"type":"response.output_text.delta","sequence_number":4,"delta":"x"}\n\n'


def failed(*chunks: bytes, path: str = "/v1/responses?x=1") -> dict[str, object] | None:
    relayed = Relayed()
    for chunk in chunks:
        relayed.feed(chunk)
    event = relayed.failed(path, 5.0)
    if event is None:
        return None
    assert event.startswith(b"event: response.failed\ndata: {")
    assert event.endswith(b"}\n\n")
    found: dict[str, object] = json.loads(event.split(b"data: ")[1])
    return found


def test_a_stream_is_ended_as_the_response_that_it_told_of() -> None:
    event = failed(CREATED[:30], CREATED[30:], DELTA)
    assert event is not None
    response = event["response"]
    assert isinstance(response, dict)
    assert (event["sequence_number"], response["id"], response["model"]) == (5, "resp_1", "m")
    assert (response["status"], response["error"]["code"], response["created_at"]) == ("failed", "server_error", 5)


def test_a_stream_that_told_nothing_is_ended_all_the_same() -> None:
    event = failed()
    assert event is not None
    assert event["sequence_number"] == 0


def test_after_half_an_event_none_can_follow() -> None:
    assert failed(CREATED, DELTA[:-1]) is None
    assert failed(b"data: {nonsense}\n\n") is not None


def test_only_responses_end_so() -> None:
    assert failed(CREATED, path="/v1/chat/completions") is None


def test_a_refusal_is_not_repeated_by_the_client() -> None:
    status, lines, body = refusal()
    assert (status, dict(lines)["x-should-retry"]) == (503, "false")
    assert json.loads(body)["error"]["message"]
