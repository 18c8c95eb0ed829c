"""What a real server accepts and then does nothing for, or refuses: it is not sent, and the reason is told."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.actions import Effect
from inspector.domain.errors import Refused, UserError
from inspector.protocols.langgraph.beginnings import before_start
from tests.peers.langgraph.desk import Desk

pytestmark = pytest.mark.peer


def test_a_finished_thread_has_nothing_to_continue_answer_or_give_up(desk: Desk) -> None:
    _, run = desk.got_to("steps")

    for action in ("continue", "give_up", "copy_and_continue"):
        with pytest.raises(Refused, match="Nothing is left to run"):
            desk.act(action, run)
    with pytest.raises(Refused, match="No interrupt is pending"):
        desk.act("resume", run, "x")
    with pytest.raises(Refused, match="over"):
        desk.act("cancel", run)
    assert desk.sent == []


def test_an_unknown_interrupt_id_is_not_sent(desk: Desk) -> None:
    _, run = desk.got_to("hitl")

    with pytest.raises(Refused, match="No pending interrupt has the id 0000"):
        desk.act("resume", run, {"0" * 32: "yes"})
    with pytest.raises(UserError, match="needs an answer"):
        desk.act("resume", run)
    with pytest.raises(Refused, match="Use resume"):
        desk.act("continue", run)


def test_a_busy_thread_takes_no_write(desk: Desk) -> None:
    thread, run = desk.under_way("hang", "crawl")

    for action, data in (
        ("continue", None),
        ("resume", "x"),
        ("give_up", None),
        ("set_state", {"values": {}, "as_node": "crawl"}),
        ("rewind", {"checkpoint_id": desk.state(thread)["checkpoint_id"]}),
    ):
        with pytest.raises(Refused, match="running"):
            desk.act(action, run, data)
    assert desk.act("cancel", run).effect is Effect.SEEN


@pytest.mark.parametrize(("action", "data"), [("resume", "mine"), ("give_up", None)])
def test_a_thread_that_moved_on_unseen_is_not_written_to(desk: Desk, action: str, data: object) -> None:
    """The log still says that it waits; the look before the act finds out that somebody else has answered."""
    thread, run = desk.got_to("hitl")
    desk.client.post(f"/threads/{thread}/runs/wait", json={"assistant_id": "hitl", "command": {"resume": "theirs"}})

    outcome = desk.act(action, run, data)

    assert outcome.effect is Effect.REFUSED
    assert desk.sent == []
    assert desk.state(thread)["values"]["answer"] == "theirs"


def test_another_question_than_the_one_seen_is_not_answered(desk: Desk) -> None:
    thread, run = desk.got_to("interview")
    desk.client.post(f"/threads/{thread}/runs/wait", json={"assistant_id": "interview", "command": {"resume": "Bo"}})

    outcome = desk.act("resume", run, "Ann")

    assert outcome.effect is Effect.REFUSED
    assert "moved on" in outcome.why
    assert desk.sent == []


def test_a_checkpoint_that_does_not_exist_or_has_nothing_after_it(desk: Desk) -> None:
    thread, run = desk.got_to("steps")

    unknown = desk.act("rewind", run, {"checkpoint_id": "1f1e54b8-5d0c-642a-8001-52e897b7f0a1"})
    last = desk.act("rewind", run, {"checkpoint_id": desk.state(thread)["checkpoint_id"]})

    assert unknown.effect is last.effect is Effect.REFUSED
    assert "no checkpoint" in unknown.why
    assert "Nothing runs after" in last.why
    assert desk.sent == []


def test_an_unknown_node_is_refused_by_the_server_in_its_words(desk: Desk) -> None:
    _, run = desk.got_to("boom")

    outcome = desk.act("set_state", run, {"values": {}, "as_node": "nobody"})

    assert outcome.effect is Effect.REFUSED
    assert "nobody" in outcome.why


def test_a_deleted_thread_takes_nothing(desk: Desk) -> None:
    thread, run = desk.got_to("hitl")
    desk.client.delete(f"/threads/{thread}").raise_for_status()
    desk.look(run, thread)

    for action, data in (("resume", "x"), ("continue", None), ("cancel", None), ("give_up", None)):
        with pytest.raises(Refused, match="does not exist"):
            desk.act(action, run, data)


def test_a_second_run_is_queued_or_rejected(desk: Desk) -> None:
    thread, run = desk.under_way("hang", "crawl")
    refused = desk.start({"assistant_id": "hang", "input": {}, "thread_id": thread})
    assert refused.status == 409
    assert "already running" in str(refused.body)

    queued = desk.run(thread, "hang", {"seconds": 0}, multitask_strategy="enqueue")
    desk.look(queued, thread)
    assert desk.case(queued).run.state == "pending"
    with pytest.raises(Refused, match="pending"):
        desk.act("continue", queued)
    assert desk.act("cancel", queued).effect is Effect.SEEN
    desk.look(run, thread)
    assert desk.act("cancel", run).effect is Effect.SEEN


@pytest.mark.parametrize(
    ("graph", "start", "why"),
    [
        ("steps", {"input": None}, "Nothing is left to run"),
        ("steps", {"command": {"resume": "x"}}, "No interrupt is pending"),
        ("steps", {"input": None, "checkpoint_id": "1f1e54b8-5d0c-642a-8001-52e897b7f0a1"}, "no checkpoint"),
        ("hitl", {"input": None}, "only ask it again"),
        ("hitl", {"command": {"resume": {"0" * 32: "yes"}}}, "No pending interrupt has the id"),
        ("hitl", {"command": {"goto": "__end__"}}, "do nothing"),
    ],
)
def test_a_start_that_would_do_nothing_is_not_sent(desk: Desk, graph: str, start: dict[str, Any], why: str) -> None:
    thread, _ = desk.got_to(graph)
    desk.sent.clear()

    with pytest.raises(Refused, match=why):
        desk.drive(before_start({"assistant_id": graph, "thread_id": thread, **start}))

    assert desk.sent == []


def test_new_input_for_a_thread_that_waits_is_warned_of(desk: Desk) -> None:
    thread, _ = desk.got_to("hitl")
    said = desk.drive(before_start({"assistant_id": "hitl", "thread_id": thread, "input": {}}))
    assert "starts the graph from its beginning" in str(said)
