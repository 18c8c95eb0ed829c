"""A run as its facts fold."""

from __future__ import annotations

from sys import getsizeof

import pytest

from inspector.domain.events import (
    Acted,
    Ask,
    Event,
    MessageSeen,
    NodeSeen,
    Noticed,
    RunKey,
    StatusSeen,
    Stretch,
    ToolCallSeen,
    Wanted,
    Witness,
)
from inspector.domain.run import LONG, MANY, Message, Run
from tests.domain.toy import CHART, Story


def run_of(story: Story) -> Run:
    return story.case().run


def test_states_become_transitions_with_their_proof() -> None:
    run = run_of(Story().request().state(1, "queued").state(2, "busy").state(3, "busy").state(4, "done"))
    assert [(t.source, t.target, t.declared) for t in run.transitions] == [
        (None, "queued", True),
        ("queued", "busy", True),
        ("busy", "done", True),
    ]
    assert (run.over, run.terminal_at, run.changed_at) == (True, 4_000, 4_000)


@pytest.mark.parametrize("content_at", [None, 4.0, 5.0, 99.0])
def test_a_stretch_of_pieces_is_taken_as_one_after_the_other(content_at: float | None) -> None:
    """Only what happened later than they did stays the last content."""
    one, many = (Run(RunKey(1), "toy", CHART, content_at=content_at) for _ in range(2))
    pieces = [MessageSeen("m", "assistant", text, True) for text in ("a", "b", "")]
    for seq, piece in enumerate(pieces, 5):
        one.take(Event(RunKey(1), seq, 0, 5.0, 1, "piece", "", True, (piece,)))
    grown = [(MessageSeen("m", "assistant", "ab", True), 7)]
    many.take(Stretch(RunKey(1), 1, "piece", range(5, 8), [0] * 3, [5.0] * 3, ["a", "b", ""], grown))
    assert one.messages["m"].text == many.messages["m"].text == "ab"
    assert one == many


def test_nothing_moves_a_run_that_is_over_but_another_end() -> None:
    run = run_of(Story().request().state(1, "busy").state(2, "done").state(3, "busy"))
    assert run.state == "done"
    run = run_of(Story().request().state(1, "busy").state(2, "done").state(3, "failed"))
    assert (run.state, run.transitions[-1].declared) == ("failed", False)


def test_a_sharper_word_takes_the_place_of_the_last() -> None:
    story = Story().request().state(1, "busy").server(2, "done")
    story.event(3, StatusSeen("asking", "asking", Witness.SERVER, refines=True))
    run = run_of(story)
    assert [t.target for t in run.transitions] == ["busy", "asking"]
    assert not run.over


def test_both_witnesses_are_kept() -> None:
    run = run_of(Story().request().state(1, "busy").server(2, "done"))
    assert run.stream_word is not None
    assert run.server_word is not None
    assert (run.stream_word.status.raw, run.server_word.status.raw) == ("busy", "done")


def test_messages_and_arguments_are_put_together_from_their_pieces() -> None:
    story = Story().request().event(1, MessageSeen("m", "assistant", "Hel", append=True))
    story.event(2, MessageSeen("m", "", "lo", append=True, status="completed"))
    story.event(3, ToolCallSeen("c", "look", '{"a"', append=True)).event(4, ToolCallSeen("c", None, ":1}", append=True))
    run = run_of(story)
    assert (run.messages["m"].text, run.messages["m"].role, run.messages["m"].status) == (
        "Hello",
        "assistant",
        "completed",
    )
    assert (run.tools["c"].name, run.tools["c"].arguments, run.tools["c"].output) == ("look", '{"a":1}', None)
    assert run_of(story.event(5, MessageSeen("m", "assistant", "Bye"))).messages["m"].text == "Bye"
    assert run_of(story.event(6, ToolCallSeen("c", output=""))).tools["c"].output == ""


def test_nodes_begin_and_end() -> None:
    story = Story().request().event(1, NodeSeen("t1", "plan", "start")).event(2, NodeSeen("t1", "plan", "end"))
    node = run_of(story.event(3, NodeSeen("t2", "act", "start"))).nodes
    assert (node["t1"].started_at, node["t1"].ended_at, node["t2"].ended_at) == (1_000, 2_000, None)


def test_a_wait_counts_from_when_it_was_first_asked() -> None:
    story = Story().request().event(1, Wanted((Ask("tool", "c"),))).event(5, Wanted((Ask("tool", "c"),)))
    run = run_of(story)
    assert (run.wanted_at, run.wanted_seq, run.shown_asks) == (1_000, 3, True)
    assert run_of(story.event(6, Wanted((Ask("tool", "d"),)))).wanted_at == 6_000


def test_notices_and_acts_are_found_by_their_names() -> None:
    story = Story().request().event(1, Noticed("a"), Acted("cancel", True)).event(2, Noticed("b"))
    run = run_of(story)
    assert [seen.seq for seen in run.notices("a")] == [2]
    assert [fact.accepted for fact, _ in run.acted("cancel")] == [True]
    assert not list(run.acted("resume"))


def test_the_clocks_of_a_run() -> None:
    run = run_of(Story().request().response().beat(1).event(2).beat(3))
    assert (run.begun_at, run.content_at, run.changed_at, run.last_at) == (2_000, 2_000, None, 3_000)


@pytest.mark.parametrize(
    "text", ["x" * LONG, "x" * LONG + "😀", "é" * LONG, "你好" * LONG, "x" * LONG + "\udc80", "", "😀"]
)
def test_a_whole_text_is_kept_short_and_goes_on_all_the_same(text: str) -> None:
    message = Message("m", "assistant")
    message.add("before")
    message.put(text)
    held = getsizeof(message.packed) if message.packed is not None else getsizeof(message.pieces[0])
    assert held <= getsizeof(text)
    assert message.text == text
    message.add("!")
    assert message.text == text + "!"


def test_a_text_of_many_pieces_is_joined_now_and_then() -> None:
    story = Story().request().response()
    for number in range(3 * MANY):
        story.event(1, MessageSeen("m", "assistant", f"{number} ", True))
    (message,) = story.case().run.messages.values()
    assert len(message.pieces) <= MANY + 1
    assert message.text == "".join(f"{number} " for number in range(3 * MANY))
