"""Findings about sockets: who closed, who sent on, who is deaf."""

from __future__ import annotations

import pytest

from inspector.domain.rules_socket import ANSWER_MS, RULES
from tests.protocols.gpt_researcher.talk import Talk


def working() -> Talk:
    return Talk().start(0).accepted(1).log(2, "planning_research")


@pytest.mark.parametrize(("side", "by"), [("out", "client"), ("in", "server")])
def test_who_closed_is_told(side: str, by: str) -> None:
    talk = working().close(3, side, 1011)
    found = next(f for f in talk.verdict().findings if f.id == "socket.closed_while_running")
    assert (found.values["by"], found.values["code"]) == (by, 1011)


def test_closing_after_the_end_is_nothing() -> None:
    talk = working().report(3, "# T\n").path(4).close(5, "out").close(5.1, "in").end(6)
    assert not talk.found()


def test_leaving_before_anything_ran_is_no_close_while_running() -> None:
    assert "socket.closed_while_running" not in Talk().start(0).close(6, "out").found()
    assert "socket.closed_while_running" in Talk().start(0).close(6, "in").found()


def test_a_close_that_nobody_answers_is_deafness_from_its_threshold_on() -> None:
    talk = working().close(3, "out")
    limit = 3 + ANSWER_MS / 1000
    assert "socket.deaf" not in talk.found(0, limit - 0.01)
    assert "socket.deaf" in talk.found(0, limit)
    assert talk.verdict().due == limit * 1000
    assert "socket.deaf" not in talk.close(3.2, "in").found(0, 60)


def test_pings_that_stop_are_deafness_after_twice_their_interval() -> None:
    talk = working().beat(10).beat(30).beat(50)
    assert "socket.deaf" not in talk.found(0, 90)
    assert "socket.deaf" in talk.found(0, 90.1)


def test_after_a_single_ping_the_usual_interval_counts() -> None:
    talk = working().beat(20)
    assert ("socket.deaf" in talk.found(0, 60), "socket.deaf" in talk.found(0, 60.1)) == (False, True)
    assert "socket.deaf" not in working().found(0, 500)


def test_a_ping_of_ours_without_its_pong() -> None:
    talk = working().beat(10, "out")
    assert "socket.deaf" not in talk.found(0, 29.9)
    assert "socket.deaf" in talk.found(0, 30)
    assert "socket.deaf" not in talk.beat(31, "in", "pong").found(0, 60)


def test_frames_after_a_close_are_proved_by_their_numbers() -> None:
    talk = working().close(3, "out").log(3.1, "researching").log(3.2, "researching")
    late = next(f for f in talk.verdict().findings if f.id == "socket.frames_after_close")
    assert late.frames == (6, 7, 8)
    assert len({rule.id for rule in RULES}) == 3
