"""Situations that no recording has, each with the verdict that a reader would give."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.protocols.gpt_researcher.talk import Talk

Situation = tuple[Callable[[], Talk], str, set[str], set[str]]
CALM = {"run.failed", "socket.deaf", "socket.closed_while_running", "run.illegal_transition", "stream.bad_data"}
BUSY = "Task already running. Please wait."
ANSWER = '{"type": "human_feedback", "content": "more on costs"}'


def begun() -> Talk:
    return Talk().start(0).accepted(1).log(2, "planning_research").log(3, "researching")


def written() -> Talk:
    return begun().log(4, "writing_report").report(5, "# T\n", "text\n").log(6, "report_written")


def asked() -> Talk:
    return begun().told(4, type="human_feedback", content="request", output="This plan?")


def paths(**files: str) -> Callable[[], Talk]:
    return lambda: written().told(7, type="path", output=files)


def nothing_comes_after_start() -> Talk:
    return Talk().start(0).beat(20).beat(20.1, "out", "pong").beat(40)


def refused_and_accepted_on_the_same_socket() -> Talk:
    return Talk().start(0).log(0.5, "warning", BUSY)


def the_second_run_of_a_socket() -> Talk:
    talk = written().path(7)
    talk.start(8).accepted(9).log(10, "planning_research").log(11, "writing_report").report(12, "# U\n")
    return talk.path(13)


def pings_went_on_and_nothing_else() -> Talk:
    talk = begun()
    for second in range(20, 130, 20):
        talk.beat(second).beat(second + 0.1, "out", "pong")
    return talk


def our_pings_are_not_answered() -> Talk:
    return begun().beat(20, "out").beat(40, "out").beat(60, "out")


def one_ping_was_late_and_then_answered() -> Talk:
    return begun().beat(20, "out").beat(38, "in", "pong").log(39, "researching")


def the_plan_is_accepted_while_an_answer_is_on_its_way() -> Talk:
    talk = asked().log(4.1, "parallel_research").out(5, ANSWER).log(5.1, "warning", BUSY)
    return talk.log(6, "writing_report").report(7, "# T\n").path(8)


def the_plan_is_asked_in_two_rounds() -> Talk:
    talk = asked().out(5, ANSWER).log(5.1, "warning", BUSY).out(6, ANSWER)
    return talk.told(7, type="human_feedback", content="request", output="And this one?")


def the_server_goes_while_it_waits_for_the_answer() -> Talk:
    return asked().close(5, "in", 1012).end(5.1)


def the_client_goes_while_it_waits_for_the_answer() -> Talk:
    return asked().close(5, "out").close(5.1, "in").end(5.2)


def an_unknown_command_does_not_touch_the_run() -> Talk:
    return (
        begun().out(4, "hello").told(4.1, type="error", content="error", output="Unknown command").log(5, "researching")
    )


def a_frame_that_is_no_json() -> Talk:
    return begun().said(4, "not json")


def a_frame_of_a_newer_version() -> Talk:
    return begun().told(4, type="sources", output=["http://a"]).log(5, "researching")


def a_step_of_a_newer_version() -> Talk:
    return begun().log(4, "thinking_hard").log(5, "researching")


def an_error_after_the_report() -> Talk:
    return written().log(7, "error", "Error: PDF could not be made")


def late_lines_after_the_end() -> Talk:
    return written().path(7).log(8, "researching").close(9, "out").close(9.1, "in").end(9.2)


def the_socket_is_reset() -> Talk:
    return written().end(7, "reset")


def the_file_is_half_of_what_was_streamed() -> Talk:
    words = " ".join(f"word{number}" for number in range(40))
    talk = begun().log(4, "writing_report").report(5, words).path(6)
    return talk.fetched(7, " ".join(words.split()[:20]))


def an_older_server_begins_without_a_word() -> Talk:
    return Talk().start(0).log(1, "planning_research").log(2, "writing_report").report(3, "# T\n").path(4)


def a_start_without_a_task_is_refused_without_a_word() -> Talk:
    return Talk().out(0, "start {}").close(6, "out").close(6.1, "in").end(6.2)


def a_good_start_after_one_that_was_refused() -> Talk:
    talk = Talk().out(0, "start {}").start(6).accepted(7).log(8, "planning_research")
    talk.out(9, 'chat {"message": "how far?"}').log(9.1, "warning", BUSY).log(10, "writing_report")
    return talk.report(11, "# T\n").path(12)


def a_start_that_a_server_drops_without_a_word() -> Talk:
    talk = begun().out(4, 'start {"task": "and this?"}')
    return talk.log(20, "writing_report").report(21, "# T\n").path(22)


def a_second_run_after_a_long_rest() -> Talk:
    return written().path(7).start(100).accepted(101).log(102, "writing_report").report(103, "# U\n").path(104)


def a_log_that_begins_in_the_middle() -> Talk:
    return Talk().log(1, "researching").log(2, "writing_report").report(3, "# T\n").path(4)


def a_log_that_has_the_end_alone() -> Talk:
    return Talk().log(1, "report_written").path(2)


SITUATIONS: dict[str, Situation] = {
    "silent refusal": (nothing_comes_after_start, "not_started", {"stream.no_events"}, CALM),
    "busy at the start": (refused_and_accepted_on_the_same_socket, "failed", {"run.blocked"}, {"socket.deaf"}),
    "second run of one socket": (the_second_run_of_a_socket, "completed", set(), CALM),
    "alive stall": (pings_went_on_and_nothing_else, "stalled", {"stream.silent"}, CALM),
    "deaf stall": (our_pings_are_not_answered, "stalled", {"stream.silent", "socket.deaf"}, {"run.failed"}),
    "a late pong": (one_ping_was_late_and_then_answered, "running", set(), CALM | {"stream.silent"}),
    "accepted by itself": (
        the_plan_is_accepted_while_an_answer_is_on_its_way,
        "completed",
        {"gpt_researcher.answer_swallowed"},
        CALM,
    ),
    "two rounds": (the_plan_is_asked_in_two_rounds, "waiting", {"run.waiting_for_input"}, CALM),
    "gone while asked": (
        the_server_goes_while_it_waits_for_the_answer,
        "cut",
        {"socket.closed_while_running"},
        {"run.waiting_for_input", "run.failed"},
    ),
    "left while asked": (
        the_client_goes_while_it_waits_for_the_answer,
        "cancelled",
        {"socket.closed_while_running"},
        {"run.waiting_for_input", "run.failed"},
    ),
    "unknown command": (an_unknown_command_does_not_touch_the_run, "running", set(), CALM),
    "no JSON": (a_frame_that_is_no_json, "running", {"stream.bad_data"}, CALM - {"stream.bad_data"}),
    "unknown frame": (a_frame_of_a_newer_version, "running", {"run.unknown_word"}, CALM),
    "unknown step": (a_step_of_a_newer_version, "running", set(), CALM),
    "error at the end": (an_error_after_the_report, "failed", {"run.failed"}, {"gpt_researcher.no_report"}),
    "late lines": (late_lines_after_the_end, "completed", set(), CALM | {"socket.frames_after_close"}),
    "reset": (the_socket_is_reset, "cut", {"socket.closed_while_running"}, {"run.failed"}),
    "no PDF is no fault": (
        paths(pdf="", md="outputs/x.md", docx="outputs/x.docx"),
        "completed",
        set(),
        CALM | {"gpt_researcher.no_report"},
    ),
    "no files at all": (paths(), "completed", set(), CALM),
    "an older server": (an_older_server_begins_without_a_word, "completed", set(), CALM),
    "no task": (
        a_start_without_a_task_is_refused_without_a_word,
        "not_started",
        {"stream.no_events"},
        CALM,
    ),
    "again, with a task": (a_good_start_after_one_that_was_refused, "completed", {"gpt_researcher.busy"}, CALM),
    "dropped": (
        a_start_that_a_server_drops_without_a_word,
        "not_started",
        {"stream.no_events"},
        CALM | {"run.blocked", "stream.silent"},
    ),
    "after a rest": (a_second_run_after_a_long_rest, "completed", set(), CALM | {"stream.was_silent"}),
    "joined": (a_log_that_begins_in_the_middle, "completed", set(), CALM),
    "joined at the end": (a_log_that_has_the_end_alone, "completed", set(), CALM | {"gpt_researcher.no_report"}),
    "half a file": (the_file_is_half_of_what_was_streamed, "completed", {"gpt_researcher.report_differs"}, CALM),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_it_is_judged_as_a_reader_would(name: str) -> None:
    tell, ending, must, never = SITUATIONS[name]
    talk = tell()
    last = len(talk.runs()) - 1
    assert talk.verdict(last).ending.value == ending
    found = talk.found(last)
    assert must <= found
    assert not never & found


def test_the_others_of_a_socket_are_judged_each_by_its_own() -> None:
    assert [run.state for run in a_good_start_after_one_that_was_refused().runs()] == ["requested", "completed"]
    assert [run.state for run in a_start_that_a_server_drops_without_a_word().runs()] == ["completed", "requested"]
    assert "stream.was_silent" not in a_second_run_after_a_long_rest().found(0)
    (joined,) = a_log_that_begins_in_the_middle().runs()
    assert joined.thread == "socket 1"


def silence(talk: Talk) -> dict[str, object]:
    (found,) = [each for each in talk.verdict().findings if each.id == "stream.silent"]
    return dict(found.values)


def test_a_stall_says_whether_the_other_side_lives() -> None:
    assert (silence(pings_went_on_and_nothing_else())["alive"], silence(our_pings_are_not_answered())["alive"]) == (
        True,
        False,
    )
