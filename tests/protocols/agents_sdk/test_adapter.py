"""The backend as the rest of the program sees it."""

from __future__ import annotations

import pytest

from inspector.domain.adapter import Editor, Query, Target
from inspector.domain.book import Keys
from inspector.domain.errors import UserError
from inspector.domain.events import RunKey
from inspector.protocols.agents_sdk.adapter import ALONE, AgentsAdapter
from inspector.protocols.agents_sdk.states import decided
from tests.protocols.agents_sdk.spans import ADAPTER, FILES, started
from tests.protocols.agents_sdk.test_saved import CALL, TRACE, state
from tests.protocols.assistants.wire import drive


def test_what_it_offers_is_what_it_declares() -> None:
    case = started().case()
    assert tuple(action.id for action in ADAPTER.actions(case, 0.0)) == ADAPTER.acts


def test_nobody_is_asked_and_nothing_is_sent() -> None:
    target = Target("agents_sdk", "trace_1")
    assert not ADAPTER.look(target, {})
    assert not ADAPTER.attach(target, {})
    assert ADAPTER.poll_after({"retry-after": "2"}) is None
    assert drive(ADAPTER.discover(Query("runs")))[0].error == ALONE
    assert drive(ADAPTER.probe())[0].sure == 0.0
    with pytest.raises(UserError, match="nothing is sent"):
        ADAPTER.act("decide", started().case(), {})
    with pytest.raises(UserError, match="tap it"):
        ADAPTER.start({})


def test_its_parts_fit_together() -> None:
    drawing = ADAPTER.draw(started().case(), 1000.0)
    assert drawing is not None
    assert drawing.lit["r1"] == "active"
    assert ADAPTER.drawing_call(started().case()) is None
    assert ADAPTER.recognise("see trace_0123456789abcdef") is not None
    assert AgentsAdapter().chart_of("agents_sdk") is ADAPTER.charts[0]
    assert ADAPTER.decoder(Keys(lambda: RunKey(1))).feed is not None


def test_a_run_that_was_read_from_a_state_can_be_written_back() -> None:
    case = state("approval_interrupted").case(TRACE)
    assert isinstance(ADAPTER, Editor)
    assert ADAPTER.written(case) == 4
    content = (FILES / "approval_interrupted.run_state.json").read_bytes()
    assert ADAPTER.edited(case, content, {CALL: True}) == decided(content, {CALL: True})
    assert ADAPTER.afterwards(case, "b.json")[1] == "result = await Runner.run(agent, state)"
    assert ADAPTER.written(started().case()) is None
    assert not ADAPTER.afterwards(started().case(), "b.json")
