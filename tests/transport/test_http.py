from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from inspector.domain.calls import Answer, Call, Reply
from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.transport.http import HttpClient, Limits
from inspector.transport.retry import Retry
from tests.transport.server import STREAM_HEAD, Log, Peer, Server, always, answer, serving

pytestmark = pytest.mark.anyio

KEY = "pl4nted-key-000"
READ = Call("GET", "/runs")
ACT = Call("POST", "/runs/r/cancel", json={"a": 1}, reads=False)
JOIN = Call("GET", "/runs/r/stream", answer=Answer.STREAM)
START = Call("POST", "/runs", json={"stream": True}, reads=False, answer=Answer.STREAM)


class Naps:
    """Takes the place of sleeping: notes how long."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)

    def retry(self) -> Retry:
        return Retry(sleep=self, rng=lambda: 1.0)


@asynccontextmanager
async def connected(url: str, **options: Any) -> AsyncIterator[HttpClient]:
    client = HttpClient(url, **({"retry": Naps().retry()} | options))
    try:
        yield client
    finally:
        await client.aclose()


async def ask(server: Server, call: Call, log: Log | None = None, **options: Any) -> Reply:
    async with connected(server.url, **options) as client:
        return (await client.send(call, (log or Log()).open)).reply


async def test_a_json_answer() -> None:
    log = Log()
    async with serving(always(answer(200, b'{"a": [1]}', content_type="application/json", X_Run="r"))) as server:
        reply = await ask(server, READ, log, protocol="assistants", connection="local")
    assert (reply.status, reply.body, reply.link, reply.error) == (200, {"a": [1]}, 1, None)
    assert reply.headers["x-run"] == "r"
    head = log.head(1, Kind.REQUEST)
    assert (head["method"], head["url"]) == ("GET", server.url + "/runs")
    assert (head["protocol"], head["connection"], head["timeout_s"]) == ("assistants", "local", 30.0)
    assert "json" not in head
    assert log.end(1) == ("eof", "server", None)


async def test_a_body_goes_out_as_json() -> None:
    log = Log()
    call = Call(
        "POST", "/threads", query=(("limit", "5"),), json={"text": "é", "odd": "\udc80"}, headers={"If-Match": "7"}
    )
    async with serving(always(answer(200))) as server:
        await ask(server, call, log)
        head, body = server.requests[0]
    assert json.loads(body) == json.loads(log.frames[0].body) == call.json
    assert log.head(1, Kind.REQUEST)["json"] is True
    lines = head.lower().splitlines()
    assert lines[0] == "post /threads?limit=5 http/1.1"
    for line in (
        "if-match: 7",
        "content-type: application/json",
        "accept-encoding: identity",
        "accept: application/json",
    ):
        assert line in lines


@pytest.mark.parametrize(
    "body,want",
    [(b"<html>", "<html>"), (b"", ""), (b"caf\xe9", "caf\ufffd"), (b"null", None), (b"[" * 100_000, "[" * 100_000)],
)
async def test_a_body_that_is_no_json_is_text(body: bytes, want: Any) -> None:
    async with serving(always(answer(500, body))) as server:
        reply = await ask(server, READ)
    assert (reply.status, reply.body, reply.error) == (500, want, None)


async def test_the_path_and_the_parameters_of_the_base_url() -> None:
    async with (
        serving(always(answer(200))) as server,
        connected(server.url + "/api/projects/x/?api-version=v1", query=(("k", "v"),)) as client,
    ):
        await client.send(Call("GET", "/threads", query=(("limit", "5"),)), Log().open)
    assert server.requests[0][0].startswith("GET /api/projects/x/threads?api-version=v1&k=v&limit=5 HTTP/1.1")


async def test_credentials_reach_the_server_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    log = Log()
    headers = {"Authorization": f"Bearer {KEY}", "X-User": "alice-in-chains"}
    body = json.dumps({"detail": f"bad key {KEY} of alice-in-chains"}).encode()
    async with serving(always(answer(401, body))) as server:
        variables = {"X-User": "WHO"}
        reply = await ask(
            server, Call("GET", "/x", query=(("sig", "s1gn"),)), log, headers=headers, variables=variables
        )
        head = server.requests[0][0]
    assert f"authorization: Bearer {KEY}\r\n" in head
    assert "x-user: alice-in-chains\r\n" in head
    assert "sig=s1gn" in head
    assert reply.body == {"detail": "bad key <redacted> of <redacted>"}
    sent = log.head(1, Kind.REQUEST)
    assert sent["headers"]["authorization"] == "Bearer <redacted>"
    assert sent["headers"]["x-user"] == "<redacted>"
    for secret in (KEY, "alice-in-chains", "s1gn"):
        assert not log.holds(secret)
        assert secret not in caplog.text


async def test_a_login_in_the_url_is_a_credential() -> None:
    log = Log()
    async with (
        serving(always(answer(200))) as server,
        connected(server.url.replace("://", "://alice:pl4nted@")) as client,
    ):
        await client.send(READ, log.open)
    login = base64.b64encode(b"alice:pl4nted").decode()
    assert f"authorization: Basic {login}" in server.requests[0][0]
    assert not log.holds(login)
    assert not log.holds("pl4nted")


async def test_cookies_of_a_server_are_not_sent_back() -> None:
    async with (
        serving(always(answer(200, set_cookie="session=abcdef; Path=/"))) as server,
        connected(server.url) as client,
    ):
        await client.send(READ, Log().open)
        await client.send(READ, Log().open)
    assert not any("cookie" in head for head, _ in server.requests)


async def test_a_preview_is_what_would_be_sent_with_names_for_secrets() -> None:
    headers = {"Authorization": f"Bearer {KEY}", "X-Api-Key": KEY, "OpenAI-Beta": "assistants=v2"}
    variables = {"authorization": "MY_KEY"}
    async with connected("http://h/v1?api-version=3&key=abc", headers=headers, variables=variables) as client:
        preview = client.preview(ACT)
    assert (preview.method, preview.body) == ("POST", {"a": 1})
    assert preview.url == "http://h/v1/runs/r/cancel?api-version=3&key=<redacted>"
    assert preview.headers == {
        "accept": "application/json",
        "accept-encoding": "identity",
        "user-agent": "stream-inspector",
        "content-type": "application/json",
        "authorization": "Bearer $MY_KEY",
        "x-api-key": "<redacted>",
        "openai-beta": "assistants=v2",
    }


async def test_a_preview_names_what_an_earlier_answer_will_tell() -> None:
    async with connected("http://h") as client:
        preview = client.preview(Call("POST", "/threads/{thread_id}/runs", reads=False))
    assert preview.url == "http://h/threads/{thread_id}/runs"


@pytest.mark.parametrize(
    "options,words",
    [
        ({"headers": {"x-api-key": "two\nlines"}}, "The value of the header x-api-key"),
        ({"headers": {"x-api-key": "“quoted”"}}, "The value of the header x-api-key"),
        ({"headers": {"x key": "v"}}, "is no name of a header"),
        ({"verify": "/nowhere/at-all.pem"}, "The certificates in /nowhere/at-all.pem cannot be used"),
    ],
)
def test_what_cannot_be_used_is_told_at_once(options: Mapping[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        HttpClient("http://127.0.0.1:1", **options)


@pytest.mark.parametrize(
    "call,words",
    [
        (Call("GET", "/x", headers={"last-event-id": "a\nb"}), "last-event-id"),
        (Call("POST", "/x", json=float("nan")), "cannot be sent as JSON"),
        (Call("GET", "/x\x00y"), "cannot be part of a URL"),
    ],
)
async def test_a_call_that_cannot_be_made_is_told_and_not_sent(call: Call, words: str) -> None:
    log = Log()
    async with connected("http://127.0.0.1:1") as client:
        reply = (await client.send(call, log.open)).reply
        with pytest.raises(UserError, match=words):
            client.preview(call)
    assert reply.status == 0
    assert words in str(reply.error)
    assert log.frames == []


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "foo://127.0.0.1:1"])
async def test_proxy_settings_that_cannot_be_used_are_told(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    async with connected("http://example.org") as client:
        reply = (await client.send(READ, Log().open)).reply
    assert str(reply.error).startswith("The proxy settings of the environment cannot be used")


async def test_proxies_of_the_environment_are_used_but_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(always(answer(200, b'"proxy"'))) as proxy, serving(always(answer(200, b'"server"'))) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert (await ask(server, READ)).body == "server"
        assert (await ask(server, READ, trust_env=True)).body == "proxy"
        async with connected("http://agents.example.org") as client:
            assert (await client.send(READ, Log().open)).reply.body == "proxy"
    assert [head.split("\r\n")[0] for head, _ in proxy.requests] == [
        f"GET {server.url}/runs HTTP/1.1",
        "GET http://agents.example.org/runs HTTP/1.1",
    ]


async def test_a_stream_is_read_by_its_pump() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b"data: 1\n\n")
        await peer.send(b"0\r\n\r\n")

    log = Log()
    async with serving(talk) as server, connected(server.url) as client:
        exchange = await client.send(START, log.open)
        assert (exchange.reply.status, exchange.reply.body, exchange.reply.link) == (200, None, 1)
        assert log.kinds(1) == ["request", "response"]
        assert exchange.pump is not None
        await exchange.pump()
    assert log.kinds(1) == ["request", "response", "data", "end"]
    assert log.end(1) == ("eof", "server", None)
    assert "accept: text/event-stream" in server.requests[0][0]
    assert "timeout_s" not in log.head(1, Kind.REQUEST)


async def silent_stream(peer: Peer) -> None:
    await peer.request()
    await peer.send(STREAM_HEAD)
    await peer.chunk(b": on\n\n")
    await peer.gone()


async def test_a_cancelled_pump_closes_the_connection() -> None:
    left = asyncio.Event()

    async def talk(peer: Peer) -> None:
        await silent_stream(peer)
        left.set()

    log = Log()
    async with serving(talk) as server, connected(server.url) as client:
        exchange = await client.send(JOIN, log.open)
        assert exchange.pump is not None
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            pumping = group.create_task(pump(exchange.pump))
            await log.until(1, Kind.DATA)
            pumping.cancel()
            await left.wait()
    assert log.end(1) == ("closed", "client", None)


async def pump(run: Any) -> None:
    await run()


async def test_closing_the_client_ends_its_streams() -> None:
    log = Log()
    async with serving(silent_stream) as server:
        client = HttpClient(server.url)
        running = await client.send(JOIN, log.open)
        never_run = await client.send(JOIN, log.open)
        assert running.pump is not None
        assert never_run.pump is not None
        async with asyncio.TaskGroup() as group:
            group.create_task(pump(running.pump))
            await log.until(1, Kind.DATA)
            await client.aclose()
        await never_run.pump()
    assert log.end(1) == log.end(2) == ("closed", "client", None)


async def test_waiting_for_the_headers_of_a_stream_can_be_cancelled() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    log = Log()
    async with serving(talk) as server, connected(server.url) as client, asyncio.TaskGroup() as group:
        sending = group.create_task(client.send(JOIN, log.open))
        await log.until(1, Kind.REQUEST)
        sending.cancel()
    assert log.kinds(1) == ["request", "end"]
    assert log.end(1) == ("closed", "client", None)


@pytest.mark.parametrize(
    "reply,body",
    [
        (answer(200, b'{"a":1}', content_type="application/json"), {"a": 1}),
        (answer(200, b"<html>", content_type="text/html"), "<html>"),
        (answer(404, b"data: x\n\n", content_type="text/event-stream"), "data: x\n\n"),
        (answer(204), ""),
    ],
)
async def test_what_is_no_stream_is_read_whole(reply: bytes, body: Any) -> None:
    log = Log()
    async with serving(always(reply)) as server, connected(server.url) as client:
        exchange = await client.send(START, log.open)
    assert exchange.pump is None
    assert exchange.reply.body == body
    assert log.end(1) == ("eof", "server", None)


async def test_a_success_that_does_not_say_what_it_is_is_taken_for_a_stream() -> None:
    async with serving(always(answer(200, b"data: 1\n\n"))) as server, connected(server.url) as client:
        exchange = await client.send(START, Log().open)
        assert exchange.pump is not None
        await exchange.pump()


async def test_a_json_answer_that_never_comes_is_not_waited_for() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.gone()

    log = Log()
    limits = Limits(read=0.05, act=0.06)
    async with serving(talk) as server:
        read = await ask(server, READ, log, limits=limits)
        act = await ask(server, ACT, log, limits=limits)
    assert (read.status, act.status) == (0, 0)
    assert read.error == f"{server.url} gave no answer within 0.05 s."
    assert act.error == f"{server.url} gave no answer within 0.06 s. Whether it was done there is not known."
    assert log.end(1) == ("closed", "client", "no answer within 0.05 s")
    assert log.links == 2


async def test_an_answer_that_breaks_off_keeps_what_came() -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{half")

    async with serving(talk) as server:
        reply = await ask(server, ACT)
    assert (reply.status, reply.body) == (200, "{half")
    assert str(reply.error).endswith("closed in the middle of the body. Whether it was done there is not known.")
