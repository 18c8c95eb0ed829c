"""Each finding about the run: it fires, it does not, and the edge of its threshold."""

from __future__ import annotations

import pytest

from inspector.domain.events import (
    Acted,
    Ask,
    MessageSeen,
    Noticed,
    Purpose,
    StatusSeen,
    ToolCallSeen,
    Wanted,
    Witness,
)
from inspector.domain.findings import Finding
from inspector.domain.rules_run import RULES, last_word, left, reason
from tests.domain.toy import Story


def started(state: str = "busy") -> Story:
    return Story().request().response().state(1, "queued").state(2, state)


def finding(story: Story, name: str, now: float | None = None) -> Finding:
    return next(f for f in story.verdict(now).findings if f.id == name)


@pytest.mark.parametrize(
    ("kind", "first"),
    [("tool", "submit_tool_outputs"), ("approval", "approve"), ("interrupt", "resume"), ("breakpoint", "continue")],
)
def test_a_wait_names_what_is_asked_and_what_answers_it(kind: str, first: str) -> None:
    story = started().event(3, StatusSeen("asking", "asking"), Wanted((Ask(kind, "c1", "look"),)))
    found = finding(story, "run.waiting_for_input")
    assert found.next[0] == first
    assert found.values["asks"][0]["name"] == "look"
    assert found.frames == (5,)


def test_nobody_waits_who_works_or_is_over() -> None:
    assert "run.waiting_for_input" not in started().found()
    assert "run.waiting_for_input" not in started("done").found()


@pytest.mark.parametrize(("now", "fires"), [(10, False), (484, False), (485, True), (700, True)])
def test_the_last_fifth_of_a_wait_is_told(now: float, fires: bool) -> None:
    story = started().event(4, StatusSeen("asking", "asking"), Wanted((Ask("tool", "c"),), until=1_000_604.0))
    story.wall_ms = 1_000_000_000.0
    assert ("run.expiring" in story.found(now)) is fires


def test_a_short_wait_is_told_from_a_minute_on_and_never_without_a_clock() -> None:
    story = started().event(4, StatusSeen("asking", "asking"), Wanted((Ask("tool", "c"),), until=1_000_074.0))
    assert left(story.case(), 5_000) is None
    story.wall_ms = 1_000_000_000.0
    assert "run.expiring" not in story.found(13)
    assert "run.expiring" in story.found(15)
    assert story.verdict(5).due == 14_001


def test_the_ways_to_end_are_told_with_their_reason() -> None:
    assert finding(started().event(3, StatusSeen("short", "short", code="tokens")), "run.incomplete").values == {
        "reason": "tokens"
    }
    failed = started().event(3, StatusSeen("failed", "failed", code="E1", message="boom"))
    assert finding(failed, "run.failed").values["message"] == "boom"
    assert reason(failed.case().run) == ("E1", "boom")
    assert "run.expired" in started("asking").state(4, "expired").found()
    late = started("timeout").found()
    assert "run.timeout" in late
    assert "run.failed" not in late
    assert not set(started("done").found()) & {"run.incomplete", "run.failed", "run.expired", "run.timeout"}


def test_cancelling_is_not_cancelled() -> None:
    story = started().event(3, Acted("cancel", True))
    assert "run.cancel_pending" in story.found()
    assert "run.cancel_pending" not in story.state(4, "cancelled").found()
    assert "run.cancel_pending" not in started().event(3, Acted("cancel", False)).found()


def test_a_queue_is_told_at_its_threshold() -> None:
    story = Story().request().response().state(1, "queued")
    assert "run.not_started" not in story.found(14.9)
    assert "run.not_started" in story.found(15.0)
    assert "run.not_started" not in started().found(500)


def test_two_witnesses_that_disagree() -> None:
    assert "run.status_mismatch" in started("done").end(3).server(4, "failed").found()
    assert "run.status_mismatch" not in started("done").end(3).server(4, "done").found()
    assert "run.status_mismatch" not in started().end(3).server(4, "done").found()
    named = started().event(3, Noticed("run.status_mismatch", {"name": "done", "payload": "short"}))
    assert finding(named, "run.status_mismatch").values["who"] == "payload"


def test_a_change_that_the_lifecycle_does_not_have() -> None:
    assert "run.illegal_transition" in started().state(3, "queued").found()
    assert "run.illegal_transition" not in started().state(3, "done").found()
    polled = Story().server(0, "queued").server(9, "done")
    assert "run.illegal_transition" not in polled.found(), "a poll may miss the states in between"
    torn = started().state(3, "done").end(3).server(4, "failed").found()
    assert "run.illegal_transition" not in torn, "two witnesses that disagree are no change"
    assert "run.illegal_transition" in started().state(3, "done").state(4, "failed").found()


def test_words_that_nobody_declared() -> None:
    assert "run.unknown_word" in started().state(3, "pondering").found()
    found = finding(started().event(3, Noticed("run.unknown_word", {"word": "x"})), "run.unknown_word")
    assert found.values["words"] == ["x"]
    assert "run.unknown_word" not in started("done").found()


def test_a_run_queued_behind_another_of_its_thread_is_blocked_by_it() -> None:
    story = started().request(3, run="r2").response(3)
    story.event(4, StatusSeen("queued", "queued"), run="r2")
    blocked = next(f for f in story.verdict(run="r2").findings if f.id == "run.blocked")
    assert blocked.values["run"] == "r1"
    assert "run.blocked" not in story.found(run="r1")


def test_calls_that_nobody_answered() -> None:
    asked = started().event(3, ToolCallSeen("c1", "look", "{}"))
    assert "tool.unanswered" not in asked.found(), "it is not over"
    assert "tool.unanswered" in asked.state(4, "done").found()
    hosted = started().event(3, ToolCallSeen("c1", "search", "{}", hosted=True)).state(4, "done")
    assert "tool.unanswered" not in hosted.found()
    answered = (
        started().event(3, ToolCallSeen("c1", "look", "{}")).event(4, ToolCallSeen("c1", output="")).state(5, "done")
    )
    assert "tool.unanswered" not in answered.found()


def test_a_short_message_matters_where_the_run_calls_itself_a_success() -> None:
    said = MessageSeen("m", "assistant", "x", status="incomplete", reason="max_tokens")
    assert "message.incomplete" in started().event(3, said).state(4, "done").found()
    assert "message.incomplete" not in started().event(3, said).state(4, "short").found()


def test_attempts_are_counted() -> None:
    story = started().event(3, Noticed("stream.attempts", {})).event(4, Noticed("stream.attempts", {}))
    assert finding(story, "stream.attempts").values["times"] == 3


def test_the_newest_word_about_the_present_state_is_the_proof() -> None:
    story = started("done").end(3).server(4, "done")
    word = last_word(story.case().run)
    assert word is not None
    assert word.status.witness is Witness.SERVER
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert Purpose.READ in {link.opened.purpose for link in story.case().links()}
