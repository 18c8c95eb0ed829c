"""Sends calls to one server, over HTTP and sockets. All that crosses becomes frames; credentials are added last."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx

from inspector.domain.calls import Answer, Call, Reply
from inspector.domain.errors import UserError
from inspector.domain.redact import Secrets, redact_headers, redact_url
from inspector.transport.address import Address, origin, parse_address
from inspector.transport.network import quick
from inspector.transport.retry import Retry
from inspector.transport.socket import GONE, SocketWire, Trust
from inspector.transport.wire import Record, Wire, keep_location

# These libraries log URLs and headers with the credentials in them.
for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks"):
    logging.getLogger(_name).disabled = True

OpenLink = Callable[[], tuple[int, Record]]
"""Opens the next link of the log: its number, and where its frames go. Each try and each redirect is a link."""

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HIDDEN = frozenset({"host", "connection", "content-length"})
_BARE = (Answer.SOCKET, Answer.FRAME, Answer.CLOSED)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. ``read`` and ``act`` are for whole JSON answers; a stream may be silent as long as it likes."""

    connect: float = 10.0
    read: float = 30.0
    act: float = 60.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call that was sent. ``pump`` reads the rest of an event stream: awaited once, as a task of its own.

    A cancelled pump closes the connection and records that we did. None where nothing is left to read.
    """

    reply: Reply
    pump: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A request as it would be sent, with names in the place of secrets. ``body`` is a JSON value."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


class HttpClient:
    """The connection to one server. Faults of the server and of the network are in the reply, never raised.

    ``headers`` go with every call. Those with a name that says so are secrets, and those in ``variables``, which maps a
    name to the environment variable that a preview shows in place of the value. ``verify`` is a file or folder of
    certificates to trust instead of the usual ones, or False. ``trust_env``: whether proxies of the environment are
    used; None = for all but servers on this machine. Raises UserError for a base URL or headers that cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: tuple[tuple[str, str], ...] = (),
        protocol: str = "",
        connection: str = "",
        verify: bool | str = True,
        variables: Mapping[str, str] | None = None,
        trust_env: bool | None = None,
        limits: Limits | None = None,
        retry: Retry | None = None,
    ) -> None:
        self._address = parse_address(base_url, query)
        own = {name.lower(): value for name, value in (headers or {}).items()}
        if self._address.login is not None:
            own.setdefault("authorization", self._address.login)
        self._headers = {name: _checked(name, value) for name, value in own.items()}
        self._variables = {name.lower(): "$" + variable for name, variable in (variables or {}).items()}
        self._secrets = Secrets(self._headers, self._address.query, self._variables)
        self._about = {key: value for key, value in (("protocol", protocol), ("connection", connection)) if value}
        self._limits = limits or Limits()
        self._retry = retry or Retry()
        self._trust_env = not self._address.loopback if trust_env is None else trust_env
        self._verify: bool | ssl.SSLContext = _trusting(verify) if isinstance(verify, str) else verify
        self._client: httpx.AsyncClient | None = None
        self._streams: set[Wire] = set()
        self._sockets: dict[int, SocketWire] = {}

    async def send(self, call: Call, open_link: OpenLink) -> Exchange:
        """Send it. Reads are asked again where that may help, and redirected on the same server; acts never."""
        if call.answer is Answer.FRAME:
            return Exchange(await self._over_socket(call))
        try:
            if call.answer is Answer.SOCKET:
                return await self._open_socket(self._request(call), open_link)
            client = self._opened()
            request = self._request(call)
        except UserError as exc:
            return Exchange(Reply(0, error=str(exc)))
        except httpx.InvalidURL as exc:
            return Exchange(Reply(0, error=f"“{redact_url(call.path)}” cannot be part of a URL: {exc}"))
        made = 0
        while True:
            made += 1
            link, wire = await self._follow(client, request, call, open_link)
            transient = wire.fault is not None and wire.fault.transient
            pause = self._retry.pause(made, wire.status, wire.headers, transient) if call.reads else None
            if pause is None:
                return self._exchange(call, link, wire)
            await self._retry.sleep(pause)

    def preview(self, call: Call) -> Preview:
        """The request as :meth:`send` would make it. Raises UserError where it cannot be made."""
        try:
            request = self._request(call)
        except httpx.InvalidURL as exc:
            raise UserError(f"“{redact_url(call.path)}” cannot be part of a URL: {exc}") from exc
        headers = {name: value for name, value in self._shown(request, self._variables).items() if name not in _HIDDEN}
        if call.answer in _BARE:  # the rest of a handshake is the library's, a frame has none
            own = self._headers if call.answer is Answer.SOCKET else {}
            headers = {name: value for name, value in headers.items() if name in own}
        url = self._secrets.in_text(redact_url(str(request.url)))
        if "{" in call.path:  # the place of what an earlier answer will tell, meant to be read
            url = url.replace("%7B", "{").replace("%7D", "}")
        return Preview(request.method, url, headers, call.json)

    async def aclose(self) -> None:
        """Close all connections, those of streams too."""
        for wire in [*self._streams]:
            await wire.leave()
        for socket in [*self._sockets.values()]:
            await socket.leave()
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _follow(
        self, client: httpx.AsyncClient, request: httpx.Request, call: Call, open_link: OpenLink
    ) -> tuple[int, Wire]:
        """One try: the request, and for a read the redirects that stay on the server."""
        hops = 0
        while True:
            link, record = open_link()
            wire = Wire(client, request, record, self._secrets)
            limit = self._limits.read if call.reads else self._limits.act
            streams = call.answer is Answer.STREAM
            head = {"json": True} if call.json is not None else {}
            told: dict[str, Any] = {} if streams else {"timeout_s": limit}
            shown = self._shown(request)
            if await wire.open({**head, **told, **self._about}, shown, None if streams else limit):
                if streams and _is_event_stream(wire):
                    return link, wire
                await wire.read(limit)
            then = _redirected(request, wire) if call.reads and hops < MAX_REDIRECTS else None
            if then is None:
                return link, wire
            request, hops = then, hops + 1

    def _exchange(self, call: Call, link: int, wire: Wire) -> Exchange:
        if not wire.over:
            self._streams.add(wire)
            return Exchange(Reply(wire.status, wire.headers, None, link), partial(self._pump, wire))
        error = _error(call, wire)
        body = _body(wire) if wire.status else None
        return Exchange(Reply(wire.status, wire.headers, body, link, error and self._secrets.in_text(error)))

    async def _open_socket(self, request: httpx.Request, open_link: OpenLink) -> Exchange:
        link, record = open_link()
        wire = SocketWire(request.url, record, self._secrets)
        shown, secure = self._shown(request), request.url.scheme == "wss"
        trust = Trust(_context(self._verify) if secure else None, self._trust_env)
        hidden = _HIDDEN | {"accept", "accept-encoding"}
        headers = {name: value for name, value in request.headers.items() if name not in hidden}
        shown = {name: value for name, value in shown.items() if name in headers}
        reply = replace(await wire.open(self._about, headers, shown, trust, self._limits.connect), link=link)
        if not reply.ok:
            return Exchange(reply)
        self._sockets[link] = wire
        return Exchange(reply, partial(self._pump_socket, link, wire))

    async def _pump_socket(self, link: int, wire: SocketWire) -> None:
        try:
            await wire.read()
        finally:
            self._sockets.pop(link, None)

    async def _over_socket(self, call: Call) -> Reply:
        """One text frame, or the close, on a socket that this client has open."""
        wire = self._sockets.get(call.link)
        if wire is None:
            return Reply(0, link=call.link, error=GONE)
        closes = call.method == "CLOSE"
        problem = await (wire.close() if closes else wire.send(str(call.json)))
        return Reply(101 if problem is None else 0, link=call.link, error=problem)

    async def _pump(self, wire: Wire) -> None:
        try:
            await wire.read(keep=False)
        finally:
            self._streams.discard(wire)

    def _request(self, call: Call) -> httpx.Request:
        """The request with its credentials in it."""
        headers = {
            "accept": "text/event-stream" if call.answer is Answer.STREAM else "application/json",
            "accept-encoding": "identity",
            "user-agent": "stream-inspector",
        }
        body = None
        if call.json is not None:
            headers["content-type"] = "application/json"
            body = _encoded(call.json)
        headers |= self._headers | {name.lower(): _checked(name, value) for name, value in call.headers.items()}
        url = self._address.url(call.path, call.query)
        if call.answer in (Answer.SOCKET, Answer.FRAME):
            url, body = url.copy_with(scheme="wss" if url.scheme == "https" else "ws"), None
        return httpx.Request(call.method, url, headers=headers, content=body)

    def _shown(self, request: httpx.Request, variables: Mapping[str, str] | None = None) -> dict[str, str]:
        headers = {name: ", ".join(request.headers.get_list(name)) for name in request.headers}
        stand_in = dict.fromkeys(self._variables, "<redacted>") if variables is None else variables
        return {name: self._secrets.in_text(value) for name, value in redact_headers(headers, stand_in).items()}

    def _opened(self) -> httpx.AsyncClient:
        """The client, made at its first use: that loads certificates, which takes a noticeable moment."""
        if self._client is None:
            self._client = _new_client(self._address, self._verify, self._trust_env, self._limits.connect)
        return self._client


