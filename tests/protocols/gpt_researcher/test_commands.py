from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.calls import Answer
from inspector.domain.errors import UserError
from inspector.protocols.gpt_researcher import commands


def body(text: str) -> Any:
    return json.loads(text.partition(" ")[2])


def test_a_start_is_whole_with_nothing_but_its_task() -> None:
    text = commands.start({"task": "why?", "thread_id": "t"})
    assert text.startswith("start {")
    assert body(text) == {
        "task": "why?",
        "report_type": "research_report",
        "report_source": "web",
        "tone": "Objective",
        "query_domains": [],
    }


def test_what_is_given_goes_along_known_or_not() -> None:
    assert body(commands.start({"task": "x", "tone": "Formal", "new": 1}))["new"] == 1
    assert body(commands.start('{"task": "x", "report_type": ""}'))["report_type"] == ""


@pytest.mark.parametrize(
    "data", [{}, {"task": " "}, {"task": 3}, [], "x", None, {"task": "x", "tone": "Objective (calm)"}]
)
def test_a_start_that_the_server_could_not_take_is_not_sent(data: Any) -> None:
    with pytest.raises(UserError):
        commands.start(data)


def test_the_same_command_again() -> None:
    assert commands.again({"task": "é"}) == 'start {"task": "é"}'
    assert commands.again("not json") == "start not json"


@pytest.mark.parametrize("data", ["more on costs", {"content": "more on costs"}])
def test_an_answer_to_the_plan(data: Any) -> None:
    assert json.loads(commands.answer(data)) == {"type": "human_feedback", "content": "more on costs"}
    assert json.loads(commands.answer(False))["content"] == "no"


@pytest.mark.parametrize("data", ["", None, {}, 3, " ping ", {"content": "PING"}])
def test_a_ping_is_never_an_answer_and_nothing_is_none(data: Any) -> None:
    with pytest.raises(UserError):
        commands.answer(data)


def test_a_question_goes_with_the_report_and_what_was_said_before() -> None:
    talk = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    told = body(commands.chat("and?", "# R", talk))
    assert told == {"report": "# R", "messages": [*talk, {"role": "user", "content": "and?"}]}
    assert body(commands.chat({"message": "x"}, "", [])) == {"message": "x"}
    own = {"report": "mine", "messages": []}
    assert body(commands.chat(own, "# R", talk)) == own
    assert body(commands.chat(json.dumps(own), "# R", talk)) == own


@pytest.mark.parametrize("data", ["", None, {}, {"message": ""}, 7])
def test_a_question_needs_words(data: Any) -> None:
    with pytest.raises(UserError):
        commands.chat(data, "", [])


def test_what_cannot_be_written_is_one_sentence() -> None:
    with pytest.raises(UserError):
        commands.start({"task": "x", "more": {1, 2}})


def test_the_calls() -> None:
    assert (commands.opened().answer, commands.opened().reads) == (Answer.SOCKET, False)
    sent = commands.said("x", "label", 4)
    assert (sent.method, sent.json, sent.link, sent.reads) == ("SEND", "x", 4, False)
    assert (commands.closed(4).method, commands.closed(4).link) == ("CLOSE", 4)
