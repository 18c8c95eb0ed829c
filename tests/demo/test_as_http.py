from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inspector.demo.as_http import ASSISTANTS, POLL_AFTER_MS
from inspector.domain.frames import Kind
from inspector.domain.sse import SseDecoder
from tests.demo.support import Demo, frames, running

RECORDING = Path(__file__).parents[1] / "recordings" / "assistants" / "openai_2026-03-31_code_interpreter_b.wire.jsonl"
STREAM = {"stream": True}


async def asked(demo: Demo) -> str:
    """A thread with a question."""
    body = {"messages": [{"role": "user", "content": "When does the ferry leave?"}]}
    return str((await demo.json("POST", "/v1/threads", body))["id"])


async def waiting(demo: Demo) -> tuple[str, dict[str, Any]]:
    """The address of a run that waits for the outputs of two tools, and the run."""
    thread = await asked(demo)
    run = await demo.json("POST", f"/v1/threads/{thread}/runs", {"assistant_id": "asst_two_tool_outputs"})
    demo.clock.turn(6)
    path = f"/v1/threads/{thread}/runs/{run['id']}"
    return path, await demo.json("GET", path)


def outputs(run: dict[str, Any], text: str = "7") -> dict[str, Any]:
    calls = run["required_action"]["submit_tool_outputs"]["tool_calls"]
    return {"tool_outputs": [{"tool_call_id": call["id"], "output": text} for call in calls]}


async def test_a_run_is_streamed_from_its_creation_to_its_end() -> None:
    async with running() as demo:
        thread = await asked(demo)
        body = {"assistant_id": "asst_healthy", **STREAM}
        async with demo.stream("POST", f"/v1/threads/{thread}/runs", body) as reading:
            demo.clock.turn(30)
            assert await reading.rest() == "eof"
    assert (reading.names[0], reading.names[-2:]) == ("thread.run.created", ["thread.run.completed", "done"])
    assert reading.chunks[0].startswith(b'event: thread.run.created\ndata: {"id":"run_')
    assert reading.chunks[-1] == b"event: done\ndata: [DONE]\n\n"
    assert all(event.id is None for event in reading.events)


async def test_a_thread_can_be_created_along_with_its_run() -> None:
    async with running() as demo:
        thread = {"messages": [{"role": "user", "content": "Hello"}]}
        body = {"assistant_id": "asst_healthy", "thread": thread, **STREAM}
        async with demo.stream("POST", "/v1/threads/runs", body) as reading:
            demo.clock.turn(30)
            await reading.rest()
        assert reading.names[:2] == ["thread.created", "thread.run.created"]
        run = await demo.json("POST", "/v1/threads/runs", {"assistant_id": "asst_healthy", "thread": thread})
        assert (run["object"], run["status"]) == ("thread.run", "queued")


async def test_the_objects_have_the_fields_of_the_recorded_ones() -> None:
    recorded: dict[str, Any] = {}
    decoder = SseDecoder()
    for frame in frames(RECORDING.read_text(encoding="utf-8").splitlines()):
        for event in decoder.feed(frame.body) if frame.kind is Kind.DATA else []:
            if event.name.startswith("thread.") and "delta" not in event.name:
                value = json.loads(event.data)
                recorded.setdefault(value["object"], value)
    async with running() as demo:
        path, run = await waiting(demo)
        thread = path.split("/")[3]
        steps = await demo.json("GET", f"{path}/steps")
        messages = await demo.json("GET", f"/v1/threads/{thread}/messages")
    ours = {one["object"]: one for one in (run, steps["data"][0], messages["data"][0])}
    assert set(ours) == set(recorded) == {"thread.run", "thread.run.step", "thread.message"}
    for kind, value in ours.items():
        assert list(value) == list(recorded[kind])


async def test_a_waiting_run_is_asked_for_and_answered_in_a_new_stream() -> None:
    async with running() as demo:
        path, run = await waiting(demo)
        assert (run["status"], run["expires_at"] - run["created_at"]) == ("requires_action", 600)
        body = {**outputs(run, "12 C"), **STREAM}
        async with demo.stream("POST", f"{path}/submit_tool_outputs", body) as reading:
            demo.clock.turn(30)
            await reading.rest()
        assert reading.names[:2] == ["thread.run.step.completed", "thread.run.queued"]
        assert reading.names[-2:] == ["thread.run.completed", "done"]
        steps = await demo.json("GET", f"{path}/steps?order=asc")
        assert [step["type"] for step in steps["data"]] == ["tool_calls", "message_creation"]
        step = steps["data"][0]["id"]
        assert (await demo.json("GET", f"{path}/steps/{step}"))["status"] == "completed"


