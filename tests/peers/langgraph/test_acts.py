"""Every act on a real server: that it does what it says, and that its proof is one."""

from __future__ import annotations

import pytest

from inspector.domain.actions import Effect
from inspector.domain.errors import Refused
from tests.peers.langgraph.desk import Desk

pytestmark = pytest.mark.peer


def test_an_answer_continues_an_interrupt(desk: Desk) -> None:
    thread, run = desk.got_to("hitl", {"text": "draft"})

    outcome = desk.act("resume", run, {"approved": True})

    assert outcome.effect is Effect.SEEN, outcome
    assert outcome.before["next"] == ["review"]
    assert outcome.after["next"] == []
    assert outcome.started not in (None, run)
    assert [call.json["command"] for call in desk.sent] == [{"resume": {"approved": True}}]
    assert desk.state(thread)["values"]["answer"] == {"approved": True}


@pytest.mark.parametrize("answer", [{}, "", 0, False, []])
def test_an_answer_that_looks_like_nothing_arrives_as_it_is(desk: Desk, answer: object) -> None:
    thread, run = desk.got_to("hitl")

    assert desk.act("resume", run, answer).effect is Effect.SEEN

    assert desk.state(thread)["values"]["answer"] == answer


def test_an_answer_with_an_edit_of_the_state(desk: Desk) -> None:
    thread, run = desk.got_to("hitl", {"text": "old"})

    outcome = desk.act("resume", run, {"command": {"resume": "yes", "update": {"text": "edited"}}})

    assert outcome.effect is Effect.SEEN
    assert desk.state(thread)["values"]["text"] == "edited"
    assert desk.state(thread)["values"]["answer"] == "yes"


def test_several_interrupts_take_a_map_of_all_or_of_some(desk: Desk) -> None:
    thread, run = desk.got_to("two")
    left, right = [each["id"] for each in desk.state(thread)["interrupts"]]
    with pytest.raises(Refused, match=left):
        desk.act("resume", run, "the same to both")

    first = desk.act("resume", run, {left: "A"})
    assert first.effect is Effect.SEEN
    assert first.after["interrupts"] == [right]
    assert first.next == ("resume",)
    assert first.started is not None
    desk.look(first.started, thread)
    second = desk.act("resume", first.started, {right: "B"})

    assert second.effect is Effect.SEEN
    assert desk.state(thread)["values"]["trail"] == ["begin", "left:A", "right:B", "join"]


def test_several_interrupts_at_once(desk: Desk) -> None:
    thread, run = desk.got_to("two")
    left, right = [each["id"] for each in desk.state(thread)["interrupts"]]

    assert desk.act("resume", run, {left: 1, right: 2}).effect is Effect.SEEN

    assert desk.state(thread)["next"] == []


def test_a_node_that_asks_twice(desk: Desk) -> None:
    thread, run = desk.got_to("interview")

    first = desk.act("resume", run, "Ann")
    assert first.effect is Effect.SEEN
    assert first.next == ("resume",)
    assert first.started is not None
    desk.look(first.started, thread)
    assert desk.act("resume", first.started, 30).effect is Effect.SEEN

    assert desk.state(thread)["values"]["trail"] == ["Ann is 30", "last"]


def test_tool_outputs_by_hand_as_an_answer(desk: Desk) -> None:
    messages = {"messages": [{"role": "user", "content": "How is the weather?"}]}
    thread, run = desk.got_to("tools", messages)

    outcome = desk.act("resume", run, {"call_1": "Rain"})

    assert outcome.effect is Effect.SEEN
    assert desk.state(thread)["values"]["messages"][-1]["content"] == "The tool said: Rain"


