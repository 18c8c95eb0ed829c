from __future__ import annotations

import pytest

from inspector.capture.upstream import Upstream, back, onward, stranger
from inspector.domain.errors import UserError


@pytest.mark.parametrize(
    ("server", "target", "url"),
    [
        ("https://api.example.com/v1", "/v1/responses", "https://api.example.com/v1/responses"),
        ("https://api.example.com/v1/", "/v1/responses?x=%2F", "https://api.example.com/v1/responses?x=%2F"),
        ("https://api.example.com", "/v1/responses", "https://api.example.com/v1/responses"),
        ("https://r.example.com/openai/v1", "/v1/responses", "https://r.example.com/openai/v1/responses"),
        ("https://r.example.com/openai/v1", "/openai/deployments/x", "https://r.example.com/openai/deployments/x"),
        ("http://127.0.0.1:4312/api", "/v1", "http://127.0.0.1:4312/api"),
        ("http://127.0.0.1:4312/api", "/v1beta/x", "http://127.0.0.1:4312/v1beta/x"),
        ("http://[::1]:8000", "/v1/a%20b", "http://[::1]:8000/v1/a%20b"),
    ],
)
def test_where_a_request_goes(server: str, target: str, url: str) -> None:
    upstream = Upstream.parse(server)
    found = upstream.url(target)
    assert f"{found.scheme}://{found.netloc.decode()}{found.raw_path.decode()}" == url


@pytest.mark.parametrize(
    "text",
    ["", "api.example.com", "ftp://x/v1", "https://", "https://me:word@x/v1", "https://x/v1?key=1", "http://x:y"],
)
def test_what_is_no_address_of_a_server(text: str) -> None:
    with pytest.raises(UserError):
        Upstream.parse(text)


@pytest.mark.parametrize("target", ["http://elsewhere.example.com/v1", "*", ""])
def test_a_request_goes_nowhere_else(target: str) -> None:
    with pytest.raises(UserError):
        Upstream.parse("https://api.example.com/v1").url(target)


def test_what_is_about_one_connection_is_not_passed_on() -> None:
    lines = [
        ("host", "127.0.0.1:1"),
        ("connection", "keep-alive, x-mine"),
        ("x-mine", "1"),
        ("accept-encoding", "gzip"),
        ("authorization", "Bearer k"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
    ]
    assert onward(lines) == (
        ("authorization", "Bearer k"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("accept-encoding", "identity"),
    )
    assert back([("transfer-encoding", "chunked"), ("x-request-id", "r")]) == (("x-request-id", "r"),)


@pytest.mark.parametrize("host", ["127.0.0.1:8123", "localhost:8123", "[::1]:8123", "LOCALHOST:8123"])
@pytest.mark.parametrize("origin", [None, "http://localhost:3000", "http://127.0.0.1:8123"])
def test_apps_of_this_machine_are_served(host: str, origin: str | None) -> None:
    assert stranger(host, origin, 8123) is None


@pytest.mark.parametrize("host", [None, "", "evil.example.com:8123", "127.0.0.1", "127.0.0.1:9", "127.0.0.1:x"])
def test_a_name_that_was_made_to_lead_here_is_refused(host: str | None) -> None:
    assert stranger(host, None, 8123) is not None


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", "", "http://127.0.0.1.evil.example.com"])
def test_a_web_page_of_another_host_is_refused(origin: str) -> None:
    assert stranger("127.0.0.1:8123", origin, 8123) is not None
