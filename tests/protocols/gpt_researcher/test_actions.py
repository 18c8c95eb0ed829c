from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.calls import Answer
from inspector.domain.errors import Refused, UserError
from inspector.protocols.gpt_researcher import actions
from tests.protocols.gpt_researcher.talk import Talk

QUESTION = "Any feedback on this plan?"


def at_work() -> Talk:
    return Talk().start(0).accepted(1).log(2, "planning_research")


def asking() -> Talk:
    return at_work().told(3, type="human_feedback", content="request", output=QUESTION)


def done() -> Talk:
    return at_work().report(3, "# T\n").path(4)


def offered(talk: Talk, number: int = 0) -> dict[str, str | None]:
    return {action.id: action.why_not for action in actions.actions(talk.case(number), talk.at * 1000)}


def frames(talk: Talk, action: str, data: Any = None) -> list[Any]:
    return [(call.method, call.json, call.link) for call in actions.plan(action, talk.case(), data)]


def test_a_run_at_work_can_be_cancelled_and_nothing_else() -> None:
    told = offered(at_work())
    assert [name for name, why in told.items() if why is None] == ["cancel"]
    assert told["chat"] == actions.BUSY
    assert told["start_again"] == actions.RUNNING
    assert told["refresh"] == actions.NO_FILES
    assert told["answer_plan"] == actions.ASLEEP


def test_a_plan_is_answered_at_most_twice_as_the_plan_says() -> None:
    talk = asking()
    assert [name for name, why in offered(talk).items() if why is None] == ["answer_plan", "cancel"]
    first, second = frames(talk, "answer_plan", "more")
    assert first == second == ("SEND", '{"type": "human_feedback", "content": "more"}', 1)
    (action,) = [one for one in actions.actions(talk.case(), 0) if one.id == "answer_plan"]
    assert action.primary
    assert action.context["question"] == QUESTION
    assert "once more" in action.consequence


def test_a_finished_run_can_be_asked_about_started_again_and_fetched() -> None:
    talk = done()
    assert [name for name, why in offered(talk).items() if why is None] == ["chat", "start_again", "refresh"]
    ((_, text, _),) = frames(talk, "chat", "why?")
    assert json.loads(text.removeprefix("chat "))["report"] == "# T\n"
    talk.fetched(5, "# The file")
    talk.out(6, 'chat {"message": "first?"}').told(7, type="chat", content="yes")
    ((_, text, _),) = frames(talk, "chat", "second?")
    told = json.loads(text.removeprefix("chat "))
    assert told["report"] == "# The file"
    assert [message["content"] for message in told["messages"]] == ["first?", "yes", "second?"]


def test_what_is_cut_can_only_be_started_again_with_the_same_command() -> None:
    talk = at_work().end(3)
    assert [name for name, why in offered(talk).items() if why is None] == ["start_again"]
    assert offered(talk)["cancel"] == actions.GONE
    opening, command = actions.plan("start_again", talk.case(), None)
    assert opening.answer is Answer.SOCKET
    assert json.loads(command.json.removeprefix("start ")) == {
        "task": "why?",
        "report_type": "research_report",
        "tone": "Objective",
    }
    other = actions.plan("start_again", talk.case(), {"task": "else?"})[1]
    assert json.loads(other.json.removeprefix("start "))["task"] == "else?"
    toned = json.loads(actions.plan("start_again", talk.case(), {"tone": "Formal"})[1].json.removeprefix("start "))
    assert (toned["task"], toned["tone"]) == ("why?", "Formal")


def test_a_wait_whose_socket_is_gone_cannot_be_answered() -> None:
    talk = asking().close(4, "in", 1012)
    assert offered(talk)["answer_plan"] == actions.GONE
    assert offered(talk)["start_again"] is None


def test_cancel_is_the_close_and_says_so() -> None:
    talk = at_work()
    assert frames(talk, "cancel") == [("CLOSE", None, 1)]
    (action,) = [one for one in actions.actions(talk.case(), 0) if one.id == "cancel"]
    assert "Closes the socket" in action.consequence


def test_what_cannot_work_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(Refused):
        actions.plan("chat", at_work().case(), "x")
    with pytest.raises(UserError):
        actions.plan("resume", at_work().case(), "x")
    with pytest.raises(UserError):
        actions.plan("answer_plan", asking().case(), "ping")


def test_a_run_that_nobody_saw_begin_cannot_be_begun_again() -> None:
    talk = Talk().accepted(1).end(2)
    assert offered(talk)["start_again"] == actions.NO_COMMAND


def test_a_saved_report_has_no_socket() -> None:
    talk = Talk().fetched(1, '{"report": {"answer": "x"}}', path="/api/reports/r1")
    told = offered(talk)
    assert told["refresh"] is None
    assert {told["chat"], told["cancel"], told["start_again"]} == {actions.SAVED}


def test_a_start_opens_a_socket_of_its_own() -> None:
    opening, command = actions.start({"task": "x"})
    assert (opening.answer, command.link) == (Answer.SOCKET, 0)