def test_tool_outputs_by_hand_as_the_state(desk: Desk) -> None:
    thread, run = desk.got_to("tools", {"messages": [{"role": "user", "content": "Weather?"}]})
    values = {"messages": [{"type": "tool", "tool_call_id": "call_1", "content": "Snow"}]}

    written = desk.act("set_state", run, {"values": values, "as_node": "human_tools"})
    assert written.effect is Effect.SEEN
    assert written.after["next"] == ["agent"]
    assert desk.act("continue", run).effect is Effect.SEEN

    assert desk.state(thread)["values"]["messages"][-1]["content"] == "The tool said: Snow"


def test_an_interrupt_in_a_subgraph(desk: Desk) -> None:
    thread, run = desk.got_to("nested")

    assert desk.act("resume", run, "yes").effect is Effect.SEEN

    assert desk.state(thread)["next"] == []


@pytest.mark.parametrize(("graph", "more"), [("stop", {}), ("steps", {"interrupt_before": ["search"]})])
def test_a_breakpoint_is_continued(desk: Desk, graph: str, more: dict[str, object]) -> None:
    thread, run = desk.got_to(graph, **more)
    with pytest.raises(Refused, match="use continue"):
        desk.act("resume", run, "x")

    outcome = desk.act("continue", run)

    assert outcome.effect is Effect.SEEN
    assert [call.json["input"] for call in desk.sent] == [None]
    assert desk.state(thread)["next"] == []


def test_breakpoints_and_limits_hold_for_what_continues(desk: Desk) -> None:
    _, run = desk.got_to("steps", interrupt_before=["search", "write"], context={"model": "m"})

    outcome = desk.act("continue", run)

    assert outcome.after["next"] == ["write"]
    assert desk.sent[0].json["context"] == {"model": "m"}
    assert "config" not in desk.sent[0].json


def test_a_failed_node_fails_again_and_that_is_no_progress(desk: Desk) -> None:
    thread, run = desk.got_to("boom")

    again = desk.act("continue", run)
    assert again.effect is Effect.NOT_SEEN
    assert "the database said no" in again.why
    assert desk.act("set_state", run, {"values": {"text": "fixed"}, "as_node": "first"}).effect is Effect.SEEN
    assert desk.act("continue", run).effect is Effect.SEEN

    assert desk.state(thread)["values"]["trail"] == ["first", "explode", "last"]


def test_a_failed_node_is_skipped(desk: Desk) -> None:
    thread, run = desk.got_to("boom")

    outcome = desk.act("set_state", run, {"values": None, "as_node": "explode"})

    assert outcome.effect is Effect.SEEN
    assert outcome.after["next"] == ["last"]
    assert outcome.next == ("continue",)
    assert desk.act("continue", run).effect is Effect.SEEN
    assert desk.state(thread)["next"] == []


def test_a_recursion_limit_is_continued_with_the_same_limit(desk: Desk) -> None:
    thread, run = desk.got_to("looper", {"goal": 8}, config={"recursion_limit": 5})

    outcome = desk.act("continue", run)

    assert outcome.effect is Effect.SEEN
    assert desk.sent[0].json["config"]["recursion_limit"] == 5
    assert len(desk.state(thread)["values"]["trail"]) == 8


def test_a_hung_node_is_cancelled_skipped_and_passed(desk: Desk) -> None:
    thread, run = desk.under_way("hang", "crawl")

    cancelled = desk.act("cancel", run)
    assert cancelled.effect is Effect.SEEN, cancelled
    assert cancelled.after["thread"] != "busy"
    assert (cancelled.before["status"], cancelled.after["status"]) == ("running", "interrupted")
    assert "continue" in cancelled.next
    assert desk.act("set_state", run, {"values": {"trail": ["by hand"]}, "as_node": "crawl"}).effect is Effect.SEEN
    assert desk.act("continue", run).effect is Effect.SEEN

    assert desk.state(thread)["values"]["trail"] == ["first", "by hand", "last"]


def test_what_continues_and_hangs_again_has_changed_nothing_yet(desk: Desk) -> None:
    thread, run = desk.under_way("hang", "crawl")
    assert desk.act("cancel", run).effect is Effect.SEEN

    outcome = desk.act("continue", run, seconds=3)

    assert outcome.effect is Effect.NOT_SEEN
    assert outcome.started is not None
    assert "cancel" in outcome.next
    desk.look(outcome.started, thread)
    assert desk.act("cancel", outcome.started).effect is Effect.SEEN


