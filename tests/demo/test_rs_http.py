from __future__ import annotations

import asyncio
from typing import Any

import pytest

from inspector.demo.rs_http import DIALECT
from tests.demo.support import BIRTH, Demo, running

ASK = {"input": "When does the ferry leave?"}
STREAM = {"stream": True}
BACKGROUND = {"background": True}


async def begun(demo: Demo, model: str, seconds: float = 2.0, **more: Any) -> str:
    """The address of a background response."""
    made = await demo.json("POST", "/v1/responses", {"model": model, **ASK, **BACKGROUND, **more})
    demo.clock.turn(seconds)
    return f"/v1/responses/{made['id']}"


async def test_a_response_is_streamed_from_its_creation_to_its_end() -> None:
    async with running() as demo:
        body = {"model": "healthy", **ASK, **STREAM}
        async with demo.stream("POST", "/v1/responses", body) as reading:
            demo.clock.turn(30)
            assert await reading.rest() == "eof"
        ident = reading.data("response.created")[0]["response"]["id"]
        shown = await demo.json("GET", f"/v1/responses/{ident}")
    assert (reading.names[0], reading.names[-1]) == ("response.created", "response.completed")
    assert reading.chunks[0].startswith(
        b'event: response.created\ndata: {"type":"response.created","sequence_number":0'
    )
    assert all(event.id is None for event in reading.events)
    assert shown == reading.data("response.completed")[0]["response"]


async def test_without_a_stream_the_answer_is_the_response_at_its_end() -> None:
    async with running() as demo:
        demo.clock.asked.clear()

        async def pass_time() -> None:
            await demo.clock.asked.wait()
            demo.clock.turn(30)

        asking = demo.json("POST", "/v1/responses", {"model": "healthy", **ASK})
        answer, _ = await asyncio.gather(asking, pass_time())
    assert (answer["object"], answer["status"]) == ("response", "completed")


async def test_a_background_response_is_answered_at_once_and_asked_for_again() -> None:
    async with running() as demo:
        path = await begun(demo, "healthy", 0.0)
        assert (await demo.json("GET", path))["status"] == "queued"
        demo.clock.turn(30)
        assert (await demo.json("GET", path))["status"] == "completed"


async def test_a_stream_is_had_again_from_any_event_on_until_its_window_is_over() -> None:
    async with running() as demo:
        body = {"model": "slow", **ASK, **STREAM, **BACKGROUND}
        async with demo.stream("POST", "/v1/responses", body) as reading:
            demo.clock.turn(3)
            await reading.count(8)
        path = f"/v1/responses/{reading.data('response.created')[0]['response']['id']}"
        async with demo.stream("GET", f"{path}?stream=true&starting_after=4") as again:
            demo.clock.turn(2)
            await again.until(lambda event: '"sequence_number":14' in event.data)
        assert '"sequence_number":5' in again.events[0].data


async def test_the_window_in_which_a_stream_can_be_had_again_lapses() -> None:
    async with running() as demo:
        scene = await demo.server.play("responses-short-window")
        path = f"/v1/responses/{scene.run}"
        demo.clock.turn(5)
        async with demo.stream("GET", f"{path}?stream=true") as reading:
            demo.clock.turn(17)
            assert await reading.rest() == "RemoteProtocolError"
        refusal = await demo.json("GET", f"{path}?stream=true&starting_after=4", status=400)
        assert refusal["error"]["message"] == f"Response with id '{scene.run}' can no longer be streamed."
        shown = await demo.json("GET", path)
        assert (shown["status"], shown["created_at"]) == ("in_progress", int(BIRTH.timestamp()) - 280)


async def test_only_what_was_streamed_in_the_background_is_streamed_again_from_a_number() -> None:
    async with running() as demo:
        refusal = await demo.json("GET", f"{await begun(demo, 'slow')}?stream=true", status=400)
        assert "was not created with background and stream" in refusal["error"]["message"]
        scene = await demo.server.play("responses-cancelled")
        odd = await demo.json("GET", f"/v1/responses/{scene.run}?stream=true&starting_after=x", status=400)
        assert "Invalid 'starting_after'" in odd["error"]["message"]


async def test_a_cancelled_response_ends_its_stream_without_a_word() -> None:
    async with running() as demo:
        body = {"model": "slow", **ASK, **STREAM, **BACKGROUND}
        async with demo.stream("POST", "/v1/responses", body) as reading:
            demo.clock.turn(3)
            await reading.count(6)
            path = f"/v1/responses/{reading.data('response.created')[0]['response']['id']}"
            assert (await demo.json("POST", f"{path}/cancel"))["status"] == "cancelled"
            assert await reading.rest() == "eof"
    assert reading.names[-1] == "response.output_text.delta"