async def test_outputs_may_be_submitted_without_a_stream() -> None:
    async with running() as demo:
        path, run = await waiting(demo)
        assert (await demo.json("POST", f"{path}/submit_tool_outputs", outputs(run)))["status"] == "queued"
        demo.clock.turn(30)
        assert (await demo.json("GET", path))["status"] == "completed"


async def test_polling_is_told_how_often_while_the_run_is_active() -> None:
    async with running() as demo:
        path, run = await waiting(demo)
        reply = await demo.client.get(path)
        assert reply.headers["openai-poll-after-ms"] == str(POLL_AFTER_MS)
        await demo.json("POST", f"{path}/submit_tool_outputs", outputs(run))
        demo.clock.turn(30)
        assert "openai-poll-after-ms" not in (await demo.client.get(path)).headers


async def test_cancelling_shows_in_the_open_stream_and_when_asked() -> None:
    async with running() as demo:
        thread = await asked(demo)
        body = {"assistant_id": "asst_cancelled", **STREAM}
        async with demo.stream("POST", f"/v1/threads/{thread}/runs", body) as reading:
            demo.clock.turn(4)
            await reading.until(lambda event: event.name == "thread.message.delta")
            path = f"/v1/threads/{thread}/runs/{reading.data('thread.run.created')[0]['id']}"
            assert (await demo.json("POST", f"{path}/cancel"))["status"] == "cancelling"
            demo.clock.turn(3)
            await reading.rest()
        assert reading.names[-2:] == ["thread.run.cancelled", "done"]
        assert (await demo.json("GET", path))["status"] == "cancelled"


async def test_an_orphan_blocks_and_is_named_until_it_is_cancelled() -> None:
    async with running() as demo:
        scene = await demo.server.play("assistants-blocked-by-zombie")
        runs, start = f"/v1/threads/{scene.thread}/runs", dict(scene.start or {})
        refusal = await demo.json("POST", runs, start, 400)
        assert refusal["error"]["message"] == f"Thread {scene.thread} already has an active run {scene.run}."
        message = {"role": "user", "content": "?"}
        refusal = await demo.json("POST", f"/v1/threads/{scene.thread}/messages", message, 400)
        assert refusal["error"]["message"].startswith("Can't add messages to")
        await demo.json("POST", f"{runs}/{scene.run}/cancel")
        demo.clock.turn(6)
        assert (await demo.json("GET", f"{runs}/{scene.run}"))["status"] == "cancelled"
        await demo.json("POST", f"/v1/threads/{scene.thread}/messages", message)
        assert (await demo.json("POST", runs, start))["status"] == "queued"


async def test_a_cut_stream_says_nothing_about_the_run() -> None:
    async with running() as demo:
        scene = await demo.server.play("assistants-cut-midway")
        body = {**(scene.start or {}), **STREAM}
        async with demo.stream("POST", f"/v1/threads/{scene.thread}/runs", body) as reading:
            demo.clock.turn(6)
            assert await reading.rest() == "RemoteProtocolError"
        assert reading.events[-1].kind == "half"
        (run,) = (await demo.json("GET", f"/v1/threads/{scene.thread}/runs"))["data"]
        assert run["status"] == "in_progress"
        demo.clock.turn(60)
        assert (await demo.json("GET", f"/v1/threads/{scene.thread}/runs/{run['id']}"))["status"] == "completed"


async def test_a_stream_ends_without_its_final_event() -> None:
    async with running() as demo:
        scene = await demo.server.play("assistants-no-final-event")
        body = {**(scene.start or {}), **STREAM}
        async with demo.stream("POST", f"/v1/threads/{scene.thread}/runs", body) as reading:
            demo.clock.turn(30)
            assert await reading.rest() == "eof"
        assert reading.names[-1] == "thread.run.step.completed"
        (run,) = (await demo.json("GET", f"/v1/threads/{scene.thread}/runs"))["data"]
        assert run["status"] == "completed"


async def test_a_silent_stream_and_one_of_keep_alives() -> None:
    async with running() as demo:
        scene = await demo.server.play("assistants-silent")
        body = {**(scene.start or {}), **STREAM}
        async with demo.stream("POST", f"/v1/threads/{scene.thread}/runs", body) as silent:
            scene = await demo.server.play("assistants-keepalives-only")
            body = {**(scene.start or {}), **STREAM}
            async with demo.stream("POST", f"/v1/threads/{scene.thread}/runs", body) as alive:
                demo.clock.turn(30.5)
                await alive.count(9)
                assert alive.names == ["thread.run.created", "thread.run.queued", "thread.run.in_progress"]
                assert alive.chunks[3:] == [ASSISTANTS.beat] * 6
            await demo.server.aclose()
            assert await silent.rest() != "eof"
            assert silent.chunks == []