def test_a_rollback_takes_the_run_away(desk: Desk) -> None:
    _, run = desk.under_way("hang", "crawl")

    outcome = desk.act("cancel", run, {"action": "rollback"})

    assert outcome.effect is Effect.SEEN, outcome
    assert desk.sent[0].query == (("action", "rollback"),)
    assert outcome.after["status"] == "missing"
    assert outcome.after["next"] == []


def test_a_node_that_swallows_the_cancel_keeps_the_thread_busy(desk: Desk) -> None:
    thread, run = desk.under_way("stubborn", "hold_on", {"seconds": 9})

    outcome = desk.act("cancel", run, seconds=3)

    assert outcome.effect is Effect.NOT_SEEN
    assert "hold_on" in outcome.why
    assert outcome.after["status"] == "interrupted"
    desk.look(run, thread)
    with pytest.raises(Refused, match="busy"):
        desk.act("set_state", run, {"values": {}, "as_node": "hold_on"})
    with pytest.raises(Refused, match="already"):
        desk.act("cancel", run)
    desk.until(thread, lambda row: row["status"] != "busy")
    desk.look(run, thread)
    assert desk.act("continue", run).effect is Effect.SEEN
    assert desk.state(thread)["values"]["trail"] == ["first", "hold_on", "last"]


def test_a_rewound_thread_goes_another_way(desk: Desk) -> None:
    thread, run = desk.got_to("hitl")
    question = desk.state(thread)["checkpoint_id"]
    assert desk.act("resume", run, "no").effect is Effect.SEEN
    desk.look(run, thread)

    rewound = desk.act("rewind", run, {"checkpoint_id": question})
    assert rewound.effect is Effect.SEEN, rewound
    assert rewound.after["next"] == ["review"]
    assert rewound.started is not None
    desk.look(rewound.started, thread)
    assert desk.act("resume", rewound.started, "yes").effect is Effect.SEEN

    assert desk.state(thread)["values"]["answer"] == "yes"


def test_giving_up_ends_the_thread(desk: Desk) -> None:
    thread, run = desk.got_to("hitl")

    outcome = desk.act("give_up", run)

    assert outcome.effect is Effect.SEEN
    assert outcome.after["next"] == []
    assert desk.state(thread)["values"]["trail"] == ["draft"]
    assert desk.client.get(f"/threads/{thread}").json()["status"] == "idle"


def test_a_copy_goes_on_while_the_original_is_held(desk: Desk) -> None:
    thread, run = desk.under_way("hang", "crawl", {"seconds": 3})
    assert desk.act("copy_and_continue", run).effect is Effect.SEEN
    copied, started = desk.sent
    assert copied.path == f"/threads/{thread}/copy"
    assert thread not in started.path
    assert started.json["input"] is None
    copy = started.path.split("/")[2]

    assert desk.state(copy)["values"]["trail"] == ["first", "crawl", "last"]


def test_a_copy_takes_the_answer_of_a_pending_interrupt(desk: Desk) -> None:
    thread, run = desk.got_to("hitl")
    with pytest.raises(Refused, match="answer"):
        desk.act("copy_and_continue", run)

    outcome = desk.act("copy_and_continue", run, "yes")

    assert outcome.effect is Effect.SEEN
    assert desk.state(thread)["next"] == ["review"]


def test_refreshing_only_reads(desk: Desk) -> None:
    thread, run = desk.got_to("hitl")

    outcome = desk.act("refresh", run)

    assert outcome.effect is Effect.SEEN
    assert desk.sent == []
    case = desk.case(run)
    assert case.said("history") is not None
    assert case.said("graph", str(desk.client.get(f"/threads/{thread}/runs/{run}").json()["assistant_id"])) is not None
