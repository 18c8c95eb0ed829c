from __future__ import annotations

import asyncio

from inspector.demo.lg_streams import LANGGRAPH, POLL
from tests.demo.support import Demo, running

BODY = {"assistant_id": "healthy", "input": {"question": "q"}, "stream_mode": ["values", "tasks"]}
CHANNELS = {"channels": ["lifecycle", "values", "updates", "tasks", "input", "custom"]}


async def thread_of(demo: Demo) -> str:
    return str((await demo.json("POST", "/threads", {}))["thread_id"])


async def begun(demo: Demo, **body: object) -> tuple[str, str]:
    thread = await thread_of(demo)
    run = await demo.json("POST", f"/threads/{thread}/runs", {**BODY, **body})
    return thread, run["run_id"]


async def test_the_stream_of_a_new_run_says_where_it_is_and_ends_with_it() -> None:
    async with running() as demo:
        thread = await thread_of(demo)
        async with demo.stream("POST", f"/threads/{thread}/runs/stream", BODY) as reading:
            headers = reading.reply.headers
            demo.clock.turn(20)
            assert await reading.rest() == "eof"
    base = f"/threads/{thread}/runs/{reading.data('metadata')[0]['run_id']}"
    assert (headers["content-location"], headers["location"]) == (base, f"{base}/stream")
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (reading.names[0], reading.names[-1], reading.names.count("tasks")) == ("metadata", "values", 6)
    assert reading.chunks[0].startswith(b"event: metadata\r\ndata: {")
    assert reading.chunks[0].endswith(b"}\r\n\r\n")
    assert all(event.id is None for event in reading.events)


async def test_heartbeats_come_every_five_seconds_also_for_a_pending_run() -> None:
    async with running() as demo:
        thread = await thread_of(demo)
        body = {**BODY, "after_seconds": 60}
        async with demo.stream("POST", f"/threads/{thread}/runs/stream", body) as reading:
            demo.clock.turn(15.1)
            assert await reading.count(3) == [LANGGRAPH.beat] * 3


async def test_a_joiner_of_a_resumable_run_is_given_all_of_it_or_what_is_left() -> None:
    async with running() as demo:
        thread, run = await begun(demo, stream_resumable=True)
        demo.clock.turn(3)
        path = f"/threads/{thread}/runs/{run}/stream"
        async with demo.stream("GET", path, None, **{"last-event-id": "-1"}) as reading:
            demo.clock.turn(20)
            await reading.rest()
        ids = [event.id for event in reading.events if event.kind == "event"]
        assert None not in ids
        async with demo.stream("GET", path, None, **{"last-event-id": str(ids[3])}) as rest:
            await rest.rest()
    assert reading.names[0] == "metadata"
    assert 0 < len(rest.names) < len(reading.names) - 3
    assert rest.names == reading.names[-len(rest.names) :]


async def test_a_joiner_without_an_id_sees_only_what_comes() -> None:
    async with running() as demo:
        thread, run = await begun(demo)
        demo.clock.turn(3)
        path = f"/threads/{thread}/runs/{run}/stream"
        async with demo.stream("GET", path) as reading:
            demo.clock.turn(20)
            await reading.rest()
        async with demo.stream("GET", path) as late:
            demo.clock.turn(POLL)
            assert (await late.rest(), late.chunks) == ("eof", [])
    assert "metadata" not in reading.names
    assert "values" in reading.names


async def test_the_error_of_a_failed_run_is_not_replayed() -> None:
    async with running() as demo:
        thread, run = await begun(demo, assistant_id="failed", stream_resumable=True)
        demo.clock.turn(20)
        path = f"/threads/{thread}/runs/{run}/stream"
        async with demo.stream("GET", path, None, **{"last-event-id": "0"}) as reading:
            await reading.rest()
    assert "error" not in reading.names
    assert reading.names[-1] == "tasks"


async def test_joining_a_run_that_is_not_there_is_answered_in_the_stream() -> None:
    async with running() as demo:
        thread = await thread_of(demo)
        async with demo.stream("GET", f"/threads/{thread}/runs/{thread}/stream") as reading:
            demo.clock.turn(POLL)
            assert (reading.reply.status_code, await reading.rest()) == (200, "eof")
    assert reading.data("error") == [{"error": "HTTPException", "message": "404: Run not found"}]