async def test_lists_are_paged_in_both_orders() -> None:
    async with running() as demo:
        thread = await asked(demo)
        for number in range(4):
            await demo.json("POST", f"/v1/threads/{thread}/messages", {"role": "user", "content": f"no. {number}"})
        path = f"/v1/threads/{thread}/messages"
        everything = await demo.json("GET", f"{path}?order=asc")
        ids = [one["id"] for one in everything["data"]]
        assert (everything["first_id"], everything["last_id"], everything["has_more"]) == (ids[0], ids[-1], False)
        page = await demo.json("GET", f"{path}?limit=2")
        assert ([one["id"] for one in page["data"]], page["has_more"]) == (ids[:-3:-1], True)
        page = await demo.json("GET", f"{path}?limit=2&after={page['last_id']}")
        assert [one["id"] for one in page["data"]] == [ids[2], ids[1]]
        page = await demo.json("GET", f"{path}?before={ids[3]}")
        assert [one["id"] for one in page["data"]] == [ids[4]]
        assert (await demo.json("GET", f"{path}?run_id=run_x"))["data"] == []
        assert (await demo.json("GET", f"{path}/{ids[0]}"))["id"] == ids[0]
        for limit in ("0", "101", "x"):
            assert "limit" in (await demo.json("GET", f"{path}?limit={limit}", status=400))["error"]["message"]


async def test_threads_and_assistants_are_listed_as_azure_lists_them() -> None:
    async with running() as demo:
        first, second = await asked(demo), await asked(demo)
        listed = await demo.json("GET", "/v1/threads?api-version=v1")
        assert [one["id"] for one in listed["data"]] == [second, first]
        names = [one["id"] for one in (await demo.json("GET", "/v1/assistants?limit=100"))["data"]]
        assert "asst_healthy" in names
        assert (await demo.json("GET", "/v1/assistants/asst_healthy"))["object"] == "assistant"


async def test_threads_and_runs_are_changed_and_threads_are_deleted() -> None:
    async with running() as demo:
        path, run = await waiting(demo)
        thread = f"/v1/threads/{run['thread_id']}"
        assert (await demo.json("POST", thread, {"metadata": {"k": "v"}}))["metadata"] == {"k": "v"}
        refusal = await demo.json("POST", path, {"metadata": {}}, 400)
        assert refusal["error"]["message"] == "Cannot update run with status 'requires_action'."
        assert (await demo.json("GET", thread))["object"] == "thread"
        assert (await demo.json("DELETE", thread))["deleted"] is True
        assert "No thread found" in (await demo.json("GET", thread, status=404))["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/v1/threads/thread_x", None, 404, "No thread found with id 'thread_x'."),
        ("GET", "/v1/threads/thread_x/runs/run_x", None, 404, "No thread found with id 'thread_x'."),
        ("GET", "/v1/assistants/asst_x", None, 404, "No assistant found with id 'asst_x'."),
        ("POST", "/v1/threads/runs", {"assistant_id": "asst_x"}, 404, "No assistant found with id 'asst_x'."),
        ("GET", "/v1/files", None, 404, "Invalid URL (GET /v1/files)"),
        ("PUT", "/v1/threads", None, 405, "Not allowed to PUT on /v1/threads."),
    ],
)
async def test_a_request_that_cannot_be_met_gets_an_error_object(
    method: str, path: str, body: Any, status: int, message: str
) -> None:
    async with running() as demo:
        error = (await demo.json(method, path, body, status))["error"]
    assert error["message"] == message
    assert set(error) == {"message", "type", "param", "code"}


async def test_refusals_on_a_thread_that_is_there() -> None:
    async with running() as demo:
        thread = f"/v1/threads/{await asked(demo)}"
        for path, body, message in (
            ("/messages", {"content": "x"}, "Missing required parameter: 'role'."),
            ("/messages", {"role": "user"}, "Missing required parameter: 'content'."),
            ("/runs", {}, "Missing required parameter: 'assistant_id'."),
        ):
            assert (await demo.json("POST", f"{thread}{path}", body, 400))["error"]["message"] == message
        empty = (await demo.json("POST", "/v1/threads", {}))["id"]
        error = await demo.json("POST", f"/v1/threads/{empty}/runs", {"assistant_id": "asst_healthy"}, 400)
        assert error["error"]["code"] == "invalid_thread"
        reply = await demo.client.post(f"{thread}/runs", content=b"{")
        assert (reply.status_code, reply.json()["error"]["type"]) == (400, "invalid_request_error")
        missing = await demo.json("GET", f"{thread}/runs/run_x", status=404)
        assert missing["error"]["message"] == "No run found with id 'run_x'."
