"""The events of a trace's run."""

from __future__ import annotations

from inspector.domain.events import RunKey
from inspector.protocols.agents_sdk.clock import WallClock
from inspector.protocols.agents_sdk.telling import INFERRED, Teller
from inspector.protocols.agents_sdk.trace import Trace
from tests.protocols.agents_sdk.spans import Story, agent, finished, function, response, span, started, trace, turn


def test_a_run_has_the_ids_of_its_trace() -> None:
    run = Story().tap(1, "trace_start", trace(group="thread-7")).run()
    assert (run.id, run.thread, run.name) == ("trace_1", "thread-7", "work")


def test_the_tree_has_the_times_of_the_spans() -> None:
    nodes = finished(started().end(2, "r1", "a1", response("resp_1"), 1), 3).run().nodes
    assert [(n.kind, n.name, n.parent) for n in nodes.values()] == [
        ("task", "work", None),
        ("agent", "Boss", "t"),
        ("turn", "turn 1", "a"),
        ("response", "response", "a1"),
    ]
    call = nodes["r1"]
    assert (call.started_at, call.ended_at, call.ref, call.phase) == (1000.0, 2000.0, "resp_1", "end")


def test_what_was_exported_late_lies_where_it_happened() -> None:
    story = Story().export(5, trace(), span("r", "a", response("resp_1"), 1, 2), span("a", None, agent("Boss"), 1, 5))
    assert [(n.task, n.started_at, n.ended_at) for n in story.run().nodes.values()] == [
        ("a", 1000.0, 5000.0),
        ("r", 1000.0, 2000.0),
    ]
    assert story.run().first_at == 1000.0


def test_a_parent_that_never_came_is_told_as_inferred_and_named_by_its_child() -> None:
    story = Story().export(3, trace(), span("t1", "gone", turn(1, "Aide"), 1, 2))
    node = story.run().nodes["gone"]
    assert (node.name, node.kind, node.note, node.ended_at) == ("Aide", "agent", INFERRED, None)
    story.export(5, span("gone", "up", agent("Aide"), 1, 4))
    node = story.run().nodes["gone"]
    assert (node.parent, node.ended_at is None, node.phase, node.note) == ("up", False, "end", "")


def test_a_function_is_a_call_with_its_output() -> None:
    story = started().begin(2, "f", "a1", function("add")).end(3, "f", "a1", function("add", "3", '{"a":1}'), 2)
    call = story.run().tools["f"]
    assert (call.name, call.arguments, call.output, call.hosted) == ("add", '{"a":1}', "3", True)


def test_nothing_more_will_come_of_what_has_ended() -> None:
    teller, done = Teller(WallClock()), Trace("trace_1", RunKey(1), state="completed")
    assert not list(teller.stopped(done, "shutdown"))
    going = Trace("trace_2", RunKey(2), state="running")
    assert [draft.name for draft in teller.stopped(going, "shutdown")] == ["stopped"]
    assert going.state == "cut"
