"""The scripts, with a server that says over the socket what a test wants, at every look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inspector.domain.actions import Effect, Outcome
from inspector.domain.calls import Call, Reply, Sleep
from inspector.protocols.gpt_researcher import ADAPTER, acts
from tests.protocols.gpt_researcher.talk import Talk
from tests.protocols.gpt_researcher.test_actions import asking, at_work, done

TAKEN = Reply(101, link=1)
BUSY = "Task already running. Please wait."


def play(
    talk: Talk, action: str, data: Any = None, says: tuple[Callable[[Talk], Any], ...] = (), **answers: Reply
) -> tuple[Outcome, list[Call]]:
    """The outcome, and what was sent. ``says`` are the server's words, one a pause; then time is over."""
    script = ADAPTER.act(action, talk.case(), data)
    words, sent = iter(says), list[Call]()
    try:
        step = next(script)
        while True:
            if isinstance(step, Sleep):
                saying = next(words, None)
                if saying is None:
                    step = script.throw(TimeoutError())
                    continue
                saying(talk)
                step = script.send(None)
            else:
                sent.append(step)
                if step.method == "SEND":
                    talk.out(talk.at + 0.1, str(step.json))
                step = script.send(answers.get(step.method, TAKEN))
    except StopIteration as end:
        return end.value, sent


def thrown(talk: Talk) -> None:
    talk.log(talk.at + 0.1, "warning", BUSY)


def goes_on(talk: Talk) -> None:
    talk.log(talk.at + 0.1, "parallel_research")


def test_an_answer_that_is_taken_is_sent_once() -> None:
    outcome, sent = play(asking(), "answer_plan", "no", (goes_on,))
    assert (outcome.effect, len(sent)) == (Effect.SEEN, 1)


def test_an_answer_that_is_swallowed_is_sent_once_more() -> None:
    outcome, sent = play(asking(), "answer_plan", "no", (thrown, goes_on))
    assert (outcome.effect, len(sent)) == (Effect.SEEN, 2)
    assert sent[0] == sent[1] or sent[0].json == sent[1].json


def test_and_not_a_third_time() -> None:
    outcome, sent = play(asking(), "answer_plan", "no", (thrown, thrown))
    assert (outcome.effect, len(sent), outcome.next) == (Effect.NOT_SEEN, 2, ("answer_plan",))


def test_a_changed_plan_is_an_effect() -> None:
    def asks_again(talk: Talk) -> None:
        talk.told(talk.at + 0.1, type="human_feedback", content="request", output="And now?")

    outcome, _ = play(asking(), "answer_plan", "more", (asks_again,))
    assert (outcome.effect, "changed plan" in outcome.why) == (Effect.SEEN, True)


def test_an_answer_into_silence_and_into_a_closed_socket() -> None:
    outcome, sent = play(asking(), "answer_plan", "no")
    assert (outcome.effect, len(sent)) == (Effect.NOT_SEEN, 1)
    assert "still asks" in outcome.why
    outcome, _ = play(asking(), "answer_plan", "no", (lambda talk: talk.close(9, "in", 1012),))
    assert (outcome.effect, outcome.next) == (Effect.NOT_SEEN, ("start_again",))
    outcome, _ = play(asking(), "answer_plan", "no", SEND=Reply(0, error="gone"))
    assert (outcome.effect, outcome.why) == (Effect.NOT_SEEN, "gone")


def test_a_question_is_answered() -> None:
    outcome, _ = play(done(), "chat", "why?", (lambda talk: talk.told(9, type="chat", content="because"),))
    assert (outcome.effect, outcome.why) == (Effect.SEEN, "It answered: because")


@pytest.mark.parametrize(
    ("says", "reply"), [((), TAKEN), ((lambda talk: talk.end(9),), TAKEN), ((), Reply(0, error="gone"))]
)
def test_a_question_without_an_answer(says: tuple[Callable[[Talk], Any], ...], reply: Reply) -> None:
    outcome, _ = play(done(), "chat", "why?", says, SEND=reply)
    assert outcome.effect is Effect.NOT_SEEN


def test_cancel_is_seen_when_the_close_is_answered() -> None:
    outcome, sent = play(at_work(), "cancel")
    assert (outcome.effect, [call.method for call in sent]) == (Effect.SEEN, ["CLOSE"])
    deaf, _ = play(at_work(), "cancel", CLOSE=Reply(0, error="No answer to our close."))
    assert (deaf.effect, deaf.next) == (Effect.NOT_SEEN, ("start_again",))
    assert "not known" in deaf.why


def test_started_again_is_seen_when_the_command_is_accepted() -> None:
    talk = done()
    outcome, sent = play(talk, "start_again", None, (lambda t: t.accepted(9),))
    assert (outcome.effect, [call.method for call in sent]) == (Effect.SEEN, ["GET", "SEND"])
    assert sent[1].link == 1


def test_a_start_can_be_refused_aloud_without_a_word_or_at_the_door() -> None:
    def refused(talk: Talk) -> None:
        talk.log(9, "warning", BUSY)

    assert play(done(), "start_again", None, (refused,))[0].effect is Effect.REFUSED
    silent = play(done(), "start_again", None, (lambda talk: None,) * (acts.ACCEPT_TRIES + 1))[0]
    assert (silent.effect, "without a word" in silent.why) == (Effect.NOT_SEEN, True)
    assert play(done(), "start_again", GET=Reply(403))[0].effect is Effect.REFUSED
    assert play(done(), "start_again", GET=Reply(0, error="gone"))[0].why == "gone"


def test_the_files_are_fetched_and_told() -> None:
    outcome, sent = play(done(), "refresh", GET=Reply(200, body="# T"))
    assert [call.path for call in sent] == ["/outputs/x.md"]
    assert (outcome.effect, outcome.why) == (Effect.SEEN, "x.md: 3 characters; pdf: not made")
    outcome, _ = play(done(), "refresh", GET=Reply(404))
    assert "answered 404" in outcome.why


def test_a_saved_report_is_fetched() -> None:
    talk = Talk().fetched(1, '{"report": {"answer": "x"}}', path="/api/reports/r1")
    outcome, sent = play(talk, "refresh", GET=Reply(200, body={}))
    assert (outcome.effect, sent[0].path) == (Effect.SEEN, "/api/reports/r1")
