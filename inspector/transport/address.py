"""A server's base URL, taken apart once, and the URLs of calls below it."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode

import httpx

from inspector.domain.errors import UserError
from inspector.domain.redact import redact_url

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is.

    ``origin`` has no slash at its end; ``prefix`` is the path that all calls are below ("" or "/api/projects/x");
    ``query`` goes with every call. ``login`` is the value of an authorization header, from ``user:password@`` in the
    URL: it is kept out of the URL, because URLs are shown.
    """

    origin: str
    host: str
    prefix: str = ""
    query: tuple[tuple[str, str], ...] = ()
    login: str | None = field(default=None, repr=False)

    @property
    def secure(self) -> bool:
        """Whether it speaks TLS."""
        return self.origin.startswith("https:")

    @property
    def loopback(self) -> bool:
        """Whether the server is on this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return address.is_loopback or address.is_unspecified

    def url(self, path: str, query: Iterable[tuple[str, str]]) -> httpx.URL:
        """The URL of a call. Its own parameters take the place of defaults of the same name.

        Raises httpx.InvalidURL where the path holds what no URL can.
        """
        own = tuple(query)
        names = {name for name, _ in own}
        pairs = [pair for pair in self.query if pair[0] not in names] + [*own]
        path, mark, more = path.partition("?")
        tail = "&".join(part for part in (more if mark else "", urlencode(pairs, quote_via=quote)) if part)
        return httpx.URL(self.origin + self.prefix + "/" + path.lstrip("/") + ("?" + tail if tail else ""))


def parse_address(text: str, query: Iterable[tuple[str, str]] = ()) -> Address:
    """The address that a person wrote, with further parameters for every call. Raises UserError."""
    text = text.strip()
    shown = redact_url(text)
    if not text:
        raise UserError("No URL was given.")
    if "://" not in text:
        raise UserError(f"“{shown}” has no scheme: write http://{shown} or https://{shown}.")
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as exc:
        raise UserError(f"“{shown}” is no URL: {str(exc).rstrip('.')}.") from exc
    if url.scheme not in _PORTS:
        raise UserError(f"“{shown}” cannot be used: only http:// and https:// can.")
    if not url.host:
        raise UserError(f"“{shown}” names no host.")
    if url.port is not None and not 0 < url.port < 65536:
        raise UserError(f"“{shown}” is no URL: there is no port {url.port}.")
    defaults = dict(parse_qsl(url.query.decode("ascii"), keep_blank_values=True)) | dict(query)
    return Address(
        origin=origin(url),
        host=url.host.lower().rstrip("."),
        prefix=url.raw_path.partition(b"?")[0].decode("ascii").rstrip("/"),
        query=tuple(defaults.items()),
        login=_login(url.username, url.password),
    )


def origin(url: httpx.URL) -> str:
    """Scheme, host and port, without a port that the scheme implies."""
    port = "" if url.port is None or url.port == _PORTS.get(url.scheme) else f":{url.port}"
    host = url.raw_host.decode("ascii")
    return f"{url.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _login(user: str, password: str) -> str | None:
    if not user and not password:
        return None
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
