"""The backend hands on to its parts."""

from __future__ import annotations

import pytest

from inspector.domain.adapter import Adapter, Page, Probe, Query, Target
from inspector.domain.book import Keys
from inspector.domain.calls import Reply
from inspector.domain.errors import Refused, UserError
from inspector.domain.events import RunKey
from inspector.domain.frames import Frame, Kind
from inspector.protocols.langgraph.adapter import LangGraphAdapter
from tests.protocols.langgraph.fakes import AT_RUN, AT_THREAD, RUN, THREAD, Server, busy, case, finished, run_row

ADAPTER: Adapter = LangGraphAdapter()


def test_it_has_one_kind_of_run_and_knows_its_links() -> None:
    assert ADAPTER.charts == (ADAPTER.chart_of("langgraph"),)
    assert ADAPTER.decoder(Keys(lambda: RunKey(1))).keys.new() == 1
    assert ADAPTER.claims([Frame(1, 0.0, 1, Kind.REQUEST, {"url": "http://h" + AT_RUN + "/stream"})]) > 0.5


def test_it_passes_on_to_its_parts() -> None:
    target = ADAPTER.recognise("http://h" + AT_RUN)
    assert target is not None
    assert [call.path for call in ADAPTER.look(target, {})][:3:2] == [AT_RUN, AT_THREAD]
    assert ADAPTER.attach(Target("langgraph", RUN, THREAD), {"v2": False})[0].name == "stream of the thread"
    assert ADAPTER.poll_after({"Retry-After": "3"}) == 3.0
    assert isinstance(Server().drive(ADAPTER.probe()), Probe)
    found = Server().on("POST /threads/search", Reply(500, body="no")).drive(ADAPTER.discover(Query("threads")))
    assert isinstance(found, Page)
    assert found.error


def test_every_act_of_a_case_is_an_act_of_the_backend() -> None:
    offered = ADAPTER.actions(case(busy()), 0.0)
    assert tuple(action.id for action in offered) == ADAPTER.acts
    assert {action.id for action in offered if action.possible} >= {"cancel", "refresh"}


def test_an_act_sends_its_plan_and_proves_it() -> None:
    now = case(busy())
    server = Server(busy(), {"run": run_row("interrupted")}, finished() | {"run": run_row("interrupted")})
    server.on(f"POST {AT_RUN}/cancel", Reply(202))
    outcome = server.drive(ADAPTER.act("cancel", now, None))
    assert outcome.effect == "seen"
    assert server.writes == list(ADAPTER.plan("cancel", now, None))


def test_what_cannot_work_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(Refused, match="over"):
        ADAPTER.plan("cancel", case(finished()), None)
    with pytest.raises(UserError):
        ADAPTER.start({})
    assert ADAPTER.start({"assistant_id": "g", "input": {}, "thread_id": THREAD})[0].path == AT_THREAD + "/runs/stream"


def test_the_graph_is_drawn_once_it_was_fetched() -> None:
    now = case(busy())
    call = ADAPTER.drawing_call(now)
    assert call is not None
    assert call.reads
    assert ADAPTER.draw(now, 0.0) is None
    drawing = {"nodes": [{"id": "__start__"}, {"id": "crawl"}], "edges": [{"source": "__start__", "target": "crawl"}]}
    known = case({**busy(), call.path: drawing})
    assert ADAPTER.drawing_call(known) is None
    drawn = ADAPTER.draw(known, 0.0)
    assert drawn is not None
    assert "crawl" in {name for name, _ in drawn.nodes}
