from __future__ import annotations

import base64

import httpx
import pytest

from inspector.domain.errors import UserError
from inspector.transport.address import Address, origin, parse_address


def url(base: str, path: str, *query: tuple[str, str]) -> str:
    return str(parse_address(base).url(path, query))


@pytest.mark.parametrize(
    "base,path,want",
    [
        ("http://127.0.0.1:2024", "/threads/t", "http://127.0.0.1:2024/threads/t"),
        ("http://127.0.0.1:2024/", "/threads/t", "http://127.0.0.1:2024/threads/t"),
        ("https://h/api/projects/x/", "/threads", "https://h/api/projects/x/threads"),
        ("https://h:443/v1", "threads", "https://h/v1/threads"),
        ("http://h:80", "/a b", "http://h/a%20b"),
        ("http://h", "/t/a%2Fb", "http://h/t/a%2Fb"),
        ("http://[::1]:8/", "/ok", "http://[::1]:8/ok"),
        (" http://h/p%20q#part ", "/ok", "http://h/p%20q/ok"),
    ],
)
def test_a_call_is_below_the_base(base: str, path: str, want: str) -> None:
    assert url(base, path) == want


def test_parameters_of_the_base_go_with_every_call_unless_it_has_its_own() -> None:
    base = "https://h/x?api-version=v1&tag=a%26b"
    assert url(base, "/threads", ("limit", "5")) == "https://h/x/threads?api-version=v1&tag=a%26b&limit=5"
    assert url(base, "/threads", ("api-version", "v2"), ("api-version", "v3")).endswith(
        "?tag=a%26b&api-version=v2&api-version=v3"
    )
    assert url("http://h", "/p?x=1", ("y", "a b")) == "http://h/p?x=1&y=a%20b"


def test_given_parameters_take_the_place_of_those_in_the_url() -> None:
    address = parse_address("https://h?api-version=v1", [("api-version", "v2"), ("k", "v")])
    assert address.query == (("api-version", "v2"), ("k", "v"))


def test_a_login_in_the_url_becomes_a_header() -> None:
    address = parse_address("http://alice:s%40crt@h:8/x")
    assert address.origin == "http://h:8"
    assert address.login == "Basic " + base64.b64encode(b"alice:s@crt").decode()
    assert "crt" not in repr(address)
    assert parse_address("http://h").login is None


@pytest.mark.parametrize(
    "base,words",
    [
        ("localhost:2024", "write http://localhost:2024"),
        (" ", "No URL was given"),
        ("ftp://h/x", "only http:// and https://"),
        ("http://", "names no host"),
        ("http://h:99999", "is no URL"),
        ("http://h:port", "is no URL"),
        ("http://[::1", "is no URL"),
    ],
)
def test_what_is_no_address_is_told_in_one_sentence(base: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        parse_address(base)
    assert str(caught.value).endswith(".")


def test_a_wrong_address_is_told_without_its_password() -> None:
    with pytest.raises(UserError) as caught:
        parse_address("ftp://alice:s3cret@h/?key=s3cret")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "0.0.0.0"]
)
def test_servers_on_this_machine(host: str) -> None:
    assert parse_address(f"http://{host}:1").loopback


@pytest.mark.parametrize("host", ["example.org", "10.0.0.1", "localhost.example.org", "[fe80::1]"])
def test_servers_elsewhere(host: str) -> None:
    assert not parse_address(f"http://{host}:1").loopback


def test_tls_is_told_by_the_scheme() -> None:
    assert parse_address("https://h").secure
    assert not Address("http://h", "h").secure


@pytest.mark.parametrize(
    "text,want",
    [
        ("http://h:80/x?y", "http://h"),
        ("https://h:80", "https://h:80"),
        ("HTTP://H", "http://h"),
        ("http://u:p@[::1]:5/", "http://[::1]:5"),
    ],
)
def test_origins(text: str, want: str) -> None:
    assert origin(httpx.URL(text)) == want
