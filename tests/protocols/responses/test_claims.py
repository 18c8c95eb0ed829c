"""Whose traffic it is."""

from __future__ import annotations

import pytest

from inspector.domain.frames import Frame, Kind
from inspector.protocols import assistants, langgraph
from inspector.protocols.responses.claims import claims
from tests.protocols.responses.wire import Log


def request(url: str, body: bytes = b"") -> list[Frame]:
    return [Frame(1, 0.0, 1, Kind.REQUEST, {"method": "POST", "url": url, "headers": {}}, body)]


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("http://h/v1/responses", b'{"model": "m", "input": "x"}'),
        ("http://h/v1/responses/resp_1", b""),
        ("http://h/v1/conversations/conv_1/items", b""),
        ("ws://h/v1/responses", b""),
    ],
)
def test_its_own_requests(url: str, body: bytes) -> None:
    frames = request(url, body)
    assert claims(frames) >= 0.5
    assert claims(frames) > max(assistants.ADAPTER.claims(frames), langgraph.ADAPTER.claims(frames))


@pytest.mark.parametrize(
    "url",
    ["http://h/v1/threads/t/runs", "http://h/threads/responses/runs", "http://h/v1/chat/completions", "http://[bad"],
)
def test_foreign_requests(url: str) -> None:
    assert claims(request(url)) == 0.0


def test_a_bare_stream_is_known_by_its_events() -> None:
    frames = [frame for frame in Log().open().tells("in_progress").frames if frame.kind is Kind.DATA]
    assert claims(frames) >= 0.5
    assert (
        claims([Frame(1, 0.0, 1, Kind.DATA, {}, b'event: thread.run.created\ndata: {"object": "thread.run"}\n\n')]) == 0
    )
