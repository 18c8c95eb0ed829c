"""The client where the way to the server is not plain: redirects, servers that say "later", no connection, TLS."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from inspector.domain.calls import Answer, Call
from inspector.domain.frames import Kind
from inspector.transport.http import MAX_REDIRECTS, HttpClient, Limits
from inspector.transport.retry import Retry
from tests.transport.server import EXPIRED, SELF_SIGNED, STREAM_HEAD, Log, Peer, always, answer, serving

pytestmark = pytest.mark.anyio

KEY = "pl4nted-key-000"
READ = Call("GET", "/runs")
ACT = Call("POST", "/runs/r/cancel", json={}, reads=False)


class Client:
    """A client whose pauses take no time, its log, and what came of one call."""

    def __init__(self, url: str, **options: Any) -> None:
        self.naps: list[float] = []
        self.log = Log()
        self.client = HttpClient(url, **({"retry": Retry(sleep=self.nap, rng=lambda: 1.0)} | options))

    async def nap(self, seconds: float) -> None:
        self.naps.append(seconds)

    async def send(self, call: Call) -> tuple[int, Any, str | None]:
        try:
            reply = (await self.client.send(call, self.log.open)).reply
        finally:
            await self.client.aclose()
        assert reply.link == self.log.links
        return reply.status, reply.body, reply.error


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def moved(status: int, where: str) -> bytes:
    return answer(status, location=where)


async def test_a_read_follows_redirects_on_the_same_server_and_each_is_a_link() -> None:
    async with serving(always(moved(307, "/runs/"), moved(301, "there?x=1"), answer(200, b"1"))) as server:
        client = Client(server.url, headers={"x-api-key": KEY})
        assert await client.send(READ) == (200, 1, None)
    assert [head.split(" ")[1] for head, _ in server.requests] == ["/runs", "/runs/", "/runs/there?x=1"]
    assert all(KEY in head for head, _ in server.requests)
    assert [client.log.head(link, Kind.RESPONSE)["status"] for link in (1, 2, 3)] == [307, 301, 200]
    assert [client.log.end(link)[0] for link in (1, 2, 3)] == ["eof", "eof", "eof"]


@pytest.mark.parametrize(
    "status,method,body", [(307, "POST", b'{"q":1}'), (308, "POST", b'{"q":1}'), (303, "GET", b"")]
)
async def test_what_a_redirected_search_becomes(status: int, method: str, body: bytes) -> None:
    async with serving(always(moved(status, "/there"), answer(200))) as server:
        await Client(server.url).send(Call("POST", "/search", json={"q": 1}))
    head, sent = server.requests[1]
    assert head.startswith(f"{method} /there")
    assert sent == body
    assert ("content-type" in head) == bool(body)


async def test_no_redirect_takes_credentials_to_another_server() -> None:
    async with (
        serving(always(answer(200))) as other,
        serving(always(moved(302, f"{other.url}/x?token=t0ken"))) as server,
    ):
        client = Client(server.url, headers={"x-api-key": KEY})
        status, _, error = await client.send(READ)
    assert status == 302
    assert str(error).startswith(f"The server redirects to {other.url}/x?token=<redacted>, another server")
    assert other.requests == []


async def test_an_act_is_not_redirected() -> None:
    async with serving(always(moved(307, "/there"))) as server:
        status, _, error = await Client(server.url).send(ACT)
        assert str(error).startswith(f"The server redirects to {server.url}/there: nothing was done")
    assert status == 307
    assert len(server.requests) == 1


async def test_redirects_in_a_circle_come_to_an_end() -> None:
    async with serving(always(moved(302, "/runs"))) as server:
        status, _, error = await Client(server.url).send(READ)
    assert status == 302
    assert str(error).startswith(f"The server redirects more than {MAX_REDIRECTS} times")
    assert len(server.requests) == MAX_REDIRECTS + 1


async def test_a_redirect_to_nowhere_is_told() -> None:
    async with serving(always(moved(302, "http://[::1"))) as server:
        assert await Client(server.url).send(READ) == (302, "", "The server redirects (302) to nowhere.")


async def test_a_busy_server_is_asked_again_and_each_try_is_a_link() -> None:
    replies = answer(503), answer(429, retry_after="2"), answer(200, b"1")
    async with serving(always(*replies)) as server:
        client = Client(server.url)
        assert await client.send(READ) == (200, 1, None)
    assert client.naps == [0.3, 2.0]
    assert client.log.links == 3
    assert all(client.log.kinds(link)[-1] == "end" for link in (1, 2, 3))


async def test_a_busy_server_is_asked_three_times() -> None:
    async with serving(always(answer(503, b"busy"))) as server:
        assert await Client(server.url).send(READ) == (503, "busy", None)
    assert len(server.requests) == 3


async def test_a_stream_that_cannot_be_joined_now_is_asked_for_again() -> None:
    stream = STREAM_HEAD + b"0\r\n\r\n"
    async with serving(always(answer(503), stream)) as server:
        client = Client(server.url)
        exchange = await client.client.send(Call("GET", "/s", answer=Answer.STREAM), client.log.open)
        assert exchange.reply.link == 2
        assert exchange.pump is not None
        await exchange.pump()
        await client.client.aclose()


async def test_an_act_is_sent_once_whatever_comes() -> None:
    async def closes(peer: Peer) -> None:
        await peer.request()

    async with serving(closes) as broken, serving(always(answer(503))) as busy:
        status, _, error = await Client(broken.url).send(ACT)
        assert (status, error) == (
            0,
            f"{broken.url} closed the connection without an answer. Whether it was done there is not known.",
        )
        assert (await Client(busy.url).send(ACT))[0] == 503
    assert (len(broken.requests), len(busy.requests)) == (1, 1)


async def test_a_read_that_is_cut_is_asked_again() -> None:
    async def cut(peer: Peer) -> None:
        await peer.request()
        await peer.send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")

    async def reset(peer: Peer) -> None:
        await peer.request()
        peer.reset()

    async with serving(cut, reset, always(answer(200, b"1"))) as server:
        client = Client(server.url)
        assert await client.send(READ) == (200, 1, None)
    assert [client.log.end(link)[0] for link in (1, 2, 3)] == ["cut", "reset", "eof"]


async def test_nothing_listens() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    client = Client(url)
    assert await client.send(READ) == (0, None, f"Nothing listens on {url}: connection refused.")
    assert client.log.links == 3
    assert client.log.kinds(1) == ["request", "end"]
    assert client.log.end(1) == ("refused", "server", "connection refused")
    once = Client(url)
    assert await once.send(ACT) == (0, None, f"Nothing listens on {url}: connection refused.")
    assert once.log.links == 1


async def test_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    client = Client("http://no-such-host.invalid")
    status, _, error = await client.send(READ)
    assert (status, error) == (0, "The name no-such-host.invalid cannot be found.")
    assert client.log.end(1)[0] == "refused"


async def test_what_does_not_speak_http() -> None:
    async def mail(peer: Peer) -> None:
        await peer.send(b"220 mail.example.org ESMTP\r\n\r\n")
        await peer.gone()

    async with serving(mail) as server:
        client = Client(server.url)
        _, _, error = await client.send(READ)
    assert str(error).startswith(f"What listens on {server.url} does not speak HTTP")
    assert client.log.links == 1


@pytest.mark.parametrize(
    "certificate,why", [(SELF_SIGNED, "self-signed certificate"), (EXPIRED, "certificate has expired")]
)
async def test_a_certificate_that_is_not_trusted_is_named(certificate: Any, why: str) -> None:
    async with serving(always(answer(200)), certificate=certificate) as server:
        verify = str(EXPIRED) if certificate == EXPIRED else True
        client = Client(server.url, verify=verify)
        assert await client.send(READ) == (0, None, f"The server's certificate is not trusted: {why}.")
    assert server.requests == []
    assert client.log.links == 1
    assert client.log.end(1) == ("refused", "client", f"certificate not trusted: {why}")


@pytest.mark.parametrize("verify", [str(SELF_SIGNED), False])
async def test_a_certificate_can_be_trusted_or_let_pass(verify: str | bool) -> None:
    async with serving(always(answer(200, b"1")), certificate=SELF_SIGNED) as server:
        assert await Client(server.url, verify=verify).send(READ) == (200, 1, None)


async def test_a_certificate_for_another_name_is_named() -> None:
    async with serving(always(answer(200)), certificate=SELF_SIGNED, host="127.0.0.2") as server:
        _, _, error = await Client(server.url, verify=str(SELF_SIGNED)).send(READ)
    assert str(error).startswith("The server's certificate is not trusted: ")
    assert "127.0.0.2" in str(error)


async def test_https_to_a_server_without_tls() -> None:
    async def talk(peer: Peer) -> None:
        await peer.reader.read(5)
        await peer.send(answer(400))

    async with serving(talk) as server:
        secure = server.url.replace("http:", "https:")
        _, _, error = await Client(secure).send(READ)
    assert error == f"What listens on {secure} does not speak TLS; perhaps it is {server.url}."


async def test_a_handshake_that_nobody_answers_has_an_end() -> None:
    async with serving(Peer.gone) as server:
        secure = server.url.replace("http:", "https:")
        client = Client(secure, limits=Limits(connect=0.05), verify=False)
        assert await client.send(ACT) == (0, None, f"{secure} does not answer: no connection within 0.05 s.")
    assert client.log.end(1) == ("refused", "client", "no connection within 0.05 s")


@pytest.mark.parametrize(
    "certificate",
    [
        None,
        SELF_SIGNED,
        pytest.param(None, marks=pytest.mark.qt_loop),
        pytest.param(SELF_SIGNED, marks=pytest.mark.qt_loop),
    ],
)
async def test_a_reset_is_a_reset_with_and_without_tls_and_on_both_loops(certificate: Any) -> None:
    async def talk(peer: Peer) -> None:
        await peer.request()
        await peer.send(STREAM_HEAD)
        await peer.chunk(b"data: 1\n\n")
        await client.log.until(1, Kind.DATA)
        peer.reset()

    async with serving(talk, certificate=certificate) as server:
        client = Client(server.url, verify=False)
        exchange = await client.client.send(Call("GET", "/s", answer=Answer.STREAM), client.log.open)
        assert exchange.pump is not None
        async with asyncio.timeout(60):
            await exchange.pump()
        await client.client.aclose()
    assert client.log.end(1) == ("reset", "server", "connection reset")
