"""What the socket's frames mean, told frame by frame and by recordings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.book import Book, Keys
from inspector.domain.case import Case
from inspector.domain.charts import Ending
from inspector.domain.diagnosis import judge
from inspector.domain.events import RunKey
from inspector.domain.frames import Frame, Kind
from inspector.protocols.gpt_researcher import ADAPTER
from inspector.protocols.gpt_researcher.decoder import Decoder
from inspector.store.open import open_log
from tests.protocols.gpt_researcher.talk import Talk

RECORDINGS = Path(__file__).parents[2] / "recordings" / "gpt_researcher"
EXPECTED: dict[str, Any] = json.loads((RECORDINGS / "expected.json").read_text(encoding="utf-8"))


def writing() -> Talk:
    return Talk().start(0).accepted(1).log(2, "planning_research").log(3, "writing_report")


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_recordings_end_as_a_reader_of_them_says(name: str) -> None:
    log = open_log(RECORDINGS / f"{name}.wire.jsonl")
    book = Book([ADAPTER], "gpt_researcher")
    book.feed(log)
    log.close()
    assert len(book.runs) == len(EXPECTED[name])
    for run, wanted in zip(book.runs.values(), EXPECTED[name], strict=True):
        verdict = judge(Case(run, book), book.now, ADAPTER.rules, True)
        found = {finding.id for finding in verdict.findings}
        assert verdict.ending in wanted["ending"]
        assert set(wanted["must"]) <= found
        assert not set(wanted["never"]) & found


def test_a_whole_report_completes_and_its_text_is_put_together() -> None:
    talk = writing().report(4, "# Title\n", "Text\n").log(5, "report_written").path(6)
    assert talk.verdict().ending == "completed"
    assert talk.runs()[0].messages["report"].text == "# Title\nText\n"
    assert not talk.found()


def test_a_path_is_no_proof_of_a_report() -> None:
    talk = writing().log(4, "report_written").path(5)
    assert (talk.verdict().ending, talk.found()) == (
        "incomplete",
        {"gpt_researcher.no_report", "run.incomplete"},
    )


def test_each_text_may_begin_with_the_same_line_but_none_twice() -> None:
    twice = Talk().start(0).accepted(1)
    for at in (2, 4, 6):
        twice.log(at, "writing_report").report(at + 1, "# Why?\n", "words\n")
    assert "gpt_researcher.report_restarted" not in twice.found()
    again = writing().report(4, "# Why?\n", "one\n").report(9, "# Why?\n", "one\n", "two\n").path(10)
    assert "gpt_researcher.report_restarted" in again.found()


def test_a_start_while_a_run_is_at_work_is_a_run_that_was_refused() -> None:
    talk = writing().start(4).log(5, "warning", "Task already running. Please wait.").report(6, "# T\n").path(7)
    assert [talk.verdict(n).ending for n in (0, 1)] == ["completed", "failed"]
    assert "gpt_researcher.busy" in talk.found(0)
    assert "run.blocked" in talk.found(1)


def test_a_start_without_an_answer_has_not_begun() -> None:
    talk = Talk().start(0)
    assert talk.verdict(0, 60).ending == "not_started"
    assert "run.not_started" in talk.found(0, 60)


def test_a_plan_question_waits_and_a_discarded_answer_is_told() -> None:
    talk = writing().told(4, type="human_feedback", content="request", output="This plan?")
    assert talk.verdict().ending == "waiting"
    talk.out(5, '{"type": "human_feedback", "content": "yes"}').log(5.1, "warning", "Task already running.")
    assert "gpt_researcher.answer_swallowed" in talk.found()
    talk.out(6, '{"type": "human_feedback", "content": "yes"}').log(7, "parallel_research")
    assert talk.verdict().ending == "running"
    assert "run.waiting_for_input" not in talk.found()


def test_closing_cancels_unless_it_followed_a_long_silence() -> None:
    assert writing().close(9, "out").close(9.1, "in").verdict().ending == "cancelled"
    assert writing().close(40, "out").close(40.1, "in").verdict().ending == "stalled"
    assert writing().close(9, "in", 1012).verdict().ending == "cut"
    assert writing().end(9).verdict().ending == "cut"
    waiting = writing().told(4, type="human_feedback", content="request", output="?")
    assert waiting.close(9, "out").verdict().ending == "cancelled"


def test_what_comes_after_a_close_moves_nothing() -> None:
    talk = writing().close(4, "out").log(4.1, "report_written").path(4.2).close(5, "in")
    assert talk.verdict().ending == "cancelled"
    assert {"socket.frames_after_close", "socket.closed_while_running"} <= talk.found()


def test_an_error_fails_the_run_and_the_open_socket_after_it_is_no_silence() -> None:
    talk = writing().log(4, "error", "no key")
    assert talk.verdict(0, 300).ending == "failed"
    assert "stream.silent" not in talk.found(0, 300)


def test_after_the_end_a_new_start_is_a_new_run() -> None:
    talk = writing().report(4, "# T\n").path(5).start(6).accepted(7)
    assert [talk.verdict(n).ending for n in (0, 1)] == ["completed", "running"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["in", "out"]),
            st.binary(max_size=60)
            | st.sampled_from(
                [
                    b"start {",
                    b'{"type":"logs"}',
                    b'{"type":"path"}',
                    b'{"query":1}',
                    b"[]",
                    b'{"type":"report","output":3}',
                ]
            ),
        ),
        max_size=20,
    )
)
def test_any_frames_are_taken(frames: list[tuple[str, bytes]]) -> None:
    decoder = Decoder(Keys(iter(map(RunKey, range(1, 999))).__next__))
    for seq, (side, body) in enumerate(frames, 1):
        decoder.feed(Frame(seq, float(seq), 1, Kind.SOCKET, {"dir": side, "op": "text"}, body))


def finished(*chunks: str) -> Talk:
    return Talk().start(0).accepted(1).log(2, "writing_report").report(3, *chunks).path(4)


def test_an_empty_file_takes_the_success_back() -> None:
    talk = finished("# T\n", "text\n").fetched(5, "\n")
    verdict = talk.verdict()
    assert verdict.ending is Ending.INCOMPLETE
    assert "gpt_researcher.no_report" in talk.found()
    assert "run.illegal_transition" not in talk.found()


def test_a_missing_file_is_told_and_ends_nothing() -> None:
    talk = finished("# T\n").fetched(5, '{"detail": "Not Found"}', 404)
    assert talk.verdict().ending is Ending.COMPLETED
    assert "gpt_researcher.no_report" in talk.found()


def test_a_file_that_says_the_same_is_no_finding() -> None:
    talk = finished("# T\n", "text\n").fetched(5, "# T\n\ntext")
    assert talk.found() == set()
    said = talk.case().said("report", talk.case().own)
    assert said is not None
    assert said.data == "# T\n\ntext"


def test_a_file_of_what_was_never_streamed_is_told() -> None:
    assert "gpt_researcher.report_differs" in finished().fetched(5, "# T").found()


def test_another_file_is_kept_and_compared_with_nothing() -> None:
    talk = finished("# T\n").told(4.5, type="path", output={"json": "outputs/x.json"})
    assert finished("# T\n").fetched(5, "[]", path="/outputs/other.md").found() == set()
    assert talk.found() == set()


def test_a_talk_about_the_report_is_a_conversation() -> None:
    talk = finished("# T\n").out(5, 'chat {"message": "why?"}').told(6, type="chat", content="because")
    told = [(message.role, message.text) for message in talk.runs()[0].messages.values()]
    assert told == [("assistant", "# T\n"), ("user", "why?"), ("assistant", "because")]
    assert talk.verdict().ending is Ending.COMPLETED


def test_a_saved_report_is_a_run_of_which_nobody_knows_the_end() -> None:
    talk = Talk().fetched(1, '{"report": {"question": "why?", "answer": "# T"}}', path="/api/reports/r1")
    talk.fetched(2, '{"report": {"question": "why?", "answer": "# T"}}', path="/api/reports/r1")
    (run,) = talk.runs()
    assert (run.id, talk.verdict().ending) == ("r1", Ending.UNKNOWN)
    assert [message.text for message in run.messages.values()] == ["why?", "# T"]


def test_a_saved_report_that_is_not_there_is_lost() -> None:
    assert Talk().fetched(1, '{"detail": "no"}', 404, "/api/reports/r1").verdict().ending is Ending.LOST
