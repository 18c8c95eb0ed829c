"""Whatever a server answers to a script, the script comes to its end: a probe, a page, an outcome or a reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.domain.actions import Effect, Outcome
from inspector.domain.adapter import Adapter, Page, Probe, Query
from inspector.domain.calls import Call, Reply, Script, Sleep
from inspector.domain.case import Case
from inspector.domain.errors import Refused, UserError
from inspector.protocols.registry import ADAPTERS
from tests.protocols.mutants import ODD, odd_somewhere
from tests.protocols.recorded import NAMES, adapter_of, fold, frames_of

BACKENDS = pytest.mark.parametrize("adapter", [pytest.param(each, id=name) for name, each in ADAPTERS.items()])
RANDOM = st.randoms(use_true_random=False)
STATUSES = (0, 200, 200, 200, 201, 202, 204, 301, 400, 401, 404, 409, 422, 429, 500, 503)
GIVES_UP = 60
"""Steps after which the driver's time is up."""


def drive(script: Script[Any], random: Random, bodies: Sequence[Any] = ()) -> tuple[Any, list[Call]]:
    """Answers every call with something, of which some is what a server really said, until the time is up."""
    calls: list[Call] = []
    try:
        step = next(script)
        for _ in range(GIVES_UP):
            if isinstance(step, Sleep):
                assert step.seconds > 0
                step = script.send(None)
            else:
                calls.append(step)
                step = script.send(_reply(random, bodies))
        while True:
            step = script.throw(TimeoutError())
    except StopIteration as end:
        return end.value, calls


def _reply(random: Random, bodies: Sequence[Any]) -> Reply:
    status = random.choice(STATUSES)
    body = random.choice([*bodies, *ODD, "<html>", {"data": [1, None]}, [{"run_id": 7}], {"detail": ["x"]}])
    if random.random() < 0.3:
        body = odd_somewhere(body, random)
    headers = {"Content-Location": "/threads/t/runs/r", "x-pagination-total": random.choice(["", "x", "7"])}
    return Reply(status, headers if random.random() < 0.5 else {}, body, error="refused" if status == 0 else None)


@cache
def _said(name: str) -> tuple[Any, ...]:
    book = fold(frames_of(name), adapter_of(name).name)
    return tuple(answer.data for answers in book.said.values() for answer in answers)


@cache
def _pages(backend: str) -> tuple[Any, ...]:
    return tuple(body for name in NAMES if adapter_of(name).name == backend for body in _said(name))[:20]


@BACKENDS
@settings(max_examples=100)
@given(RANDOM)
def test_any_server_may_be_probed(adapter: Adapter, random: Random) -> None:
    probe, calls = drive(adapter.probe(), random)
    assert isinstance(probe, Probe)
    assert 0.0 <= probe.sure <= 1.0
    assert all(call.reads for call in calls)


@BACKENDS
@settings(max_examples=100)
@given(RANDOM, st.sampled_from(["threads", "runs", "things"]), st.one_of(st.none(), st.text(max_size=20)))
def test_any_page_may_come(adapter: Adapter, random: Random, kind: str, thread: str | None) -> None:
    try:
        page, calls = drive(adapter.discover(Query(kind, thread, after=thread)), random, _pages(adapter.name))
    except UserError:
        return
    assert isinstance(page, Page)
    assert all(call.reads for call in calls)


@settings(max_examples=250)
@given(st.sampled_from(NAMES), RANDOM)
def test_an_act_comes_to_an_outcome_or_a_reason(name: str, random: Random) -> None:
    frames, adapter = frames_of(name), adapter_of(name)
    book = fold(frames[: random.randrange(len(frames)) + 1], adapter.name)
    for run in list(book.runs.values()):
        case = Case(run, book)
        for action in adapter.actions(case, book.now):
            _acted(
                adapter,
                case,
                action.id,
                action.data if random.random() < 0.7 else random.choice(ODD),
                random,
                _said(name),
            )


def _acted(adapter: Adapter, case: Case, action: str, data: Any, random: Random, bodies: Sequence[Any]) -> None:
    try:
        planned = list(adapter.plan(action, case, data))
        outcome, calls = drive(adapter.act(action, case, data), random, bodies)
    except (Refused, UserError, TimeoutError):
        return
    assert isinstance(outcome, Outcome)
    assert outcome.effect in Effect
    assert outcome.why
    assert set(outcome.next) <= set(adapter.acts)
    assert len([call for call in calls if not call.reads]) <= len(planned), "nothing is sent that was not shown"
