"""Every cell of the joint table of run and link."""

from __future__ import annotations

import pytest

from inspector.domain.ending import judge_ending, quiet_since, silence, word_after
from inspector.domain.events import (
    Answered,
    ErrorSeen,
    Purpose,
    RunKey,
    ServerSaid,
    StatusSeen,
    ToolCallSeen,
    Witness,
)
from tests.domain.toy import Story


def started(state: str = "busy") -> Story:
    return Story().request().response().state(1, "queued").state(2, state)


@pytest.mark.parametrize(
    ("state", "ending"),
    [
        ("done", "completed"),
        ("short", "incomplete"),
        ("failed", "failed"),
        ("cancelled", "cancelled"),
        ("expired", "expired"),
        ("asking", "waiting"),
    ],
)
@pytest.mark.parametrize("how", ["eof", "cut", "closed", None])
def test_a_settled_state_decides_whatever_the_link_did(state: str, ending: str, how: str | None) -> None:
    story = started(state)
    if how is not None:
        story.end(3, how)
    assert story.verdict(300).ending == ending


@pytest.mark.parametrize(
    ("how", "by", "ending"),
    [("eof", "server", "cut"), ("cut", "server", "cut"), ("reset", "server", "cut"), ("closed", "client", "cut")],
)
def test_a_run_at_work_whose_link_is_gone_is_cut_off(how: str, by: str, ending: str) -> None:
    assert started().end(3, how, by).verdict().ending == ending


def test_a_run_at_work_runs_until_the_silence_threshold_and_then_stalls() -> None:
    story = started()
    assert story.verdict(31.9).ending == "running"
    assert story.verdict(32.0).ending == "stalled"


def test_keep_alives_do_not_hide_a_stall() -> None:
    story = started()
    for at in range(5, 60, 5):
        story.beat(at)
    assert story.verdict(60).ending == "stalled"


def test_a_client_that_leaves_after_a_long_silence_leaves_a_stalled_run_but_not_before() -> None:
    assert started().end(40, "closed", "client").verdict(90).ending == "stalled"
    assert started().end(20, "closed", "client").verdict(90).ending == "cut"


def test_where_closing_cancels_it_does() -> None:
    story = Story().request(cancels=True).response().state(1, "busy").end(2, "closed", "client")
    assert story.verdict().ending == "cancelled"


def test_nothing_has_begun_before_the_first_event() -> None:
    story = Story().request()
    assert story.verdict(100).ending == "not_started"
    assert story.response(1).verdict(100).ending == "not_started"
    assert story.state(2, "queued").verdict(100).ending == "not_started"


def test_giving_up_before_anything_began_is_not_started() -> None:
    assert Story().request().response().end(60, "closed", "client").verdict().ending == "not_started"
    assert Story().request().end(60, "closed", "client").verdict().ending == "not_started"


def test_an_empty_stream_that_ends_is_cut_where_an_end_belongs_and_unknown_where_none_does() -> None:
    story = Story().request().response().end(1)
    assert story.verdict(terminal=True).ending == "cut"
    assert story.verdict(terminal=False).ending == "unknown"


def test_a_clean_end_without_a_word_is_unknown_only_where_the_protocol_has_no_last_word() -> None:
    story = started().end(3)
    assert story.verdict(terminal=False).ending == "unknown"
    assert story.verdict(terminal=True).ending == "cut"


def test_an_error_event_without_a_status_is_an_end_without_an_end() -> None:
    story = started().event(3, ErrorSeen("event", "boom")).end(4)
    assert story.verdict(terminal=False).ending == "cut"


def test_the_servers_word_beats_the_streams() -> None:
    assert started().end(3).server(4, "done").verdict().ending == "completed"
    assert started("done").end(3).server(4, "failed").verdict().ending == "failed"
    alive = started().end(3).server(4, "busy").verdict(terminal=False)
    assert (alive.ending, alive.why) == ("cut", "cut.alive")


def test_what_is_not_terminal_never_counts_after_an_end_and_the_later_end_does() -> None:
    assert started("done").state(5, "busy").verdict(90).ending == "completed"
    assert started("done").state(5, "failed").verdict().ending == "failed"


def test_a_refused_start_failed_and_an_unreachable_server_too() -> None:
    assert Story().request().response(1, 400).end(1).verdict().ending == "failed"
    assert Story().request().end(1, "refused").verdict().why == "unreachable"