@pytest.mark.parametrize(
    ("model", "last", "how"),
    [("no-terminal-event", "response.output_item.done", "eof"), ("failing", "response.failed", "eof")],
)
async def test_how_a_stream_ends(model: str, last: str, how: str) -> None:
    async with running() as demo, demo.stream("POST", "/v1/responses", {"model": model, **ASK, **STREAM}) as reading:
        demo.clock.turn(30)
        assert await reading.rest() == how
    assert reading.names[-1] == last


async def test_a_cut_stream_does_not_touch_a_background_response() -> None:
    async with running() as demo:
        body = {"model": "cut-midway", **ASK, **STREAM, **BACKGROUND}
        async with demo.stream("POST", "/v1/responses", body) as reading:
            demo.clock.turn(4)
            assert await reading.rest() == "RemoteProtocolError"
        path = f"/v1/responses/{reading.data('response.created')[0]['response']['id']}"
        demo.clock.turn(60)
        assert (await demo.json("GET", path))["status"] == "completed"


async def test_a_foreground_response_ends_with_its_connection() -> None:
    async with running() as demo:
        body = {"model": "silent-mid-text", **ASK, **STREAM}
        async with demo.stream("POST", "/v1/responses", body) as reading:
            demo.clock.turn(20)
            await reading.until(lambda event: event.kind == "comment")
            path = f"/v1/responses/{reading.data('response.created')[0]['response']['id']}"
            assert (await demo.json("GET", path))["status"] == "in_progress"
            demo.clock.cancelled.clear()
        await demo.clock.cancelled.wait()
        shown = await demo.json("GET", path)
    assert b": keepalive\n\n" in reading.chunks
    assert DIALECT.beat == b": keepalive\n\n"
    assert shown["status"] == "cancelled"


async def test_what_a_response_was_given_is_listed_page_by_page() -> None:
    async with running() as demo:
        items = [{"role": "user", "content": word} for word in ("one", "two", "three")]
        path = await begun(demo, "healthy", input=items)
        page = await demo.json("GET", f"{path}/input_items?order=asc&limit=2")
        assert ([item["content"] for item in page["data"]], page["has_more"]) == (["one", "two"], True)
        page = await demo.json("GET", f"{path}/input_items?order=asc&after={page['last_id']}")
        assert ([item["content"] for item in page["data"]], page["has_more"]) == (["three"], False)
        assert "limit" in (await demo.json("GET", f"{path}/input_items?limit=0", status=400))["error"]["message"]


async def test_conversations_are_made_changed_and_deleted() -> None:
    async with running() as demo:
        talk = await demo.json("POST", "/v1/conversations", {"metadata": {"a": "b"}})
        path = f"/v1/conversations/{talk['id']}"
        assert (await demo.json("POST", path, {"metadata": {"c": "d"}}))["metadata"] == {"c": "d"}
        await demo.json("POST", f"{path}/items", {"items": [{"role": "user", "content": "Hello"}]})
        assert (await demo.json("GET", f"{path}/items"))["data"][0]["content"] == "Hello"
        assert (await demo.json("GET", path))["object"] == "conversation"
        assert (await demo.json("DELETE", path))["deleted"] is True
        assert "not found" in (await demo.json("GET", path, status=404))["error"]["message"]


async def test_responses_are_deleted_and_models_listed() -> None:
    async with running() as demo:
        path = await begun(demo, "slow")
        assert (await demo.json("DELETE", path))["deleted"] is True
        await demo.json("GET", path, status=404)
        assert "healthy" in [model["id"] for model in (await demo.json("GET", "/v1/models"))["data"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/v1/responses/resp_x", None, 404, "Response with id 'resp_x' not found."),
        ("GET", "/v1/conversations/conv_x/items", None, 404, "Conversation with id 'conv_x' not found."),
        ("GET", "/v1/responses", None, 405, "Not allowed to GET on /v1/responses."),
        ("POST", "/v1/responses", {"model": "healthy"}, 400, "One of 'input', 'previous_response_id'"),
        ("GET", "/v1/responses/resp_x/more", None, 404, "Invalid URL (GET /v1/responses/resp_x/more)"),
    ],
)
async def test_a_request_that_cannot_be_met_gets_an_error_object(
    method: str, path: str, body: Any, status: int, message: str
) -> None:
    async with running() as demo:
        error = (await demo.json(method, path, body, status))["error"]
        assert (await demo.client.post("/v1/responses", content=b"{")).status_code == 400
    assert error["message"].startswith(message)
    assert set(error) == {"message", "type", "param", "code"}
