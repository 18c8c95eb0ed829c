"""A backend whose recordings are read, and to which nothing can be sent."""

from __future__ import annotations

import pytest

from inspector.domain.adapter import Query, Target
from inspector.domain.case import Case
from inspector.domain.errors import UserError
from inspector.protocols.gpt_researcher import ADAPTER
from inspector.protocols.gpt_researcher.adapter import ALONE, GptResearcherAdapter
from tests.protocols.gpt_researcher.talk import Talk


def test_asking_asks_nothing() -> None:
    assert isinstance(ADAPTER, GptResearcherAdapter)
    with pytest.raises(StopIteration) as probed:
        next(ADAPTER.probe())
    assert probed.value.value.sure == 0
    with pytest.raises(StopIteration) as listed:
        next(ADAPTER.discover(Query("runs")))
    assert listed.value.value.error == ALONE


def test_nothing_is_offered_and_nothing_is_sent() -> None:
    talk = Talk().start(0)
    case = Case(talk.runs()[0], talk.book)
    assert not ADAPTER.actions(case, 0)
    assert not ADAPTER.look(Target("gpt_researcher"), {})
    assert not ADAPTER.attach(Target("gpt_researcher"), {})
    assert (ADAPTER.draw(case, 0), ADAPTER.drawing_call(case), ADAPTER.recognise("x")) == (None, None, None)
    for attempt in (ADAPTER.plan, ADAPTER.act):
        with pytest.raises(UserError):
            attempt("cancel", case, None)
    with pytest.raises(UserError):
        ADAPTER.start({})