def test_a_start_in_the_background_that_nobody_answers_has_not_begun() -> None:
    story = Story().request(0, Purpose.BACKGROUND)
    assert story.verdict(1).why == "not_started.connecting"
    assert story.end(5, "closed", "client").verdict().why == "not_started.gave_up"
    assert Story().request(0, Purpose.BACKGROUND).response(1).verdict().why == "not_started.no_event"
    assert Story().request(0, Purpose.BACKGROUND).response(1, 500).end(1).verdict().ending == "failed"
    assert Story().request(0, Purpose.BACKGROUND).response(1).end(1).verdict().ending == "unknown"


def test_watching_what_the_server_does_not_know_is_lost() -> None:
    story = Story().request(0, Purpose.JOIN, joined=True).response(1, 404).end(1)
    assert story.verdict().ending == "lost"
    story = Story().request(0, Purpose.READ).response(1, 404, ServerSaid("run", "r1", None, 404)).end(1)
    assert story.verdict().ending == "lost"


def test_asking_only_tells_as_much_as_was_said() -> None:
    assert Story().server(0, "busy").verdict(1).ending == "running"
    assert Story().server(0, "busy").verdict(31).ending == "stalled"
    assert Story().server(0, "queued").verdict(1).ending == "not_started"
    assert Story().request(0, Purpose.READ).verdict(1).ending == "unknown"


def test_the_servers_own_date_of_the_last_change_starts_the_clock_of_who_comes_late() -> None:
    story = Story().request(100, Purpose.READ)
    said = StatusSeen("busy", "busy", Witness.SERVER, since=10_000.0)
    story.request(100, Purpose.JOIN, said, joined=True).response(100)
    assert quiet_since(story.case()) == 10_000.0
    assert story.verdict(101).ending == "stalled"


def test_a_wait_that_a_later_run_answered_is_over() -> None:
    story = started("asking").end(3).request(4, run="r2").response(4)
    story.event(5, StatusSeen("busy", "busy"), Answered(RunKey(1)), run="r2")
    assert story.verdict().ending == "completed"
    assert story.verdict(run="r2").ending == "running"


def test_an_answer_to_some_of_the_calls_leaves_the_run_waiting() -> None:
    story = started("asking").event(2, ToolCallSeen("call_1", "look")).end(3).request(4, run="r2").response(4)
    outputs = (ToolCallSeen("call_1", output="found"),)
    story.event(5, StatusSeen("busy", "busy"), Answered(RunKey(1), outputs, whole=False), run="r2")
    assert story.verdict().ending == "waiting"
    assert story.case().run.tools["call_1"].output == "found"


def test_a_run_that_is_asked_again_and_again_after_its_stream_died_is_alive() -> None:
    story = started().end(3).server(4, "busy")
    story.case().run.source = "polling"
    assert story.verdict(6).ending == "running"
    assert story.verdict(60).ending == "stalled"


def test_a_run_that_is_asked_for_in_vain_after_its_stream_died_is_cut_off_until_an_answer_comes() -> None:
    story = started().end(3, "cut").request(4, Purpose.READ).end(4, "refused")
    story.case().run.source = "polling"
    assert story.verdict(5).ending == "cut"
    assert story.verdict(60).ending == "cut"
    assert story.server(61, "busy").verdict(61).ending == "stalled"
    assert started().request(4, Purpose.READ).end(4, "refused").verdict(5).ending == "running"


def test_silence_of_a_link_that_is_gone_ends_with_it() -> None:
    story = started().end(12, "closed", "client")
    assert silence(story.case(), 500_000) == 10_000
    link = story.case().link
    assert link is not None
    assert word_after(story.case(), link) is None
    assert judge_ending(story.case(), 500_000, True).values["silence"] == 10_000


def awaiting() -> Story:
    return Story().request(0, Purpose.WAIT).response(0.1)


@pytest.mark.parametrize(
    ("story", "now", "ending", "why"),
    [
        (Story().request(0, Purpose.WAIT), 5, "not_started", "not_started.connecting"),
        (awaiting(), 5, "running", "running.awaited"),
        (awaiting().beat(25).beat(50), 79, "running", "running.awaited"),
        (awaiting().beat(25).beat(50), 80, "stalled", "stalled"),
        (awaiting().beat(5).end(9, "closed", "client"), 9, "cut", "cut.left"),
        (awaiting().beat(5).end(36, "closed", "client"), 36, "stalled", "stalled.gave_up"),
        (awaiting().beat(5).end(9, "cut"), 9, "cut", "cut.broken"),
        (awaiting().beat(5).end(9, "cut").server(10, "done"), 10, "completed", "state.completed"),
    ],
)
def test_who_waits_for_one_answer_has_begun_as_soon_as_the_server_took_the_request(
    story: Story, now: float, ending: str, why: str
) -> None:
    verdict = story.verdict(now)
    assert (verdict.ending, verdict.why) == (ending, why)
    assert ("stream.silent" in story.found(now)) is (ending == "stalled")
