"""The official client behind the proxy: what hangs is sent again, or ended, by hand, and the client is told no more."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import pytest

from tests.capture.kit import Bench, bench
from tests.peers.responses.desk import CLIENT, interpreter
from tests.transport.server import STREAM_HEAD, Peer

pytestmark = [pytest.mark.peer, pytest.mark.anyio]

RESPONSE = {"id": "resp_1", "object": "response", "created_at": 1, "model": "m", "output": [], "tools": []}
ASKED = {"model": "m", "input": "hi", "stream": True}


def event(name: str, number: int, **more: Any) -> bytes:
    body = json.dumps({"type": name, "sequence_number": number, **more})
    return f"event: {name}\ndata: {body}\n\n".encode()


CREATED = event("response.created", 0, response={**RESPONSE, "status": "in_progress"})
WORDS = event("response.output_text.delta", 1, item_id="m", output_index=0, content_index=0, delta="Hello", logprobs=[])
COMPLETED = event("response.completed", 2, response={**RESPONSE, "status": "completed"})


async def hanging(peer: Peer) -> None:
    await peer.request()
    await peer.gone()


async def stopping(peer: Peer) -> None:
    await peer.request()
    await peer.send(STREAM_HEAD)
    await peer.chunk(CREATED)
    await peer.gone()


async def answering(peer: Peer) -> None:
    await peer.request()
    await peer.send(STREAM_HEAD)
    for body in (CREATED, WORDS, COMPLETED):
        await peer.chunk(body)
    await peer.send(b"0\r\n\r\n")


async def told_after(on: Bench, state: str, act: str) -> dict[str, Any]:
    """What the client makes of a response whose exchange is acted on as soon as it is in this state."""
    words = [interpreter(), str(CLIENT), on.server.base, json.dumps(ASKED)]
    client = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE, stderr=sys.stderr)
    async with asyncio.timeout(90):
        await on.until(lambda: any(each.state == state for each in on.server.proxy.exchanges.values()))
        status, _ = await on.control("POST", f"/exchanges/1/{act}")
        out, _ = await client.communicate()
    assert (status, client.returncode) == (200, 0)
    told: dict[str, Any] = json.loads(out)
    return told


async def test_a_kick_is_not_seen_by_the_client() -> None:
    async with bench(hanging, answering) as on:
        told = await told_after(on, "waiting", "kick")
        (first, sent), (second, sent_again) = on.behind.requests
        exchanges = len(on.server.proxy.exchanges)
    assert (told["status"], told["text"], told["error"]) == ("completed", "Hello", None)
    assert (first, sent) == (second, sent_again)
    assert "x-stainless-retry-count: 0" in second.lower()
    assert exchanges == 1


async def test_a_request_that_was_failed_is_not_repeated_by_the_client() -> None:
    async with bench(hanging) as on:
        told = await told_after(on, "waiting", "fail")
        asked = len(on.behind.requests)
    assert (told["error"], asked) == ("InternalServerError", 1)


async def test_a_stream_that_was_failed_is_a_failed_response_to_the_client() -> None:
    async with bench(stopping) as on:
        told = await told_after(on, "relaying", "fail")
    assert (told["id"], told["status"], told["error"]) == ("resp_1", "failed", None)
