"""Which frames carry traces."""

from __future__ import annotations

import pytest

from inspector.domain.frames import Frame, Kind
from inspector.protocols.agents_sdk.claims import claims, route_of


def asked(url: str) -> list[Frame]:
    return [Frame(1, 0.0, 1, Kind.REQUEST, {"method": "POST", "url": url})]


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("https://api.openai.com/v1/traces/ingest", "ingest"),
        ("http://127.0.0.1:8321/v1/traces/tap?x=1", "tap"),
        ("http://h/custom/v1/traces/ingest/", "ingest"),
        ("agents-sdk://file/v1/run_state", "state"),
        ("agents-sdk://file/v1/sessions", "session"),
        ("https://h/v1/sessions", None),
        ("https://h/threads/t/run_state", None),
        ("https://h/v1/responses", None),
        ("http://[broken", None),
    ],
)
def test_it_is_the_path_that_tells(url: str, route: str | None) -> None:
    assert route_of(url) == route
    assert (claims(asked(url)) > 0.5) == (route is not None)


def test_an_answer_alone_tells_nothing() -> None:
    assert claims([Frame(1, 0.0, 1, Kind.DATA, {}, b'{"object": "trace"}')]) == 0.0
