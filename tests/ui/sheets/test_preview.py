"""A request as text."""

from __future__ import annotations

from inspector.services.model import Request
from inspector.ui.sheets.preview import request_text


def test_head_and_body_as_they_go_over_the_wire() -> None:
    text = request_text(Request("POST", "http://h/a", {"x-api-key": "$KEY"}, {"a": [1]}))
    assert text.splitlines()[:3] == ["POST http://h/a", "x-api-key: $KEY", ""]
    assert '"a": [' in text
    assert request_text(Request("GET", "http://h")) == "GET http://h"


def test_a_frame_is_shown_as_it_is_sent() -> None:
    text = request_text(Request("SEND", "ws://h/ws", {}, 'start {"task": "x"}'))
    assert text.splitlines() == ["SEND ws://h/ws", "", 'start {"task": "x"}']