async def test_waiting_gives_the_state_the_interrupts_or_the_error() -> None:
    results = {}
    for graph in ("healthy", "interrupt", "failed"):
        async with running() as demo:
            thread = await thread_of(demo)
            body = {**BODY, "assistant_id": graph}
            async with demo.stream("POST", f"/threads/{thread}/runs/wait", body) as reading:
                assert reading.reply.headers["content-type"] == "application/json"
                demo.clock.turn(20)
                await reading.rest()
            run = reading.reply.headers["content-location"]
            results[graph] = await demo.json("GET", f"{run}/join")
    assert results["healthy"]["trail"] == ["plan", "search", "write"]
    assert results["interrupt"]["__interrupt__"][0]["value"]["question"] == "Approve this draft?"
    assert results["failed"]["__error__"]["error"] == "ConnectionError"


async def test_waiting_is_kept_alive_by_line_feeds() -> None:
    async with running() as demo:
        thread = await thread_of(demo)
        body = {**BODY, "assistant_id": "stuck-node"}
        async with demo.stream("POST", f"/threads/{thread}/runs/wait", body) as reading:
            demo.clock.turn(11)
            assert await reading.count(2) == [b"\n", b"\n"]


async def test_a_thread_stream_shows_all_its_runs_and_the_updates_by_hand() -> None:
    async with running() as demo:
        thread = await thread_of(demo)
        path = f"/threads/{thread}/stream?stream_modes=run_modes,state_update"
        async with demo.stream("GET", path) as reading:
            for body in (BODY, {**BODY, "assistant_id": "failed"}):
                await demo.json("POST", f"/threads/{thread}/runs", body)
                demo.clock.turn(20)
            await demo.json("POST", f"/threads/{thread}/state", {"values": None, "as_node": "__end__"})
            await reading.until(lambda event: event.name == "state_update")
    done = [one for one in reading.data("metadata") if one.get("status") == "run_done"]
    assert len(done) == 2
    assert reading.data("error")[0]["error"] == "ConnectionError"
    assert reading.data("state_update")[0]["state"]["next"] == []


async def test_lifecycle_alone_shows_no_more_than_the_beginning_and_the_end() -> None:
    async with running() as demo:
        thread = await thread_of(demo)
        async with demo.stream("GET", f"/threads/{thread}/stream?stream_modes=lifecycle") as reading:
            await demo.json("POST", f"/threads/{thread}/runs", BODY)
            demo.clock.turn(20)
            await reading.until(lambda event: "run_done" in event.data)
    assert [name for name in reading.names if name] == ["metadata", "metadata"]


async def test_the_v2_stream_replays_resumable_runs_and_goes_on_live() -> None:
    async with running() as demo:
        thread, _ = await begun(demo, stream_resumable=True, assistant_id="interrupt")
        demo.clock.turn(10)
        async with demo.stream("POST", f"/threads/{thread}/stream/events", CHANNELS) as reading:
            await reading.until(lambda event: event.name == "input.requested")
            body = {"assistant_id": "interrupt", "input": None, "command": {"resume": True}}
            await demo.json("POST", f"/threads/{thread}/runs", body)
            demo.clock.turn(10)
            await reading.until(lambda event: '"completed"' in event.data)
        async with demo.stream("POST", f"/threads/{thread}/stream/events", {**CHANNELS, "since": 6}) as again:
            first = await again.until(lambda event: event.kind == "event")
    words = [one["params"]["data"]["event"] for one in reading.data("lifecycle")]
    assert words == ["running", "interrupted", "running", "completed"]
    assert [int(event.id or 0) for event in reading.events] == sorted(int(event.id or 0) for event in reading.events)
    assert int(first.id or 0) == 7


