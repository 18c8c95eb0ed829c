"""Puts the real parts together: the Hub on the network, the disk, the keychain and all backends."""

from __future__ import annotations

import getpass
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from inspector.domain.notes import JOURNAL, PROXIED, note
from inspector.protocols.registry import ADAPTERS
from inspector.services.clock import LoopClock
from inspector.services.hub import Hub
from inspector.services.model import ConnectionSpec
from inspector.store.files import Files
from inspector.store.secrets import Keychain
from inspector.store.settings import run_folder

if TYPE_CHECKING:
    from inspector.capture.proxy import ProxyServer
    from inspector.transport.http import HttpClient


PROXY_TOKEN = "STREAM_INSPECTOR_PROXY_TOKEN"
"""The environment variable by which who starts a proxy knows its token beforehand."""


def build_hub() -> Hub:
    """A hub on the running loop, recording in memory until it is told where to."""
    return Hub(tuple(ADAPTERS.values()), Files(), client, LoopClock(), user())


def client(spec: ConnectionSpec) -> HttpClient:
    """The HTTP client of a connection; UserError for an address or headers that cannot be used."""
    # The library below takes longer to import than a log to judge, and judging needs no network.
    from inspector.transport.http import HttpClient

    return HttpClient(
        spec.base_url, headers=spec.headers, query=spec.query, variables=spec.variables, verify=spec.verify_tls
    )


@asynccontextmanager
async def proxying(hub: Hub, upstream: str, port: int) -> AsyncIterator[ProxyServer]:
    """A capture proxy that records into the hub's live log. UserError for a bad address, or a port in use."""
    from inspector.capture import tokens
    from inspector.capture.proxy import ProxyServer
    from inspector.capture.upstream import Upstream
    from inspector.transport.body import body_of
    from inspector.transport.network import quick

    name = f"app → {Upstream.parse(upstream).name}"
    token = os.environ.get(PROXY_TOKEN) or tokens.new()

    def acted(action: str, link: int, effect: str, why: str) -> None:
        now = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        told: dict[str, Any] = {"action": action, "run": None, "connection": name, "plan": [], "answers": []}
        text = f"{action} of exchange {link}: {why}"
        hub.jot(note(JOURNAL, text, **told, effect=effect, why=why, started=None, who="", when=now, exchange=link))

    server = await ProxyServer.start(
        upstream,
        port,
        token,
        open_link=lambda: hub.outside({"connection": name}),
        reports=lambda: hub.outside({"connection": name, "protocol": "agents_sdk"}),
        acted=acted,
        start=hub.tasks.start,
        wall=lambda: datetime.now(UTC).timestamp(),
        dress=quick,
        events=body_of,
    )
    hub.jot(note(PROXIED, f"a capture proxy for {upstream}", url=server.url, upstream=upstream))
    tokens.keep(run_folder(), server.port, token)
    try:
        yield server
    finally:
        tokens.forget(run_folder(), server.port)
        await server.aclose()


def proxy_token(url: str) -> tuple[str, str] | None:
    """Name and value of the header that a proxy of this user wants at its own address; None where none runs there."""
    from inspector.capture import tokens

    parts = urlsplit(url)
    if parts.hostname not in ("127.0.0.1", "localhost", "::1") or parts.port is None or parts.path.strip("/"):
        return None
    token = tokens.find(run_folder(), parts.port)
    return None if token is None else (tokens.HEADER, token)


def user() -> str:
    """Who sits here, for the journal; empty where the system does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def stored_key(base_url: str) -> str | None:
    """The key that the keychain of the system has for this server. UserError where it is locked or refuses."""
    return Keychain().get(base_url)
