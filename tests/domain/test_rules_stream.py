"""Each finding about the connection: it fires, it does not, and the edge of its threshold."""

from __future__ import annotations

import pytest

from inspector.domain.events import ErrorSeen, Noticed, Purpose, StatusSeen
from inspector.domain.frames import Kind
from inspector.domain.rules_stream import RULES, begun, settled_at
from tests.domain.toy import Story


def started(state: str = "busy") -> Story:
    return Story().request().response().state(1, "queued").state(2, state)


def test_a_broken_body_is_cut_and_a_clean_one_is_not() -> None:
    assert started().end(3, "cut").found()["stream.cut"] == "error"
    assert started().end(3, "reset").found()["stream.cut"] == "error"
    assert "stream.cut" not in started().end(3).found()
    assert "stream.cut" not in started().end(3, "reset", "client").found()


def test_what_was_made_good_is_told_as_a_note() -> None:
    assert started().end(3, "cut").server(4, "done").found()["stream.cut"] == "note"
    again = started().end(3, "cut").request(4, Purpose.JOIN, joined=True).response(4).state(5, "busy")
    assert again.found()["stream.cut"] == "note"


def test_a_request_without_headers_becomes_a_finding_at_its_threshold() -> None:
    story = Story().request(5)
    assert "stream.no_headers" not in story.found(14.9)
    assert story.found(15.0)["stream.no_headers"] == "error"
    assert story.verdict(5.0).due == 15_000
    assert "stream.no_headers" not in Story().request().response(9).found(9)


def test_a_client_that_leaves_without_headers_proves_it_at_once() -> None:
    assert "stream.no_headers" in Story().request().end(1.5, "closed", "client").found()
    assert "stream.no_headers" in Story().request().end(0.1, "refused").found()


def test_an_empty_stream_becomes_a_finding_at_its_threshold_and_at_its_end() -> None:
    story = Story().request().response(1)
    assert "stream.no_events" not in story.found(10.9)
    assert "stream.no_events" in story.found(11.0)
    assert "stream.no_events" in Story().request().response(1).end(2).found()
    assert "stream.no_events" not in Story().request().response(1).state(2, "busy").end(3).found()


def test_joining_in_the_middle_may_be_quiet_while_it_is_open() -> None:
    story = Story().request(0, Purpose.JOIN, joined=True).response(0)
    assert "stream.no_events" not in story.found(20)
    assert "stream.no_events" in story.end(21).found()


def test_leaving_our_own_view_is_no_fault_of_anybody() -> None:
    story = Story().request(0, Purpose.JOIN, joined=True, connection="c1").response(0).state(1, "busy")
    assert "client.gave_up" not in story.end(2, "closed", "client").found()
    assert "client.gave_up" in started().end(3, "closed", "client").found()


def test_leaving_after_the_end_is_not_giving_up() -> None:
    assert "client.gave_up" not in started("done").end(3, "closed", "client").found()
    assert "client.gave_up" not in started("asking").end(3, "closed", "client").found()


@pytest.mark.parametrize(("now", "severity"), [(31.9, None), (32.0, "warn"), (121.9, "warn"), (122.0, "error")])
def test_silence_grows_from_a_warning_to_an_error(now: float, severity: str | None) -> None:
    assert started().found(now).get("stream.silent") == severity


def test_the_alarm_is_set_to_each_threshold_of_silence() -> None:
    assert started().verdict(3).due == 32_000
    assert started().verdict(32).due == 122_000


def test_silence_names_all_three_clocks() -> None:
    story = started().beat(30)
    silent = next(f for f in story.verdict(40).findings if f.id == "stream.silent")
    assert (silent.values["content"], silent.values["byte"], silent.values["change"]) == (38_000, 10_000, 38_000)
    assert silent.values["beats"] == 1


def test_nobody_is_silent_who_waits_is_queued_or_is_over() -> None:
    for state in ("asking", "done", "queued"):
        assert "stream.silent" not in started(state).found(500)
    assert "stream.silent" not in started().end(3).found(500)


def test_a_silence_that_ended_is_a_note_with_its_length() -> None:
    story = started().beat(20).state(40, "busy").state(41, "done")
    gap = next(f for f in story.verdict().findings if f.id == "stream.was_silent")
    assert gap.values["silence"] == 38_000
    assert "stream.was_silent" not in started().state(20, "done").found()


