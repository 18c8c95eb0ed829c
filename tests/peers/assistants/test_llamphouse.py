"""Everything that this backend does, on a real llamphouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.domain.actions import Effect
from inspector.domain.adapter import Query, RunRef
from inspector.domain.charts import Ending
from inspector.domain.errors import Refused
from inspector.protocols.assistants import ADAPTER
from inspector.protocols.assistants.discover import NO_THREADS
from tests.peers.assistants.desk import Desk
from tests.peers.assistants.server import House

pytestmark = pytest.mark.peer


def test_what_the_server_is(desk: Desk) -> None:
    probe = desk.drive(ADAPTER.probe())
    assert probe.sure >= 0.9
    assert ("asks", "asks") in probe.assistants
    assert probe.capabilities == {"threads": False, "assistants": True}
    assert probe.problem is None


def test_a_place_that_is_no_such_server(house: House) -> None:
    other = Desk(house.url.replace("/v1", "/v2"))
    assert other.drive(ADAPTER.probe()).sure == 0.0
    other.close()


def test_threads_are_not_listed_and_runs_are(desk: Desk) -> None:
    thread, run = desk.asked("talks", "completed")
    assert desk.drive(ADAPTER.discover(Query("threads"))).error == NO_THREADS
    page = desk.drive(ADAPTER.discover(Query("runs", thread)))
    assert [(ref.id, ref.status) for ref in page.items if isinstance(ref, RunRef)] == [(run, "completed")]
    assert page.next is None
    missing = desk.drive(ADAPTER.discover(Query("runs", "not-there")))
    assert missing.error == "The server does not know thread not-there: Thread not found."


def test_a_run_of_ours_is_watched_by_its_stream(desk: Desk) -> None:
    desk.start({"assistant_id": "talks", "message": "Hello"})
    desk.until(lambda: desk.verdict().ending is Ending.COMPLETED)
    run = desk.case().run
    assert {message.text for message in run.messages.values()} == {"Grüße aus llamphouse ✓"}
    assert [t.target for t in run.transitions] == ["queued", "in_progress", "completed"]
    assert all(t.witness == "stream" and t.declared for t in run.transitions)
    desk.until(lambda: desk.book.links[1].end)
    assert desk.verdict().findings == ()


def test_a_foreign_run_is_watched_by_asking(desk: Desk) -> None:
    desk.asked("talks", "completed")
    run = desk.case().run
    assert [message.text for message in run.messages.values()] == ["Grüße aus llamphouse ✓"]
    assert [node.phase for node in run.nodes.values()] == ["end"]
    assert desk.verdict().ending is Ending.COMPLETED
    assert desk.verdict().findings == ()


def test_a_wait_that_the_server_does_not_describe_is_understood(desk: Desk) -> None:
    desk.asked("asks", "requires_action")
    assert desk.verdict().ending is Ending.WAITING
    finding = next(f for f in desk.verdict().findings if f.id == "run.waiting_for_input")
    assert [(ask["id"], ask["name"]) for ask in finding.values["asks"]] == [("call_1", "get_weather")]


def test_a_wait_that_the_stream_never_tells_is_told_by_the_server(desk: Desk) -> None:
    desk.start({"assistant_id": "asks"})
    desk.until(lambda: desk.status() == "in_progress" and desk.case().run.tools)
    run = desk.case().run
    desk.until(lambda: desk.stands(run.id, run.thread) == "requires_action")
    assert desk.verdict().ending is Ending.WAITING
    assert desk.act("submit_tool_outputs", {"call_1": "rain"}).effect is Effect.SEEN
    desk.until(lambda: desk.status() == "completed")


def test_tool_outputs_bring_a_run_to_its_end(desk: Desk) -> None:
    thread, run = desk.asked("asks", "requires_action")
    outcome = desk.act("submit_tool_outputs", {"call_1": {"sky": "grey"}})
    assert outcome.effect is Effect.SEEN, outcome
    assert [call.json["tool_outputs"] for call in desk.sent] == [
        [{"tool_call_id": "call_1", "output": '{"sky": "grey"}'}]
    ]
    desk.until(lambda: desk.stands(run, thread) == "completed")
    assert desk.verdict().ending is Ending.COMPLETED
    assert desk.case().run.tools["call_1"].output == '{"sky": "grey"}'
    assert "tool.unanswered" not in {finding.id for finding in desk.verdict().findings}
    assert "Thank you." in {message.text for message in desk.case().run.messages.values()}


def test_tool_outputs_that_come_too_late_are_not_sent(desk: Desk) -> None:
    thread, run = desk.asked("asks", "requires_action")
    submit = f"/threads/{thread}/runs/{run}/submit_tool_outputs"
    body = {"tool_outputs": [{"tool_call_id": "call_1", "output": "somebody was faster"}]}
    desk.client.post(submit, json=body).raise_for_status()
    outcome = desk.act("submit_tool_outputs", {"call_1": "rain"})
    assert (outcome.effect, desk.sent) == (Effect.REFUSED, [])


def test_a_queued_run_can_be_cancelled(idle_desk: Desk) -> None:
    idle_desk.asked("talks", "queued")
    outcome = idle_desk.act("cancel")
    assert (outcome.effect, outcome.after) == (Effect.SEEN, {"status": "cancelled"})
    assert idle_desk.verdict().ending is Ending.CANCELLED


def test_a_cancel_that_the_server_refuses(desk: Desk) -> None:
    desk.asked("hangs", "in_progress")
    outcome = desk.act("cancel")
    assert outcome.effect is Effect.REFUSED
    assert "unless it is in 'queued' status" in outcome.why
    assert desk.verdict().ending is Ending.RUNNING


def test_a_failed_run(desk: Desk) -> None:
    desk.asked("fails", "failed")
    assert desk.verdict().ending is Ending.FAILED
    finding = next(f for f in desk.verdict().findings if f.id == "run.failed")
    assert "no such luck" in finding.values["message"]
    with pytest.raises(Refused, match="failed"):
        desk.act("cancel")


def test_a_failed_run_of_ours_tells_of_its_error_in_the_stream(desk: Desk) -> None:
    desk.start({"assistant_id": "fails"})
    desk.until(lambda: desk.status() == "failed")
    desk.until(lambda: desk.case().run.errors)
    found = {finding.id for finding in desk.verdict().findings}
    assert {"run.failed", "stream.error_event"} <= found


def test_a_new_run_on_the_same_thread(desk: Desk) -> None:
    thread, run = desk.asked("fails", "failed")
    outcome = desk.act("start_new_run", {"assistant_id": "talks", "message": "Once more"})
    assert outcome.effect is Effect.SEEN, outcome
    assert outcome.started not in (None, run)
    assert [call.path for call in desk.sent] == [f"/threads/{thread}/messages", f"/threads/{thread}/runs"]
    desk.until(lambda: any(one.id == outcome.started and one.state == "completed" for one in desk.book.runs.values()))


def test_a_new_run_is_refused_while_another_holds_the_thread(desk: Desk) -> None:
    thread, _ = desk.asked("talks", "completed")
    made = desk.client.post(f"/threads/{thread}/runs", json={"assistant_id": "hangs"}).raise_for_status()
    outcome = desk.act("start_new_run", {})
    assert (outcome.effect, desk.sent) == (Effect.REFUSED, [])
    assert made.json()["id"] in outcome.why


def test_a_run_that_the_server_does_not_know(desk: Desk) -> None:
    thread, _ = desk.asked("talks", "completed")
    desk.look("gone", thread)
    assert desk.verdict(1).ending is Ending.LOST
    with pytest.raises(Refused, match="404"):
        desk.act("cancel", number=1)
    assert desk.act("refresh", number=1).why == "The server does not know this run: it answered 404."


def test_a_server_that_is_killed_in_the_middle(tmp_path: Path) -> None:
    house = House(tmp_path)
    desk = Desk(house.url)
    try:
        desk.start({"assistant_id": "hangs"})
        desk.until(lambda: desk.status() == "in_progress")
        house.kill()
        desk.until(lambda: desk.book.links[1].end)
        assert desk.verdict().ending is Ending.CUT
        assert "stream.cut" in {finding.id for finding in desk.verdict().findings}
        outcome = desk.act("cancel")
        assert (outcome.effect, desk.sent) == (Effect.NOT_SEEN, [])
        assert "cannot be reached" in outcome.why
    finally:
        desk.close()
        house.stop()
