from __future__ import annotations

from typing import Any

from inspector.domain.adapter import Page, Query, RunRef, Target
from inspector.domain.calls import Call, Reply
from inspector.protocols.gpt_researcher import discover

PAGE = "<!DOCTYPE html><html><head><title>GPT Researcher</title></head></html>"
STORE = {"reports": [{"id": f"r{number}", "question": "q", "timestamp": number} for number in range(3)]}


def run(script: Any, *replies: Reply) -> tuple[Any, list[Call]]:
    """What a script makes of these replies, and what it asked."""
    asked: list[Call] = []
    answers = iter(replies)
    try:
        step = next(script)
        while True:
            asked.append(step)
            step = script.send(next(answers))
    except StopIteration as end:
        return end.value, asked


def test_a_whole_server() -> None:
    socket, closed = Reply(101, link=0), Reply(101)
    probe, asked = run(discover.probe(), Reply(200, body=STORE), Reply(200, body=PAGE), socket, closed)
    assert probe.sure > 0.9
    assert probe.problem is None
    assert [call.method for call in asked] == ["GET", "GET", "GET", "CLOSE"]
    assert all(call.reads for call in asked)
    assert dict(probe.tried)["GET /"] == "200 an HTML page: GPT Researcher"


def test_a_server_whose_sockets_are_held_back() -> None:
    probe, _ = run(discover.probe(), Reply(200, body=STORE), Reply(404), Reply(403))
    assert probe.sure == 0.8
    assert probe.problem is not None
    assert "403" in probe.problem


def test_its_page_alone_is_a_hint_and_another_server_gets_no_socket() -> None:
    probe, asked = run(discover.probe(), Reply(404), Reply(200, body=PAGE), Reply(101), Reply(101))
    assert probe.sure == 0.6
    probe, asked = run(discover.probe(), Reply(404), Reply(200, body={"name": "other"}))
    assert (probe.sure, len(asked)) == (0.0, 2)


def test_nobody_there() -> None:
    probe, asked = run(discover.probe(), Reply(0, error="Nothing listens."))
    assert (probe.sure, probe.problem, len(asked)) == (0.0, "Nothing listens.", 1)


def test_the_store_is_listed_in_pages() -> None:
    page, _ = run(discover.discover(Query("runs", limit=2)), Reply(200, body=STORE))
    assert isinstance(page, Page)
    assert [item.id for item in page.items if isinstance(item, RunRef)] == ["r2", "r1"]
    assert (page.next, page.total) == ("2", 3)
    page, _ = run(discover.discover(Query("runs", limit=2, after="2")), Reply(200, body=STORE))
    assert (len(page.items), page.next) == (1, None)


def test_what_cannot_be_listed_is_said() -> None:
    assert run(discover.discover(Query("threads")))[0].error == discover.NO_THREADS
    assert run(discover.discover(Query("runs", "socket 1")))[0].error == discover.ALONE
    assert run(discover.discover(Query("runs")), Reply(404))[0].error == discover.ALONE
    assert run(discover.discover(Query("runs")), Reply(0, error="gone"))[0].error == "gone"


def test_only_a_saved_report_is_looked_at() -> None:
    assert not discover.look(Target("gpt_researcher", None, "socket 1"))
    assert [call.path for call in discover.look(Target("gpt_researcher", "r1"))] == ["/api/reports/r1"]