def test_http_errors_count_where_a_run_was_asked_for() -> None:
    refused = Story().request().response(1, 409, ErrorSeen("http", "busy", None, 409)).end(1)
    assert refused.found()["stream.http_error"] == "error"
    read = started().request(5, Purpose.READ, ErrorSeen("http", "no", None, 500)).response(5, 500)
    assert "stream.http_error" not in read.found()


def test_an_error_event_is_told_and_an_error_of_the_run_is_not_one() -> None:
    assert "stream.error_event" in started().event(3, ErrorSeen("event", "boom")).found()
    assert "stream.error_event" not in started().event(3, ErrorSeen("run", "boom")).found()


def test_a_clean_end_without_a_last_word() -> None:
    assert started().end(3).found()["stream.no_terminal"] == "error"
    assert "stream.no_terminal" not in started().end(3).found(terminal=False)
    assert "stream.no_terminal" in started().end(3).server(4, "busy").found(terminal=False)
    assert "stream.no_terminal" not in started().end(3).server(4, "done").found(terminal=False)
    for state in ("done", "asking"):
        assert "stream.no_terminal" not in started(state).end(3).found()
    assert "stream.no_terminal" not in Story().request().response().end(1).found()


def test_a_lost_last_word_needs_the_servers_answer() -> None:
    assert "run.final_event_lost" not in started().end(3).found()
    assert started().end(3).server(4, "done").found()["run.final_event_lost"] == "error"
    assert "run.final_event_lost" not in started().end(3).server(4, "busy").found()
    assert "run.final_event_lost" not in started().end(3).server(4, "done").found(terminal=False)
    assert "run.final_event_lost" not in started("done").end(3).server(4, "done").found()
    assert "run.final_event_lost" not in started().end(3, "closed", "client").server(4, "done").found()


def test_what_decoders_noticed_is_gathered_with_its_frames() -> None:
    story = started().event(3, Noticed("stream.bad_data", {"what": "a", "word": "x"}))
    story.event(4, Noticed("stream.bad_data", {"what": "b", "word": "y"}))
    found = next(f for f in story.verdict().findings if f.id == "stream.bad_data")
    assert found.frames == (5, 6)
    assert (found.values["times"], found.values["words"]) == (2, ["x", "y"])
    mild = started().event(3, Noticed("stream.sequence", {"what": "repeated", "severity": "note"}))
    assert mild.found()["stream.sequence"] == "note"


def test_helpers_of_the_rules() -> None:
    story = started("done").end(3)
    link = story.case().link
    assert link is not None
    assert settled_at(story.case().run, link)
    assert begun(started().case())
    assert not begun(story.case())
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_an_error_whose_body_never_came_is_told_all_the_same() -> None:
    assert Story().request().response(1, 503).end(1, "closed", "client").found()["stream.http_error"] == "error"
    assert Story().request().response(1, 502).found()["stream.http_error"] == "error"


def test_a_request_that_is_answered_at_once_may_stay_unanswered_too() -> None:
    story = Story().request(0, Purpose.BACKGROUND)
    assert ("stream.no_headers" in story.found(9), story.found(10)["stream.no_headers"]) == (False, "error")
    assert story.verdict(1).due == 10_000
    left = Story().request(0, Purpose.BACKGROUND).end(4, "closed", "client")
    assert {"stream.no_headers", "client.gave_up"} <= set(left.found())


def test_a_close_of_the_server_beats_silence_before_its_socket_has_gone() -> None:
    story = Story().request().response(0, 101).state(1, "busy")
    assert "stream.silent" in story.found(50)
    story.frame(Kind.SOCKET, 50, dir="in", op="close", code=1011)
    assert "stream.silent" not in story.found()


def test_of_a_socket_only_what_is_the_runs_own_counts() -> None:
    story = Story().request(run="other").frame(Kind.RESPONSE, 0, status=101, run="other")
    story.event(1, StatusSeen("done", "done"), run="other").event(60, run="other")
    story.frame(Kind.SOCKET, 61, dir="out", op="text", run="r1")
    assert ("stream.no_events" in story.found(70.9), "stream.no_events" in story.found(71)) == (False, True)
    assert "stream.was_silent" not in story.state(72, "busy").found()
    assert "stream.was_silent" in story.state(120, "busy").found()