async def test_what_is_not_subscribed_is_not_sent_and_leaves_gaps_in_the_numbers() -> None:
    async with running() as demo:
        thread, _ = await begun(demo, stream_resumable=True)
        demo.clock.turn(20)
        path = f"/threads/{thread}/stream/events"
        async with demo.stream("POST", path, {"channels": ["lifecycle"]}) as reading:
            await reading.until(lambda event: '"completed"' in event.data)
    assert reading.names == ["lifecycle", "lifecycle"]
    assert next(event.id for event in reading.events) == "1"
    assert int(reading.events[1].id or 0) > 5


async def test_streams_of_an_unknown_thread_are_opened_and_stay_alive() -> None:
    async with running() as demo:
        unknown = "00000000-0000-0000-0000-000000000000"
        async with demo.stream("POST", f"/threads/{unknown}/stream/events", CHANNELS) as reading:
            demo.clock.turn(5)
            assert await reading.count(1) == [LANGGRAPH.beat]


async def test_leaving_cancels_a_run_that_was_asked_for_so() -> None:
    async with running() as demo:
        thread = await thread_of(demo)
        for wish, status in (("cancel", "interrupted"), ("continue", "running")):
            body = {**BODY, "assistant_id": "stuck-node", "on_disconnect": wish}
            async with demo.stream("POST", f"/threads/{thread}/runs/stream", body) as reading:
                demo.clock.turn(3)
                await reading.until(lambda event: event.name == "tasks")
            run = reading.reply.headers["content-location"]
            async with asyncio.timeout(60):
                while (await demo.json("GET", run))["status"] != status:
                    pass


async def test_a_cut_stream_leaves_half_an_event_while_the_run_goes_on_and_ends_well() -> None:
    async with running() as demo:
        scene = await demo.server.play("langgraph-cut-midway")
        for method, path, body in (
            ("POST", f"/threads/{scene.thread}/stream/events", CHANNELS),
            ("GET", f"/threads/{scene.thread}/stream", None),
            ("GET", f"/threads/{scene.thread}/runs/{scene.run}/stream", None),
        ):
            async with demo.stream(method, path, body) as reading:
                demo.clock.turn(6)
                assert await reading.rest() == "RemoteProtocolError"
            assert reading.names
            assert reading.events[-1].kind == "half"
        assert (await demo.json("GET", f"/threads/{scene.thread}/runs/{scene.run}"))["status"] == "running"
        demo.clock.turn(30)
        assert (await demo.json("GET", f"/threads/{scene.thread}/runs/{scene.run}"))["status"] == "success"
        async with demo.stream("POST", f"/threads/{scene.thread}/stream/events", CHANNELS) as reading:
            await reading.until(lambda event: '"completed"' in event.data)


async def test_a_stream_ends_before_the_event_that_tells_the_end() -> None:
    async with running() as demo:
        for path, body in (("stream/events", CHANNELS), ("stream", None)):
            scene = await demo.server.play("langgraph-no-final-event")
            method = "POST" if body else "GET"
            async with demo.stream(method, f"/threads/{scene.thread}/{path}", body) as reading:
                demo.clock.turn(20)
                assert await reading.rest() == "eof"
            assert "values" in reading.names
            assert not any("run_done" in event.data or '"completed"' in event.data for event in reading.events)
            assert (await demo.json("GET", f"/threads/{scene.thread}/runs/{scene.run}"))["status"] == "success"


async def test_silent_streams_never_send_a_byte() -> None:
    async with running() as demo:
        scene = await demo.server.play("langgraph-silent")
        async with demo.stream("POST", f"/threads/{scene.thread}/stream/events", CHANNELS) as reading:
            demo.clock.turn(120)
            assert reading.reply.status_code == 200
            assert (await demo.json("GET", f"/threads/{scene.thread}/runs/{scene.run}"))["status"] == "success"
            await demo.server.aclose()
            assert await reading.rest() != "eof"
            assert reading.chunks == []


async def test_nothing_but_heartbeats_for_who_joins_a_run_that_is_not_resumable() -> None:
    async with running() as demo:
        scene = await demo.server.play("langgraph-keepalives-only")
        demo.clock.turn(2)
        async with demo.stream("POST", f"/threads/{scene.thread}/stream/events", CHANNELS) as reading:
            demo.clock.turn(30.5)
            assert await reading.count(6) == [LANGGRAPH.beat] * 6
