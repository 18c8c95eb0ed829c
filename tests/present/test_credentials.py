"""Addresses as typed, and where keys go."""

from __future__ import annotations

import pytest

from inspector.domain.errors import UserError
from inspector.present.credentials import address, key_headers


@pytest.mark.parametrize(
    ("typed", "base", "query"),
    [
        ("localhost:2024", "http://localhost:2024", ()),
        ("127.0.0.1:2024/", "http://127.0.0.1:2024", ()),
        ("example.com/v1", "https://example.com/v1", ()),
        ("http://[::1]:9/x/", "http://[::1]:9/x", ()),
        (" https://u:p@h.example/a?api-version=v1#top ", "https://h.example/a", (("api-version", "v1"),)),
    ],
)
def test_addresses_are_read_as_they_are_meant(typed: str, base: str, query: tuple[tuple[str, str], ...]) -> None:
    assert address(typed) == (base, query)


@pytest.mark.parametrize("typed", ["", "http://", "ftp://h", "http://h:port", "two words.example", "http://h:99999"])
def test_what_is_no_address_is_told(typed: str) -> None:
    with pytest.raises(UserError, match="address"):
        address(typed)


@pytest.mark.parametrize(
    ("url", "protocol", "names"),
    [
        ("http://h", "langgraph", ["x-api-key"]),
        ("http://h/v1", "assistants", ["authorization"]),
        ("https://x.openai.azure.com/openai", None, ["api-key"]),
        ("https://x.services.ai.azure.com/api/projects/p", None, ["authorization"]),
        ("http://h", None, ["authorization", "x-api-key"]),
    ],
)
def test_a_key_goes_where_the_server_reads_it(url: str, protocol: str | None, names: list[str]) -> None:
    assert [header.name for header in key_headers(url, protocol)] == names


def test_a_bearer_token_says_so() -> None:
    assert key_headers("http://h/v1", "assistants")[0].fill("k") == "Bearer k"
