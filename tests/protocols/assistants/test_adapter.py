from __future__ import annotations

import pytest

from inspector.domain.adapter import Adapter, Query, Target
from inspector.domain.book import Keys
from inspector.domain.errors import Refused
from inspector.domain.events import RunKey
from inspector.protocols.assistants.adapter import AssistantsAdapter
from tests.protocols.assistants.wire import Log, drive, fold, json_reply, run

RUN = "/threads/thread_1/runs/run_1"


def test_it_has_the_shape_of_a_backend() -> None:
    adapter: Adapter = AssistantsAdapter()
    assert (adapter.name, adapter.title, adapter.has_terminal_event) == ("assistants", "Assistants-compatible", True)
    assert adapter.charts == (adapter.chart_of("assistants"),)
    assert adapter.decoder(Keys(lambda: RunKey(1))).keys.new() == 1


def test_it_passes_on_to_its_parts() -> None:
    adapter: Adapter = AssistantsAdapter()
    target = adapter.recognise("http://h/v1" + RUN.replace("thread_1", "thread_a1a").replace("run_1", "run_b1b"))
    assert target is not None
    assert adapter.look(target, {})[0].path == "/threads/thread_a1a/runs/run_b1b"
    assert adapter.attach(Target("assistants", "r", "t"), {})[-1].call is None
    assert adapter.poll_after({"openai-poll-after-ms": "1000"}) == 1.0
    assert adapter.claims(Log().request("GET", "/threads/thread_a1a").frames) > 0.5
    page, _ = drive(adapter.discover(Query("threads")), json_reply({}, 404))
    assert page.error
    probe, _ = drive(adapter.probe(), json_reply({}, 404), json_reply({}, 404), json_reply({}, 404))
    assert probe.sure == 0.0


def test_what_cannot_work_is_refused_before_anything_is_sent() -> None:
    case = fold(Log().get(RUN, run("completed"))).case()
    with pytest.raises(Refused, match="completed"):
        AssistantsAdapter().act("cancel", case, None)


def test_an_act_sends_its_plan() -> None:
    adapter, seen = AssistantsAdapter(), fold(Log().get(RUN, run("in_progress")))
    assert adapter.draw(seen.case(), 0.0) is None
    assert {action.id for action in adapter.actions(seen.case(), 0.0) if action.possible} == {"cancel", "refresh"}
    script = adapter.act("cancel", seen.case(), None)
    outcome, calls = drive(script, json_reply(run("in_progress")), json_reply(run("cancelled")))
    assert outcome.effect == "seen"
    assert [call for call in calls if not call.reads] == list(adapter.plan("cancel", seen.case(), None))
    assert adapter.start({"assistant_id": "a"})[0].path == "/threads/runs"
