"""The backend as the rest of the program sees it."""

from __future__ import annotations

import pytest

from inspector.domain.adapter import Query, Target
from inspector.domain.book import Keys
from inspector.domain.errors import UserError
from inspector.domain.events import RunKey
from inspector.protocols.agents_sdk.adapter import ALONE, AgentsAdapter
from tests.protocols.agents_sdk.spans import ADAPTER, started
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
