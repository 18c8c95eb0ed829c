"""A connection to the server: straight, or through the proxy that the environment names for it."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import ssl
from urllib.request import getproxies, proxy_bypass

import httpx

ANSWER_S = 15.0
"""How long the proxy of the environment may take to open the way."""


def is_loopback(host: str) -> bool:
    """Whether this is our own machine, to which no proxy leads."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def proxy_for(url: httpx.URL) -> httpx.URL | None:
    """The proxy that the environment wants for this address (``HTTPS_PROXY`` and so on), or None."""
    secure = url.scheme in ("https", "wss")
    if is_loopback(url.host) or proxy_bypass(f"{url.host}:{_port(url)}"):
        return None
    known = getproxies()
    names = ("wss", "https", "all") if secure else ("ws", "http", "all")
    found = next((known[name] for name in names if known.get(name)), None)
    if found is None:
        return None
    return httpx.URL(found if "://" in found else f"http://{found}")


async def connected(url: httpx.URL) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Both directions, ready for the first byte of the handshake. OSError with a sentence where that fails."""
    context = ssl.create_default_context() if url.scheme in ("https", "wss") else None
    proxy = proxy_for(url)
    if proxy is None:
        return await asyncio.open_connection(url.host, _port(url), ssl=context)
    if proxy.scheme not in ("http", "https"):
        raise OSError(f"The environment names a {proxy.scheme} proxy, and a WebSocket cannot be passed through it.")
    own = ssl.create_default_context() if proxy.scheme == "https" else None
    reader, writer = await asyncio.open_connection(proxy.host, _port(proxy), ssl=own)
    try:
        async with asyncio.timeout(ANSWER_S):
            await _opened(reader, writer, url, proxy)
            if context is not None:
                await writer.start_tls(context, server_hostname=url.host)
    except BaseException as error:
        writer.close()
        if isinstance(error, TimeoutError):
            raise OSError(f"The proxy at {proxy.host} did not open the way in time.") from error
        raise
    return reader, writer


async def _opened(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: httpx.URL, proxy: httpx.URL) -> None:
    """The proxy passes on from here (RFC 9110 §9.3.6)."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    place = f"{host}:{_port(url)}"
    lines = [f"CONNECT {place} HTTP/1.1", f"host: {place}"]
    if proxy.username:
        known = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
        lines.append(f"proxy-authorization: Basic {known}")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise ConnectionResetError(f"The proxy at {proxy.host} gave no answer.") from error
    words = head.split(b" ", 2)
    if len(words) < 2 or not words[1].startswith(b"2"):
        said = head.partition(b"\r\n")[0].decode("latin-1")[:80]
        raise ConnectionRefusedError(f"The proxy at {proxy.host} did not open the way: {said}")


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme in ("https", "wss") else 80)
