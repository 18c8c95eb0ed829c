"""Findings about sockets, and those that only GPT-Researcher has."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from inspector.domain.rules_socket import ANSWER_MS
from tests.catalogue.entry import Entry
from tests.protocols.gpt_researcher.talk import Talk

ANSWER = '{"type": "human_feedback", "content": "yes"}'
BUSY = "Task already running. Please wait."


def at_work() -> Talk:
    return Talk().start(0).accepted(1).log(2, "planning_research").log(3, "writing_report")


def written(*lines: str) -> Collection[str]:
    return at_work().report(4, *lines).log(5, "report_written").path(6).found()


WORDS = " ".join(f"word{number}" for number in range(20))


def filed(words: str) -> Collection[str]:
    """What is found when the report's file has these words."""
    return at_work().report(4, WORDS).path(6).fetched(7, words).found()


def planned(*answers: str) -> Talk:
    talk = at_work().told(4, type="human_feedback", content="request", output="This plan?")
    for number, answer in enumerate(answers, 5):
        talk.out(number, answer)
    return talk


SOCKETS: Mapping[str, Entry] = {
    "socket.closed_while_running": Entry(
        fires=lambda: at_work().close(5, "in", 1011).found(),
        calm=lambda: at_work().found(),
        before=lambda: at_work().report(4, "# T\n").path(5).close(6, "out").found(),
        at=lambda: at_work().end(5).found(),
    ),
    "socket.frames_after_close": Entry(
        fires=lambda: at_work().close(5, "out").log(5.1, "researching").found(),
        calm=lambda: at_work().close(5, "out").found(),
        before=lambda: at_work().close(5, "out").close(5.1, "in").found(),
        at=lambda: at_work().close(5, "in").out(5.1, "ping").found(),
    ),
    "socket.deaf": Entry(
        fires=lambda: at_work().beat(10).beat(30).beat(50).found(0, 90.1),
        calm=lambda: at_work().beat(10).beat(30).beat(50).beat(70).found(0, 90.1),
        before=lambda: at_work().close(5, "out").found(0, 5 + ANSWER_MS / 1000 - 0.001),
        at=lambda: at_work().close(5, "out").found(0, 5 + ANSWER_MS / 1000),
    ),
    "gpt_researcher.no_report": Entry(
        fires=lambda: written(),
        calm=lambda: written("# Title\n", "Text\n"),
        before=lambda: written("x"),
        at=lambda: written(" \n"),
    ),
    "gpt_researcher.report_restarted": Entry(
        fires=lambda: written("# Why?\n", "one\n", "# Why?\n", "one\n", "two\n"),
        calm=lambda: written("# Why?\n", "one\n", "two\n"),
        before=lambda: at_work().report(4, "# Why?\n").log(5, "writing_report").report(6, "# Why?\n").path(7).found(),
        at=lambda: written("# Why?\n", "one\n", "# Why?\n"),
    ),
    "gpt_researcher.report_differs": Entry(
        fires=lambda: filed("one two three"),
        calm=lambda: filed(WORDS),
        before=lambda: filed(WORDS.replace("word1 ", "").replace("word2 ", "").replace("word3 ", "")),
        at=lambda: filed(" ".join(WORDS.split()[4:])),
    ),
    "gpt_researcher.busy": Entry(
        fires=lambda: at_work().out(4, 'chat {"message": "x"}').log(4.1, "warning", BUSY).found(),
        calm=lambda: at_work().found(),
        before=lambda: at_work().log(4.1, "researching", BUSY).found(),
        at=lambda: at_work().start(4).log(4.1, "warning", BUSY).found(0),
    ),
    "gpt_researcher.answer_swallowed": Entry(
        fires=lambda: planned(ANSWER).log(5.1, "warning", BUSY).found(),
        calm=lambda: planned(ANSWER).log(6, "parallel_research").found(),
        before=lambda: planned().found(),
        at=lambda: planned(ANSWER).log(5.1, "warning", BUSY).out(6, ANSWER).log(7, "parallel_research").found(),
    ),
}
