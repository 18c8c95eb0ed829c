"""Which requests are attempts at one response."""

from __future__ import annotations

from inspector.protocols.exchange import Exchange
from inspector.protocols.responses.attempts import Attempts
from tests.protocols.responses.wire import Log, fold


def test_two_requests_side_by_side_are_two_responses() -> None:
    seen = fold(Log().ask(x_stainless_retry_count="0").ask(x_stainless_retry_count="0"))
    assert len(seen.runs) == 2


def test_the_clients_count_tells_attempts_of_requests_side_by_side_apart() -> None:
    log = Log().ask(x_stainless_retry_count="0").ask(x_stainless_retry_count="0")
    log.ask(x_stainless_retry_count="1").ask(x_stainless_retry_count="1")
    assert [run.refs for run in fold(log).runs] == [[1, 4], [2, 3]]


def test_the_same_words_after_an_answer_are_a_new_response() -> None:
    log = Log().open().tells("in_progress", "resp_1").end("cut")
    log.open().tells("in_progress", "resp_2")
    assert [run.id for run in fold(log).runs] == ["resp_1", "resp_2"]


def test_another_body_is_another_request() -> None:
    log = Log().ask().end("closed", "client").ask({"input": "ho"})
    assert len(fold(log).runs) == 2


def test_a_refusal_for_good_is_not_followed_by_an_attempt() -> None:
    log = Log().ask().answer({"error": {"message": "bad input"}}, 400).ask()
    assert len(fold(log).runs) == 2


def test_a_count_speaks_of_attempts_that_nobody_recorded() -> None:
    seen = fold(Log().ask(x_stainless_retry_count="2"))
    assert seen.finding("stream.attempts").values["times"] == 3


def test_an_app_that_asks_again_by_itself_makes_an_attempt_too() -> None:
    seen = fold(Log().ask().answer({"error": {"message": "slow down"}}, 429).ask())
    assert seen.finding("stream.attempts").values["times"] == 2
    assert seen.ending() == "not_started"


def test_an_empty_answer_is_none() -> None:
    assert len(fold(Log().open().end().open().tells("in_progress")).runs) == 1


def test_attempts_are_counted_from_one() -> None:
    attempts = Attempts()
    sent = [Exchange(link, "POST", "u", body="b") for link in (1, 2, 3)]
    for exchange in sent:
        attempts.of(exchange)
        exchange.over = True
    assert [exchange.memory["attempt"] for exchange in sent] == [1, 2, 3]


def test_the_order_of_a_bodys_fields_is_not_what_it_says() -> None:
    log = Log()
    log.request("POST", "/responses", {"model": "m", "input": "hi"}).end("closed", "client")
    log.request("POST", "/responses", {"input": "hi", "model": "m"})
    assert fold(log).finding("stream.attempts").values["times"] == 2


def test_of_requests_whose_bodies_were_not_recorded_only_the_clients_count_tells() -> None:
    log = Log().request("POST", "/responses").end("closed", "client")
    assert len(fold(log.request("POST", "/responses")).runs) == 2
    again = Log().request("POST", "/responses").end("closed", "client")
    assert len(fold(again.request("POST", "/responses", **{"x-stainless-retry-count": "1"})).runs) == 1
