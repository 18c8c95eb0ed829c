"""Scripts: a look before, the planned writes, and the proof."""

from __future__ import annotations

import pytest

from inspector.domain.actions import Effect
from inspector.domain.calls import Reply
from inspector.domain.case import Case
from inspector.protocols.responses.actions import plan
from inspector.protocols.responses.acts import act
from tests.protocols.assistants.wire import drive, json_reply
from tests.protocols.responses.wire import Log, call, fold, response, waiting

ACTIVE, DONE = json_reply(response("in_progress")), json_reply(response("completed"))
CANCELLED = json_reply(response("cancelled"))
ERROR = json_reply({"error": {"message": "No tool output found for function call call_2."}}, 400)


def background() -> Case:
    return fold(Log().post("/responses", {"model": "m", "background": True}, response("in_progress"))).case()


def cancel(*replies: Reply | type[BaseException]) -> tuple[Effect, str]:
    case = background()
    outcome, _ = drive(act("cancel", case, plan("cancel", case, None)), *replies)
    return outcome.effect, outcome.why


@pytest.mark.parametrize(
    ("replies", "effect", "why"),
    [
        ([ACTIVE, CANCELLED], Effect.SEEN, "is cancelled"),
        ([ACTIVE, ACTIVE, ACTIVE, CANCELLED], Effect.SEEN, "is cancelled"),
        ([ACTIVE, ACTIVE, DONE], Effect.SEEN, "before the cancel took effect"),
        ([ACTIVE, ACTIVE, json_reply({}, 404)], Effect.SEEN, "does not know"),
        ([DONE], Effect.REFUSED, "Nothing was sent"),
        ([ACTIVE, ERROR], Effect.REFUSED, "No tool output"),
        ([ACTIVE, ACTIVE, TimeoutError], Effect.NOT_SEEN, "still in_progress"),
        ([Reply(0, error="No route.")], Effect.NOT_SEEN, "Nothing was sent"),
        ([TimeoutError], Effect.NOT_SEEN, "nothing was sent"),
    ],
)
def test_a_cancel_is_seen_when_the_server_says_so(
    replies: list[Reply | type[BaseException]], effect: Effect, why: str
) -> None:
    told = cancel(*replies)
    assert told[0] is effect
    assert why in told[1]


def close(log: Log, *replies: Reply | type[BaseException]) -> tuple[Effect, str]:
    case = fold(log).case()
    outcome, _ = drive(act("cancel", case, plan("cancel", case, None)), *replies)
    return outcome.effect, outcome.why


CLOSED = Reply(101, link=1)


@pytest.mark.parametrize(
    ("replies", "effect", "why"),
    [
        ([CLOSED, CANCELLED], Effect.SEEN, "is closed, and the server says that the response is cancelled"),
        ([CLOSED, ACTIVE, CANCELLED], Effect.SEEN, "is cancelled"),
        ([CLOSED, json_reply({}, 404)], Effect.SEEN, "knows nothing"),
        ([CLOSED, ACTIVE, TimeoutError], Effect.NOT_SEEN, "is in_progress"),
        ([Reply(0, error="Not open.")], Effect.NOT_SEEN, "Not open."),
    ],
)
def test_closing_is_proved_by_what_the_server_says_of_the_response(
    replies: list[Reply | type[BaseException]], effect: Effect, why: str
) -> None:
    told = close(Log().open().tells("in_progress"), *replies)
    assert told[0] is effect
    assert why in told[1]


def test_of_a_request_that_was_never_answered_there_is_nothing_to_ask() -> None:
    effect, why = close(Log().ask(), CLOSED)
    assert (effect, "never answered" in why) == (Effect.SEEN, True)


@pytest.mark.parametrize(
    ("reply", "effect", "started"),
    [
        (Reply(200, link=4), Effect.SEEN, None),
        (json_reply(response("completed", "resp_2")), Effect.SEEN, "resp_2"),
        (ERROR, Effect.REFUSED, None),
        (json_reply({"error": {"message": "no"}}), Effect.NOT_SEEN, None),
        (Reply(0, error="Broken."), Effect.NOT_SEEN, None),
        (TimeoutError, Effect.NOT_SEEN, None),
    ],
)
def test_outputs_are_taken_when_the_server_answers(
    reply: Reply | type[BaseException], effect: Effect, started: str | None
) -> None:
    case = fold(waiting(call("call_1"))).case()
    calls = plan("submit_tool_outputs", case, {"call_1": "x"})
    outcome, sent = drive(act("submit_tool_outputs", case, calls), reply)
    assert (outcome.effect, outcome.started) == (effect, started)
    assert sent == list(calls)


@pytest.mark.parametrize(
    ("reply", "effect"),
    [
        (Reply(200, link=4), Effect.SEEN),
        (ACTIVE, Effect.NOT_SEEN),
        (ERROR, Effect.REFUSED),
        (TimeoutError, Effect.NOT_SEEN),
    ],
)
def test_streaming_again(reply: Reply | type[BaseException], effect: Effect) -> None:
    case = fold(Log().open({"background": True}).tells("in_progress").end("cut")).case()
    outcome, _ = drive(act("resume_stream", case, plan("resume_stream", case, None)), reply)
    assert outcome.effect is effect


@pytest.mark.parametrize(
    ("reply", "effect", "why"),
    [
        (DONE, Effect.SEEN, "completed"),
        (json_reply({}, 404), Effect.SEEN, "404"),
        (json_reply({"error": {"message": "sick"}}, 500), Effect.NOT_SEEN, "sick"),
        (Reply(0, error="No route."), Effect.NOT_SEEN, "No route."),
        (json_reply({}), Effect.SEEN, "no status"),
    ],
)
def test_a_look(reply: Reply, effect: Effect, why: str) -> None:
    outcome, calls = drive(act("refresh", background(), ()), reply)
    assert outcome.effect is effect
    assert why in outcome.why
    assert all(call.reads for call in calls)
