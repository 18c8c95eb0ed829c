from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.frames import Frame, Kind
from inspector.protocols.assistants.claims import claims
from tests.protocols.assistants.wire import NAMES, recording

UUID = "20236ffa-3d89-4d9a-8bd9-6e6cd87e0316"


def _sure(url: str, method: str = "POST", body: Any = None, **headers: str) -> float:
    raw = b"" if body is None else json.dumps(body).encode()
    head = {"method": method, "url": url, "headers": {name.replace("_", "-"): value for name, value in headers.items()}}
    return claims([Frame(1, 0.0, 1, Kind.REQUEST, head, raw)])


@pytest.mark.parametrize("name", NAMES)
def test_every_recording_is_ours(name: str) -> None:
    assert claims(recording(name)[:1]) >= 0.5


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1/threads/thread_a1/runs",
        "http://h/threads/runs",
        "http://h/v1/threads/x/messages",
        f"http://h/threads/{UUID}/runs/{UUID}/submit_tool_outputs",
        f"http://h/threads/{UUID}/runs/{UUID}/steps",
        f"https://r.services.ai.azure.com/api/projects/p/threads/{UUID}/runs?api-version=v1",
        f"http://h/v1/threads/{UUID}/runs",
    ],
)
def test_addresses_that_are_ours(url: str) -> None:
    assert _sure(url) >= 0.5


@pytest.mark.parametrize(
    "url, body",
    [
        (f"http://h:2024/threads/{UUID}/runs/stream", {"input": {}}),
        (f"http://h:2024/threads/{UUID}/runs", {"assistant_id": "agent", "input": {}}),
        (f"http://h:2024/threads/{UUID}/runs/{UUID}/join", None),
        (f"http://h:2024/threads/{UUID}/state", None),
        ("http://h/v1/responses", {"stream": True}),
        ("http://[", None),
        (f"http://h/threads/{UUID}/runs/{UUID}", None),
    ],
)
def test_addresses_that_are_not_or_not_surely(url: str, body: Any) -> None:
    assert _sure(url, body=body) < 0.5


def test_a_header_says_it() -> None:
    assert _sure("http://h/anything", openai_beta="assistants=v2") >= 0.9
    assert _sure("http://h/v1/threads/thread_a1/runs", openai_beta="agents=v1") == 0.0


@pytest.mark.parametrize(
    "body", [b"event: thread.run.created\ndata: {}\n\n", b'data: {"object": "thread.run", "id": "x"}\n\n']
)
def test_the_events_say_it(body: bytes) -> None:
    assert claims([Frame(1, 0.0, 1, Kind.DATA, {}, body)]) >= 0.9


def test_other_events_do_not() -> None:
    assert claims([Frame(1, 0.0, 1, Kind.DATA, {}, b"event: metadata\ndata: {}\n\n")]) == 0.0


@given(st.text(max_size=30), st.binary(max_size=30))
def test_anything_can_be_looked_at(url: str, body: bytes) -> None:
    assert 0 <= claims([Frame(1, 0.0, 1, Kind.REQUEST, {"url": url}, body), Frame(2, 0.0, 1, Kind.DATA, {}, body)]) <= 1
