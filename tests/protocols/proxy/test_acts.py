from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from inspector.domain.actions import Effect, Outcome
from inspector.domain.calls import Call, Reply
from inspector.domain.errors import Refused, UserError
from inspector.domain.frames import Frame, Kind
from inspector.domain.link import Link
from inspector.protocols.proxy import acts
from tests.protocols.proxy.doors import BEGUN, case, shown


def played(action: str, *bodies: tuple[int, Any], late: bool = False) -> tuple[Outcome, list[str]]:
    """The outcome of an act when its calls are answered so, and what was sent."""
    script, sent, left = acts.act(action, "1"), list[str](), list(bodies)
    step = next(script)
    try:
        while True:
            if not isinstance(step, Call):
                step = script.throw(TimeoutError()) if late and not left else script.send(None)
                continue
            sent.append(f"{step.method} {step.path}")
            assert step.reads is (step.method == "GET")
            status, body = left.pop(0)
            step = script.send(Reply(status, body=body))
    except StopIteration as end:
        return end.value, sent


def test_a_kick_is_proved_by_an_answer() -> None:
    done = {"done": "Attempt 2 was sent; the app knows nothing of it."}
    outcome, sent = played(
        "kick", (200, shown()), (200, done), (200, shown()), (200, shown("relaying", status=200, links=[1, 2]))
    )
    assert outcome.effect is Effect.SEEN
    assert outcome.why == "Attempt 2 was sent; the app knows nothing of it. The server answered 200."
    assert sent == [
        "GET /_inspector/exchanges/1",
        "POST /_inspector/exchanges/1/kick",
        *["GET /_inspector/exchanges/1"] * 2,
    ]


def test_a_kick_that_is_silent_as_well_says_so_and_offers_both() -> None:
    outcome, _ = played("kick", (200, shown()), (200, {}), (200, shown(links=[1, 2])), late=True)
    assert (outcome.effect, outcome.next) == (Effect.NOT_SEEN, ("kick", "fail"))
    assert "Attempt 2" in outcome.why


def test_an_end_is_proved_by_the_exchange_being_over() -> None:
    outcome, _ = played("fail", (200, shown()), (200, {"done": "503."}), (200, shown("over", how="failed by hand")))
    assert (outcome.effect, outcome.why) == (Effect.SEEN, "503. The exchange is over.")


def test_what_changed_meanwhile_is_not_sent() -> None:
    outcome, sent = played("kick", (200, shown("relaying")))
    assert (outcome.effect, outcome.why, len(sent)) == (Effect.REFUSED, BEGUN, 1)


@pytest.mark.parametrize(
    ("answers", "effect"),
    [
        ([(404, {"detail": "no such exchange"})], Effect.REFUSED),
        ([(200, shown()), (409, {"detail": "too late"})], Effect.REFUSED),
        ([(200, shown()), (0, None)], Effect.NOT_SEEN),
    ],
)
def test_refusals_are_told(answers: Sequence[tuple[int, Any]], effect: Effect) -> None:
    outcome, _ = played("kick", *answers)
    assert outcome.effect is effect
    assert outcome.why


def test_the_plan_is_one_write_and_refuses_what_cannot_be() -> None:
    (call,) = acts.plan("kick", case((200, shown())), None)
    assert (call.method, call.path, call.reads) == ("POST", "/_inspector/exchanges/1/kick", False)
    (other,) = acts.plan("fail", case((200, shown())), {"exchange": 9})
    assert other.path == "/_inspector/exchanges/9/fail"
    assert acts.plan("refresh", case((200, shown())), None) == []
    with pytest.raises(Refused, match="two answers"):
        acts.plan("kick", case((200, shown("relaying"))), None)
    with pytest.raises(UserError, match="no action"):
        acts.plan("dance", case((200, shown())), None)


def test_what_the_log_shows_decides_what_is_offered() -> None:
    link = Link(1, "responses")
    link.see(Frame(1, 0.0, 1, Kind.REQUEST, {"method": "POST", "url": "http://x/v1/responses"}))
    assert [each.id for each in acts.offered(acts.reasons_seen(link)) if each.possible] == ["kick", "fail", "refresh"]
    link.see(Frame(2, 1.0, 1, Kind.RESPONSE, {"status": 200}))
    assert [each.id for each in acts.offered(acts.reasons_seen(link)) if each.primary] == ["fail"]
    link.see(Frame(3, 2.0, 1, Kind.END, {"how": "eof", "by": "server"}))
    assert [each.id for each in acts.offered(acts.reasons_seen(link)) if each.possible] == ["refresh"]


def test_a_conversation_is_ended_and_not_sent_again() -> None:
    link = Link(1, "responses")
    link.see(Frame(1, 0.0, 1, Kind.REQUEST, {"method": "GET", "url": "wss://x/v1/responses"}))
    kick, fail, _ = acts.offered(acts.reasons_seen(link))
    assert kick.why_not is not None
    assert "WebSocket" in kick.why_not
    assert (fail.possible, fail.primary) == (True, True)
