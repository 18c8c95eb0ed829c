"""What a path is about."""

from __future__ import annotations

import pytest

from inspector.protocols.responses.routes import Route, response_path, route_of


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/v1/responses", Route("responses", None, "/v1")),
        ("/openai/v1/responses/", Route("responses", None, "/openai/v1")),
        ("/v1/responses/resp_1", Route("response", "resp_1", "/v1")),
        ("/responses/a%2Fb/cancel", Route("cancel", "a/b", "")),
        ("/v1/responses/resp_1/input_items", Route("input_items", "resp_1", "/v1")),
        ("/v1/responses/compact", Route("other", None, "/v1")),
        ("/v1/responses/input_tokens", Route("other", None, "/v1")),
        ("/v1/conversations/conv_1/items", Route("items", "conv_1", "/v1")),
        ("/v1/chat/completions", None),
        ("/v1/threads/thread_1/runs", None),
    ],
)
def test_a_path_has_one_meaning(path: str, route: Route | None) -> None:
    assert route_of(path) == route


def test_an_id_is_quoted_in_a_path() -> None:
    assert response_path("a/b", "cancel") == "/responses/a%2Fb/cancel"
    assert response_path("half a letter \ud83d") == "/responses/half%20a%20letter%20%ED%A0%BD"
