from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.adapter import Query, RunRef, Target
from inspector.domain.calls import Reply, Script
from inspector.domain.errors import Refused
from inspector.protocols.proxy.adapter import ADAPTER
from tests.protocols.proxy.doors import case, shown


def told(script: Script[Any], reply: Reply) -> Any:
    next(script)
    with pytest.raises(StopIteration) as end:
        script.send(reply)
    return end.value.value


def test_a_proxy_is_known_by_its_own_word() -> None:
    probe = told(ADAPTER.probe(), Reply(200, body={"inspector": "proxy", "upstream": "https://api.example.com/v1"}))
    assert (probe.sure, probe.server) == (1.0, "A capture proxy for https://api.example.com/v1")
    assert told(ADAPTER.probe(), Reply(200, body={"hello": 1})).sure == 0.0
    locked = told(ADAPTER.probe(), Reply(401, body={"detail": "The header has to hold the token of this proxy."}))
    assert (locked.sure, "token" in (locked.problem or "")) == (0.0, True)


def test_exchanges_are_listed_newest_first() -> None:
    body = {"exchanges": [shown("over", id=1, how="eof"), shown(id=2), 3]}
    page = told(ADAPTER.discover(Query("runs")), Reply(200, body=body))
    assert [(ref.id, ref.status) for ref in page.items if isinstance(ref, RunRef)][1:] == [
        ("2", "waiting"),
        ("1", "over"),
    ]
    waiting = told(ADAPTER.discover(Query("runs", status="waiting")), Reply(200, body=body))
    assert [ref.id for ref in waiting.items] == ["2"]
    assert told(ADAPTER.discover(Query("runs")), Reply(0, error="gone")).error == "gone"
    with pytest.raises(StopIteration) as end:
        next(ADAPTER.discover(Query("threads")))
    assert "no threads" in end.value.value.error


def test_its_address_can_be_pasted() -> None:
    target = ADAPTER.recognise("look at http://127.0.0.1:8377/_inspector/exchanges/12 please")
    assert target is not None
    assert (target.run, target.base) == ("12", "http://127.0.0.1:8377")
    assert ADAPTER.recognise("http://127.0.0.1:8377/v1/responses") is None
    whole = ADAPTER.recognise("http://127.0.0.1:8377/_inspector/exchanges")
    assert whole is not None
    assert (whole.run, whole.base) == (None, "http://127.0.0.1:8377")


def test_acts_are_those_that_the_proxy_itself_calls_possible() -> None:
    offered = ADAPTER.actions(case((200, shown())), 0.0)
    assert [(each.id, each.possible, each.primary) for each in offered] == [
        ("kick", True, True),
        ("fail", True, False),
        ("refresh", True, False),
    ]
    lost = ADAPTER.actions(case((404, None)), 0.0)
    assert [each.id for each in lost if each.possible] == ["refresh"]


def test_it_is_asked_and_not_joined() -> None:
    target = Target("proxy", "7")
    assert [call.path for call in ADAPTER.look(target, {})] == ["/_inspector/exchanges/7"]
    assert [source.call for source in ADAPTER.attach(target, {})] == [None]
    assert ADAPTER.poll_after({}) is None
    with pytest.raises(Refused):
        ADAPTER.start({})
