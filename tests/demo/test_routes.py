from __future__ import annotations

from typing import Any

import pytest

from inspector.capture.http import Request
from inspector.demo.routes import Answer, Exchange, Routes, compact


class Sent:
    """Stands in for a reply: keeps what was sent."""

    status = 0
    headers: dict[str, str]
    body = b""

    def send(self, status: int, headers: list[tuple[str, str]], body: bytes = b"") -> None:
        self.status, self.headers, self.body = status, dict(headers), body


def ask(method: str, target: str, body: bytes = b"") -> Sent:
    routes = Routes(
        missing=lambda _: Answer(404, "missing"),
        not_allowed=lambda exchange: Answer(405, exchange.ids["allow"]),
        bad_json=lambda _: Answer(422, "bad json"),
    )
    routes.add("GET", "/threads/{thread}", lambda exchange: Answer(200, exchange.ids["thread"]))
    routes.add("DELETE", "/threads/{thread}", lambda _: Answer(204))
    routes.add("POST", "/threads/{thread}/runs", lambda exchange: Answer(200, exchange.field("x", "none")))
    sent = Sent()
    reply: Any = sent
    routes.answer(Request(method, target, {}, body), reply)
    return sent


@pytest.mark.parametrize(
    ("method", "target", "status", "body"),
    [
        ("GET", "/threads/t1?x=1", 200, b'"t1"'),
        ("HEAD", "/threads/t1", 200, b'"t1"'),
        ("DELETE", "/threads/t1", 204, b""),
        ("GET", "/threads/a/b", 404, b'"missing"'),
        ("PUT", "/threads/t1", 405, b'"DELETE, GET"'),
    ],
)
def test_a_request_finds_its_handler(method: str, target: str, status: int, body: bytes) -> None:
    sent = ask(method, target)
    assert (sent.status, sent.body) == (status, body)


@pytest.mark.parametrize(
    ("body", "answer"),
    [(b"", b'"none"'), (b'{"x":"\xc3\xa4"}', '"ä"'.encode()), (b"[1]", b'"none"'), (b"{", b'"bad json"')],
)
def test_a_body_is_read_as_json(body: bytes, answer: bytes) -> None:
    assert ask("POST", "/threads/t1/runs", body).body == answer


def test_json_is_written_without_spaces_and_with_its_letters() -> None:
    assert compact({"a": [1, None], "b": "ü"}) == '{"a":[1,null],"b":"ü"}'.encode()
    assert ask("GET", "/threads/x").headers["content-type"] == "application/json"


def test_the_table_describes_itself() -> None:
    routes = Routes(*[lambda _: Answer(404)] * 3)
    routes.add("GET", "/a/{b}", lambda _: Answer(200))
    routes.add("POST", "/a/{b}", lambda _: Answer(200))
    assert {path: sorted(methods) for path, methods in routes.paths().items()} == {"/a/{b}": ["get", "post"]}


def test_a_field_that_is_null_counts_as_not_given() -> None:
    reply: Any = Sent()
    exchange = Exchange(Request("POST", "/", {}), reply, {}, {"a": None, "b": 0})
    assert (exchange.field("a", 1), exchange.field("b", 1), exchange.field("c", 1)) == (1, 0, 1)
