"""Whose socket it is."""

from __future__ import annotations

import pytest

from inspector.domain.frames import Frame, Kind
from inspector.protocols.gpt_researcher.claims import claims


def request(url: str) -> Frame:
    return Frame(1, 0.0, 1, Kind.REQUEST, {"method": "GET", "url": url})


@pytest.mark.parametrize(
    ("frames", "least", "most"),
    [
        ([request("ws://h/ws")], 0.3, 0.49),
        ([request("ws://h/ws"), Frame(2, 0.0, 1, Kind.SOCKET, {"op": "text", "dir": "out"}, b"start {}")], 0.9, 1.0),
        ([Frame(2, 0.0, 1, Kind.SOCKET, {"op": "text", "dir": "in"}, b'{"type":"logs"}')], 0.5, 1.0),
        ([request("ws://h/threads/t/stream/events")], 0.0, 0.0),
        ([request("http://h/ws")], 0.0, 0.0),
        ([request("ws://[")], 0.0, 0.0),
    ],
)
def test_claims(frames: list[Frame], least: float, most: float) -> None:
    assert least <= claims(frames) <= most
