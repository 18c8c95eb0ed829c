from __future__ import annotations

from typing import Any

from inspector.domain.frames import Frame, Kind
from inspector.protocols.proxy.decoder import claims
from tests.protocols.proxy.doors import case, shown


def request(url: str) -> list[Frame]:
    return [Frame(1, 0.0, 1, Kind.REQUEST, {"method": "GET", "url": url})]


def test_only_the_door_is_ours() -> None:
    assert claims(request("http://127.0.0.1:1/_inspector/exchanges/4/kick?x=1")) == 1.0
    assert claims(request("http://127.0.0.1:1/v1/responses")) == 0.0
    assert claims([]) == 0.0


def test_an_exchange_is_followed_from_answer_to_answer() -> None:
    run = case((200, shown()), (200, shown("relaying", status=200)), (200, shown("over", how="eof", status=200))).run
    assert [each.target for each in run.transitions] == ["waiting", "relaying", "answered"]
    assert (run.id, run.name, run.over) == ("1", "POST /v1/responses", True)
    assert all(each.declared for each in run.transitions)


def test_attempts_are_steps() -> None:
    run = case((200, shown(links=[1, 7]))).run
    assert [(node.name, node.phase) for node in run.nodes.values()] == [("attempt 1", "end"), ("attempt 2", "start")]


def test_an_exchange_that_the_proxy_forgot_is_missing() -> None:
    run = case((200, shown()), (404, {"detail": "This proxy has seen no such exchange."})).run
    assert run.state == "missing"


def test_odd_answers_do_no_harm() -> None:
    odd: Any
    for odd in (None, 3, [], {"state": 4}, {"links": "x", "state": "waiting"}, {"exchange": []}):
        assert case((200, odd)).run.id == "1"
