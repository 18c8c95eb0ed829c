"""The capture proxy: between an app and its server, on loopback only, with a door for the person at the inspector.

``/_inspector/exchanges`` lists what passes, ``/_inspector/exchanges/{id}`` tells of one, and a POST to its ``/kick`` or
``/fail`` acts on it. Each wants the token of this start. All else goes to the server, but for reports of traces, which
are answered here.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from inspector.capture import ingest
from inspector.capture.exchange import Body, Exchange, Means, OpenLink, Passing, Start
from inspector.capture.http import HttpServer, Reply, Request, Upgraded
from inspector.capture.sockets import SocketRelay
from inspector.capture.tokens import HEADER
from inspector.capture.tunnel import is_loopback
from inspector.capture.upstream import Upstream, stranger
from inspector.domain.errors import Refused, UserError
from inspector.domain.frames import Kind
from inspector.domain.redact import redact_headers

CONTROL = "/_inspector"
REMEMBERED = 500
"""Exchanges that are over and can still be asked for."""

CONNECT_S, IDLE_S = 15.0, 2.0
"""How long a connection may take, and how long an idle one is used again: servers close theirs after five seconds, and
a request that meets the closing would fail as it would not have without a proxy."""

Acted = Callable[[str, int, str, str], None]
"""Hears of what was done by hand: action, the link it was about, effect (seen | refused), what was done or why not."""


class Proxy:
    """Answers the app. ``exchanges`` are by their ids, the oldest first. ``closing``: what ends now, we ended."""

    def __init__(self, means: Means, token: str, reports: OpenLink, acted: Acted) -> None:
        self.exchanges: OrderedDict[int, Passing] = OrderedDict()
        self.port = 0
        self.closing = False
        self._means = means
        self._token = token
        self._reports = reports
        self._acted = acted
        self._over: list[Callable[[Passing], None]] = []

    def on_over(self, then: Callable[[Passing], None]) -> None:
        """Call ``then`` with each exchange that has come to its end."""
        self._over.append(then)

    def answer(self, request: Request, reply: Reply) -> None:
        """One request of the app, or of somebody who inspects it."""
        why_not = self._why_not(request)
        if why_not is not None:
            _json(reply, 403, {"detail": why_not})
        elif _within(request.path, CONTROL):
            self._control(request, reply)
        elif request.method == "POST" and ingest.takes(request.path):
            self._report(request, reply)
        elif request.method == "GET" and ingest.holds(request.path):
            reply.open(200, [("content-type", "text/plain")])
            reply.on_gone(lambda: self._gone(request))
        else:
            self._forward(request, reply)

    def upgrade(self, request: Request, transport: asyncio.Transport) -> Upgraded | None:
        """A WebSocket of the app."""
        if self._why_not(request) is not None or _within(request.path, CONTROL):
            return None
        try:
            relay = SocketRelay(self._means, request, transport, self._finished)
        except (UserError, httpx.InvalidURL, ValueError):
            return None
        self._remember(relay.link, relay)
        return relay

    def _forward(self, request: Request, reply: Reply) -> None:
        try:
            exchange = Exchange(self._means, request, reply, self._finished)
        except (UserError, httpx.InvalidURL, ValueError) as error:
            _json(reply, 400, {"error": {"message": str(error), "type": "proxy_error", "param": None, "code": None}})
            return
        self._remember(exchange.id, exchange)

    def _remember(self, link: int, passing: Passing) -> None:
        self.exchanges[link] = passing
        over = [number for number, each in self.exchanges.items() if each.state == "over"]
        for number in over[: max(0, len(over) - REMEMBERED)]:
            del self.exchanges[number]

    def _finished(self, exchange: Passing) -> None:
        for then in self._over:
            then(exchange)

    def _report(self, request: Request, reply: Reply) -> None:
        status, said = ingest.answer(request.target, request.body)
        _, record = self._reports()
        whole = status == 200
        more = {"json": True} if whole else {}
        record(Kind.REQUEST, {**self._head(request), **more}, request.body if whole else b"")
        record(Kind.RESPONSE, {"status": status, "headers": {"content-type": "application/json"}}, b"")
        record(Kind.DATA, {}, json.dumps(said).encode())
        record(Kind.END, {"how": "eof", "by": "server"}, b"")
        _json(reply, status, said)

    def _gone(self, request: Request) -> None:
        """A tap held this request open, and its program has ended: until then there was nothing to tell."""
        if not self.closing:
            _, record = self._reports()
            record(Kind.REQUEST, self._head(request), b"")
            record(Kind.RESPONSE, {"status": 200, "headers": {"content-type": "text/plain"}}, b"")
            record(Kind.END, {"how": "closed", "by": "client"}, b"")

    def _head(self, request: Request) -> Mapping[str, Any]:
        url = f"http://127.0.0.1:{self.port}{request.target}"
        return {"method": request.method, "url": url, "headers": redact_headers(request.headers)}

    def _control(self, request: Request, reply: Reply) -> None:
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), self._token.encode()):
            _json(reply, 401, {"detail": f"The header {HEADER} has to hold the token of this proxy."})
            return
        words = request.path.removeprefix(CONTROL).strip("/").split("/")
        match request.method, words:
            case "GET", [""]:
                _json(reply, 200, {"inspector": "proxy", "upstream": self._upstream})
            case "GET", ["exchanges"]:
                _json(reply, 200, {"exchanges": [each.shown() for each in self.exchanges.values()]})
            case "GET", ["exchanges", number] if (found := self._find(number)) is not None:
                _json(reply, 200, found.shown())
            case "POST", ["exchanges", number, "kick" | "fail" as action] if (found := self._find(number)) is not None:
                self._act(found, action, reply)
            case _, ["exchanges", *_]:
                _json(reply, 404, {"detail": "This proxy has seen no such exchange."})
            case _:
                _json(reply, 404, {"detail": f"There is {CONTROL}/exchanges, and nothing else."})

    def _act(self, exchange: Passing, action: str, reply: Reply) -> None:
        link = exchange.links[-1]
        try:
            done = exchange.kick() if action == "kick" else exchange.fail()
        except Refused as error:
            self._acted(action, link, "refused", str(error))
            _json(reply, 409, {"detail": str(error)})
            return
        self._acted(action, link, "seen", done)
        _json(reply, 200, {"done": done, "exchange": exchange.shown()})

    def _find(self, number: str) -> Passing | None:
        """By its id, or by the link of any of its attempts."""
        if not number.isdecimal():
            return None
        wanted = int(number)
        return next((each for each in reversed(self.exchanges.values()) if wanted in each.links), None)

    def _why_not(self, request: Request) -> str | None:
        return stranger(request.headers.get("host"), request.headers.get("origin"), self.port)

    @property
    def _upstream(self) -> str:
        return self._means.upstream.origin + self._means.upstream.base


class ProxyServer:
    """A proxy that listens. ``base`` is what the app's base URL is to be."""

    def __init__(self, proxy: Proxy, server: HttpServer, client: httpx.AsyncClient) -> None:
        self.proxy = proxy
        self.port = server.port
        self.url = server.url
        self.base = server.url + "/v1"
        self._server = server
        self._client = client

    @classmethod
    async def start(
        cls,
        upstream: str,
        port: int,
        token: str,
        *,
        open_link: OpenLink,
        reports: OpenLink,
        acted: Acted,
        start: Start,
        wall: Callable[[], float],
        dress: Callable[[httpx.AsyncClient], httpx.AsyncClient] = lambda client: client,
        events: Body = httpx.Response.aiter_raw,
    ) -> ProxyServer:
        """Begin to listen; port 0 takes a free one. UserError for a bad address of the server, or a port in use.

        ``dress`` makes of a client what it is to be, and ``events`` reads bodies of events that it brings.
        """
        place = Upstream.parse(upstream)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=IDLE_S)
        outside = not is_loopback(httpx.URL(place.origin).host)  # no proxy of the environment leads to our own machine
        patience = httpx.Timeout(None, connect=CONNECT_S)
        client = dress(httpx.AsyncClient(timeout=patience, limits=limits, trust_env=outside))
        loop = asyncio.get_running_loop()
        proxy = Proxy(Means(place, client, open_link, start, loop.time, wall, events), token, reports, acted)
        try:
            server = await HttpServer.start(proxy, port)
        except OSError as error:
            await client.aclose()
            raise UserError(f"Port {port} cannot be had: {error.strerror or error}.") from error
        proxy.port = server.port
        return cls(proxy, server, client)

    async def aclose(self) -> None:
        """Stop listening and drop every connection."""
        self.proxy.closing = True
        await self._server.aclose()
        await self._client.aclose()


def _within(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")


def _json(reply: Reply, status: int, body: Mapping[str, Any]) -> None:
    reply.send(status, [("content-type", "application/json")], json.dumps(body).encode())
