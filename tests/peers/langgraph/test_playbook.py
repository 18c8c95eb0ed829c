"""Each way in which a real run gets stuck: what the playbook offers first, what it would run again, and the proof.

What the playbook offers is carried out as it stands there; what it does not offer is a silent no-op of the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from inspector.domain.actions import Action, Effect
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.sideeffects import ledger
from inspector.present.ledger import ledger_lines
from inspector.present.playbook import Play, following, playbook
from inspector.protocols.langgraph import ADAPTER
from tests.peers.langgraph.desk import Desk

pytestmark = pytest.mark.peer


def streamed(desk: Desk, assistant: str, given: Any = None, **more: Any) -> tuple[str, str]:
    """A run that this desk started and streamed, with its tasks, until it ended or waits; its thread and its id."""
    thread = desk.thread()
    reply = desk.start({"assistant_id": assistant, "thread_id": thread, "input": given or {}, **more})
    run = reply.headers["content-location"].rpartition("/")[2]
    desk.client.get(f"/threads/{thread}/runs/{run}/join").raise_for_status()
    desk.until(thread, lambda row: row["status"] != "busy")
    desk.heard()
    desk.look(run, thread)
    return thread, run


def verdict(desk: Desk, run: str) -> Verdict:
    return judge(desk.case(run), desk.now(), ADAPTER.rules, ADAPTER.has_terminal_event, ADAPTER.acts)


def plays(desk: Desk, run: str) -> tuple[Play, ...]:
    return playbook(ADAPTER.actions(desk.case(run), desk.now()), verdict(desk, run))


def offered(desk: Desk, run: str) -> dict[str, Action]:
    """What can be done, in the order of the playbook."""
    return {play.action.id: play.action for play in plays(desk, run) if play.number is not None}


def fates(desk: Desk, run: str, action: str, data: Any = None) -> dict[str, str]:
    entries = ledger(desk.case(run), offered(desk, run)[action], data)
    assert bool(entries) == bool(ledger_lines(entries))
    return {entry.name: entry.fate.value for entry in entries}


def first(desk: Desk, run: str) -> str:
    return next(iter(offered(desk, run)))


def carried_out(desk: Desk, run: str, action: str, data: Any = None) -> str:
    """Do it; it has to be seen to work. Gives the run to look at afterwards."""
    assert action in offered(desk, run)
    outcome = desk.act(action, run, data)
    assert outcome.effect is Effect.SEEN, outcome
    thread = desk.case(run).run.thread
    assert thread is not None
    desk.look(outcome.started or run, thread)
    return outcome.started or run


def test_an_interrupt_is_answered(desk: Desk) -> None:
    _, run = streamed(desk, "hitl", {"text": "a"})
    assert (verdict(desk, run).ending, first(desk, run)) == ("waiting", "resume")
    assert fates(desk, run, "resume") == {"draft": "done", "review": "again"}
    assert not {"continue", "cancel"} & set(offered(desk, run))

    after = carried_out(desk, run, "resume", "yes")

    assert verdict(desk, after).ending == "completed"
    assert verdict(desk, run).ending == "completed"


def test_an_interrupt_is_answered_and_the_state_edited_with_it(desk: Desk) -> None:
    thread, run = streamed(desk, "hitl", {"text": "a"})
    given = {"command": {"resume": "yes", "update": {"text": "edited"}}}
    assert offered(desk, run)["resume"].context["edits"]
    assert fates(desk, run, "resume", given) == {"draft": "done", "review": "again"}

    assert verdict(desk, carried_out(desk, run, "resume", given)).ending == "completed"

    values = desk.state(thread)["values"]
    assert (values["answer"], values["text"]) == ("yes", "edited")


def test_of_two_interrupts_only_the_one_that_is_left_runs_again(desk: Desk) -> None:
    thread, run = streamed(desk, "two")
    left, right = [each["id"] for each in desk.state(thread)["interrupts"]]
    assert fates(desk, run, "resume") == {"begin": "done", "left": "again", "right": "again"}

    after = carried_out(desk, run, "resume", {left: "A"})

    assert first(desk, after) == "resume"
    told = fates(desk, after, "resume")
    assert (told["begin"], told["right"]) == ("done", "again")
    assert verdict(desk, carried_out(desk, after, "resume", {right: "B"})).ending == "completed"


def test_a_breakpoint_is_continued(desk: Desk) -> None:
    _, run = streamed(desk, "stop")
    assert (verdict(desk, run).ending, first(desk, run)) == ("waiting", "continue")
    assert fates(desk, run, "continue") == {"first": "done", "second": "first"}
    assert "resume" not in offered(desk, run)

    assert verdict(desk, carried_out(desk, run, "continue")).ending == "completed"


def test_a_failed_node_fails_again_and_the_next_line_of_the_playbook_repairs_it(desk: Desk) -> None:
    thread, run = streamed(desk, "boom")
    assert (verdict(desk, run).ending, first(desk, run)) == ("failed", "continue")
    assert fates(desk, run, "continue") == {"first": "done", "explode": "again"}

    again = desk.act("continue", run)
    assert again.effect is Effect.NOT_SEEN
    desk.look(again.started, thread)
    steps = following(again.next, plays(desk, run), "continue", seen=False)
    assert steps[-1].action.id == "set_state"
    carried_out(desk, run, "set_state", {"values": None, "as_node": "explode"})
    assert fates(desk, run, "continue")["last"] == "first"

    assert verdict(desk, carried_out(desk, run, "continue")).ending == "completed"


def test_a_recursion_limit_is_continued(desk: Desk) -> None:
    _, run = streamed(desk, "looper", {"goal": 8}, config={"recursion_limit": 5})
    assert (verdict(desk, run).ending, first(desk, run)) == ("failed", "continue")
    assert fates(desk, run, "continue") == {"count": "again"}

    assert verdict(desk, carried_out(desk, run, "continue")).ending == "completed"


def test_a_hung_node_is_cancelled_skipped_and_passed(desk: Desk) -> None:
    _, run = desk.under_way("hang", "crawl")
    assert [*offered(desk, run)][:2] == ["refresh", "cancel"]
    assert fates(desk, run, "copy_and_continue") == {"crawl": "again"}

    carried_out(desk, run, "cancel")
    assert (verdict(desk, run).ending, first(desk, run)) == ("cancelled", "continue")
    assert fates(desk, run, "continue") == {"crawl": "again"}
    carried_out(desk, run, "set_state", {"values": {"trail": ["by hand"]}, "as_node": "crawl"})
    assert fates(desk, run, "continue") == {"last": "first"}

    assert verdict(desk, carried_out(desk, run, "continue")).ending == "completed"


@pytest.mark.parametrize("by", ["answer", "state"])
def test_a_tool_output_is_given_by_hand(desk: Desk, by: str) -> None:
    thread, run = streamed(desk, "tools", {"messages": [{"role": "user", "content": "Weather?"}]})
    assert first(desk, run) == "resume"
    assert fates(desk, run, "resume")["weather"] == "unknown", "nobody knows whether the tool ran"
    if by == "answer":
        carried_out(desk, run, "resume", {"call_1": "Rain"})
    else:
        values = {"messages": [{"type": "tool", "tool_call_id": "call_1", "content": "Rain"}]}
        carried_out(desk, run, "set_state", {"values": values, "as_node": "human_tools"})
        carried_out(desk, run, "continue")
    assert desk.state(thread)["values"]["messages"][-1]["content"] == "The tool said: Rain"


def test_a_rewound_thread_says_what_runs_again(desk: Desk) -> None:
    thread, run = streamed(desk, "steps")
    assert verdict(desk, run).ending == "completed"
    desk.act("refresh", run)
    points = {tuple(row["next"]): row["checkpoint_id"] for row in checkpoints(desk, run)}
    chosen = points["search",]
    assert fates(desk, run, "rewind", chosen) == {"plan": "done", "search": "again", "write": "again"}

    carried_out(desk, run, "rewind", {"checkpoint_id": chosen})

    assert desk.state(thread)["values"]["trail"] == ["plan", "search", "write"]


def checkpoints(desk: Desk, run: str) -> list[Mapping[str, Any]]:
    return list(offered(desk, run)["rewind"].context["checkpoints"])


def test_giving_up_runs_nothing(desk: Desk) -> None:
    thread, run = streamed(desk, "hitl")
    assert "give_up" in offered(desk, run)
    assert fates(desk, run, "give_up") == {}

    carried_out(desk, run, "give_up")

    assert desk.state(thread)["next"] == []
    assert "give_up" not in offered(desk, run)


def test_what_the_server_would_accept_and_do_nothing_for_is_not_offered(desk: Desk) -> None:
    _, run = streamed(desk, "steps")
    why = {play.action.id: play.text for play in plays(desk, run) if play.number is None}
    assert "do nothing" in why["continue"]
    assert "do nothing" in why["resume"]
    assert "nothing to give up" in why["give_up"]
    _, waits = streamed(desk, "hitl")
    held = {play.action.id: play.text for play in plays(desk, waits) if play.number is None}
    assert "only ask it again" in held["continue"]


def test_calls_that_a_stopped_run_left_open_are_answered_together_and_the_history_is_in_order(desk: Desk) -> None:
    given = {"messages": [{"role": "user", "content": "Weather?"}]}
    thread, run = streamed(desk, "tools", given)
    carried_out(desk, run, "give_up")
    found = {finding.id: finding for finding in verdict(desk, run).findings}
    assert [call["id"] for call in found["tool.unanswered"].values["calls"]] == ["call_1"]
    proposed = offered(desk, run)["set_state"].data

    outcome = desk.act("set_state", run, proposed)

    assert outcome.effect is Effect.SEEN
    assert "Every tool call of the history has its output." in outcome.why
    desk.look(run, thread)
    assert "tool.unanswered" not in {finding.id for finding in verdict(desk, run).findings}
    last = desk.state(thread)["values"]["messages"][-1]
    assert (last["type"], last["tool_call_id"], last["status"]) == ("tool", "call_1", "error")
