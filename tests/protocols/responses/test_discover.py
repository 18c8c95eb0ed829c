"""Asking a server what it is and what it has."""

from __future__ import annotations

import pytest

from inspector.domain.adapter import Query, Target
from inspector.domain.calls import Reply
from inspector.protocols.responses.discover import (
    NO_LIST,
    ONLY_MODELS,
    attach,
    discover,
    look,
    poll_after,
    probe,
    stream_call,
)
from tests.protocols.assistants.wire import drive, json_reply
from tests.protocols.responses.wire import response

NOTHING = json_reply({"detail": "Not Found"}, 404)
DENIED = json_reply({"error": {"message": "Response with id 'resp_0' not found."}}, 404, openai_version="2020-10-01")
MODELS = json_reply({"object": "list", "data": [{"id": "m"}]})


def test_who_denies_a_response_knows_what_one_is() -> None:
    found, calls = drive(probe(), DENIED, NOTHING, MODELS)
    assert found.sure >= 0.7
    assert (found.server, found.assistants) == ("OpenAI", (("m", "m"),))
    assert found.capabilities == {"lists": False, "retrieves": True, "threads": "none"}
    assert all(call.reads for call in calls)


def test_who_lists_responses_is_surer_still() -> None:
    found, _ = drive(probe(), NOTHING, json_reply({"data": []}), NOTHING)
    assert found.sure >= 0.8
    assert found.capabilities["lists"]


def test_models_alone_are_enough_only_where_nothing_else_fits() -> None:
    found, _ = drive(probe(), NOTHING, NOTHING, MODELS)
    assert (found.sure, found.problem) == (0.5, ONLY_MODELS)
    assert found.capabilities == {"lists": False, "retrieves": False, "threads": "none"}
    wants_post, _ = drive(probe(), NOTHING, json_reply({"detail": "Method Not Allowed"}, 405), MODELS)
    assert (wants_post.sure, wants_post.problem) == (0.7, None)
    assert drive(probe(), NOTHING, NOTHING, NOTHING)[0].sure == 0.0


def test_problems_are_told() -> None:
    assert drive(probe(), Reply(0, error="No route."))[0].problem == "No route."
    refused = json_reply({"error": {"message": "wrong key"}}, 401)
    assert "wrong key" in (drive(probe(), refused, refused, refused)[0].problem or "")


def test_responses_are_listed_where_a_server_does() -> None:
    body = {"data": [response("completed", "resp_1"), response("failed", "resp_2")], "has_more": True}
    page, calls = drive(discover(Query("runs", status="failed", limit=5)), json_reply(body))
    assert [row.id for row in page.items] == ["resp_2"]
    assert page.next == "resp_2"
    assert dict(calls[0].query)["limit"] == "5"


def test_where_nothing_is_listed_the_page_says_what_to_do() -> None:
    assert drive(discover(Query("runs")), NOTHING)[0].error == NO_LIST
    assert drive(discover(Query("threads")))[0].error
    assert drive(discover(Query("runs")), Reply(0, error="Gone."))[0].error == "Gone."


def test_looking() -> None:
    assert look(Target("responses", "resp_1"))[0].path == "/responses/resp_1"
    assert look(Target("responses", None, "resp_root"))[0].path == "/responses/resp_root"
    assert [call.path for call in look(Target("responses", None, "conv_1"))] == [
        "/conversations/conv_1",
        "/conversations/conv_1/items",
    ]
    assert look(Target("responses")) == ()


def test_watching() -> None:
    sources = attach(Target("responses", "resp_1"))
    assert sources[0].call == stream_call("resp_1")
    assert sources[-1].call is None
    assert sources[0].after == "starting_after"
    assert attach(Target("responses")) == ()
    assert stream_call("resp_1", 7).query == (("stream", "true"), ("starting_after", "7"))


@pytest.mark.parametrize(("value", "seconds"), [("2", 2.0), ("0", 0.2), ("999", 60.0), ("soon", None), ("", None)])
def test_a_server_may_ask_for_a_pause(value: str, seconds: float | None) -> None:
    assert poll_after({"Retry-After": value}) == seconds
