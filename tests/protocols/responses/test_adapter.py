"""The backend as the rest of the program sees it."""

from __future__ import annotations

import pytest

from inspector.domain.actions import Effect
from inspector.domain.adapter import Adapter, Query, Target
from inspector.domain.book import Keys
from inspector.domain.errors import Refused
from inspector.domain.events import RunKey
from inspector.protocols.responses import ADAPTER
from inspector.protocols.responses.adapter import ResponsesAdapter
from tests.protocols.assistants.wire import drive, json_reply
from tests.protocols.responses.wire import Log, call, fold, response, waiting


def test_what_it_offers_is_what_it_declares() -> None:
    case = fold(waiting(call("call_1"))).case()
    assert tuple(action.id for action in ADAPTER.actions(case, 0.0)) == ADAPTER.acts


def test_an_act_that_is_refused_sends_nothing() -> None:
    case = fold(Log().open().tells("in_progress").end("cut")).case()
    with pytest.raises(Refused, match="background"):
        drive(ADAPTER.act("cancel", case, None))


def test_an_act_goes_from_plan_to_proof() -> None:
    case = fold(waiting(call("call_1"))).case()
    script = ADAPTER.act("submit_tool_outputs", case, {"call_1": "sunny"})
    outcome, calls = drive(script, json_reply(response("completed", "resp_2")))
    assert (outcome.effect, outcome.started) == (Effect.SEEN, "resp_2")
    assert calls == list(ADAPTER.plan("submit_tool_outputs", case, {"call_1": "sunny"}))


def test_its_reads_go_where_they_should() -> None:
    target = Target("responses", "resp_1")
    assert [call.path for call in ADAPTER.look(target, {})] == ["/responses/resp_1"]
    assert [source.call is None for source in ADAPTER.attach(target, {})] == [False, True]
    assert drive(ADAPTER.discover(Query("threads")))[0].error
    assert ADAPTER.poll_after({"Retry-After": "2"}) == 2.0
    assert next(ADAPTER.probe()).reads  # type: ignore[union-attr]


def test_its_parts_fit_together() -> None:
    case = fold(waiting(call("call_1"))).case()
    drawing = ADAPTER.draw(case, 0.0)
    assert drawing is not None
    assert drawing.lit == {"call_1": "waiting"}
    assert ADAPTER.drawing_call(case) is None
    assert ADAPTER.chart_of("responses") in ADAPTER.charts
    assert ADAPTER.decoder(Keys(lambda: RunKey(1))).feed(Log().ask().frames[0])
    assert ADAPTER.claims(Log().ask().frames) > 0.5
    found = ADAPTER.recognise("resp_abcdef")
    assert found is not None
    assert found.run == "resp_abcdef"
    assert [call.path for call in ADAPTER.start({"model": "m", "input": "hi"})] == ["/responses"]


def test_it_has_the_shape_of_a_backend() -> None:
    adapter: Adapter = ResponsesAdapter()
    assert (adapter.name, adapter.title, adapter.has_terminal_event) == ("responses", "Responses", True)