def _new_client(
    address: Address, verify: bool | ssl.SSLContext, trust_env: bool, connect_timeout: float
) -> httpx.AsyncClient:
    if verify is True:
        # Without TLS there is nothing to verify, and no redirect leaves the server.
        verify = _usual_trust() if address.secure else False
    try:
        client = httpx.AsyncClient(
            verify=verify,
            trust_env=trust_env,
            timeout=httpx.Timeout(None, connect=connect_timeout),
            # Idle connections go before the server's usual five seconds: one that it closes just as we send an act
            # would leave us not knowing whether the act was done.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=2.0),
            event_hooks={"response": [keep_location]},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        return quick(client)
    except (ImportError, ValueError, httpx.InvalidURL) as exc:
        raise UserError(f"The proxy settings of the environment cannot be used: {exc}") from exc


def _context(verify: bool | ssl.SSLContext) -> ssl.SSLContext:
    """What a secure socket is verified by."""
    if isinstance(verify, ssl.SSLContext):
        return verify
    context = _usual_trust()
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _usual_trust() -> ssl.SSLContext:
    """The certificates that come with httpx and those of the system, where companies put their own."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


def _trusting(path: str) -> ssl.SSLContext:
    try:
        if Path(path).is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except OSError as exc:
        raise UserError(f"The certificates in {path} cannot be used: {exc.strerror or exc}.") from exc


def _checked(name: str, value: str) -> str:
    """A header that can be sent as it is: a pasted secret often brings a line end or a typographic quote along."""
    if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum()):
        raise UserError(f"“{name}” is no name of a header.")
    if not (value.isascii() and value.isprintable()) or value != value.strip():
        raise UserError(f"The value of the header {name} has characters that a header cannot carry.")
    return value


def _encoded(value: Any) -> bytes:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as exc:
        raise UserError(f"The body cannot be sent as JSON: {exc}.") from exc


def _is_event_stream(wire: Wire) -> bool:
    """A success that says so, or says nothing: to read that whole could last for ever."""
    kind = wire.headers.get("content-type", "").partition(";")[0].strip().lower()
    return 200 <= wire.status < 300 and wire.status != 204 and kind in ("text/event-stream", "")


def _redirected(request: httpx.Request, wire: Wire) -> httpx.Request | None:
    """The request that a redirect on the same server asks for; credentials go to no other."""
    target = _target(wire)
    if target is None or wire.fault is not None or origin(target) != origin(request.url):
        return None
    if wire.status in (307, 308) or request.method == "GET":
        return httpx.Request(request.method, target, headers=request.headers, content=request.content or None)
    headers = {name: value for name, value in request.headers.items() if not name.startswith("content-")}
    return httpx.Request("GET", target, headers=headers)


def _target(wire: Wire) -> httpx.URL | None:
    if wire.status not in _REDIRECTS or not wire.location:
        return None
    try:
        return wire.url.join(wire.location)
    except httpx.InvalidURL:
        return None


def _error(call: Call, wire: Wire) -> str | None:
    """Why there is no whole answer, in one or two sentences; None where there is one."""
    if wire.fault is not None:
        unknown = not call.reads and wire.fault.how != "refused"
        return wire.fault.sentence + (" Whether it was done there is not known." if unknown else "")
    if wire.status not in _REDIRECTS:
        return None
    target = _target(wire)
    if target is None:
        return f"The server redirects ({wire.status}) to nowhere."
    where = redact_url(str(target))
    if origin(target) != wire.place:
        return f"The server redirects to {where}, another server: not followed, so that it is sent no credentials."
    if call.reads:
        return f"The server redirects more than {MAX_REDIRECTS} times, at last to {where}."
    return f"The server redirects to {where}: nothing was done, and an act is not sent there by itself."


def _body(wire: Wire) -> Any:
    """The JSON value, or the text where it is none."""
    try:
        return json.loads(wire.content)
    except (ValueError, RecursionError):
        return wire.content.decode(errors="replace")
