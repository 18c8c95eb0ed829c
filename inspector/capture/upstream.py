"""The server behind the proxy: which URL a request of the app becomes there, and who may ask us to send it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from inspector.domain.errors import UserError
from inspector.domain.redact import redact_url

PREFIX = "/v1"
"""What an app's base URL ends with, whatever the path of the server's own API is."""

_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Header lines that are about one connection (RFC 9110 §7.6.1)."""

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Upstream:
    """``origin`` is scheme, host and port; ``base`` the path of its API, without a slash at its end."""

    origin: str
    base: str

    @classmethod
    def parse(cls, text: str) -> Upstream:
        """UserError where this is no address of a server."""
        try:
            url = httpx.URL(text.strip())
        except (httpx.InvalidURL, TypeError) as error:
            raise UserError(f"“{redact_url(text)}” is no address of a server: {error}.") from error
        if url.scheme not in ("http", "https") or not url.host:
            raise UserError(f"“{redact_url(text)}” is no address of a server: it begins with https:// or http://.")
        if url.userinfo:
            raise UserError("The address of a server holds no name or password here: the app sends its own.")
        if url.query or url.fragment:
            raise UserError("The address of a server ends with its path; what follows a ? is for the app to send.")
        port = "" if url.port is None else f":{url.port}"
        host = f"[{url.host}]" if ":" in url.host else url.host
        return cls(f"{url.scheme}://{host}{port}", url.path.rstrip("/"))

    @property
    def name(self) -> str:
        """Host and port."""
        return self.origin.partition("://")[2]

    def url(self, target: str) -> httpx.URL:
        """Where a request for this path, query included, goes. UserError where it would go elsewhere."""
        if not target.startswith("/"):
            raise UserError("A request names a path of this server, and nothing else.")
        rest = target
        if self.base and (target == PREFIX or target.startswith((PREFIX + "/", PREFIX + "?"))):
            rest = self.base + target[len(PREFIX) :]
        return httpx.URL(self.origin).copy_with(raw_path=rest.encode("latin-1"))


def onward(lines: Iterable[tuple[str, str]]) -> Lines:
    """The header lines of a request that go on to the server.

    Compressed events could not be passed on as they arrive, so none are asked for.
    """
    kept = list(lines)
    named = {word.strip().lower() for name, value in kept if name.lower() == "connection" for word in value.split(",")}
    dropped = _HOP | named | {"host", "content-length", "accept-encoding", "expect"}
    passed = [(name, value) for name, value in kept if name.lower() not in dropped]
    return (*passed, ("accept-encoding", "identity"))


def back(lines: Iterable[tuple[str, str]]) -> Lines:
    """The header lines of an answer that go back to the app."""
    return tuple((name, value) for name, value in lines if name.lower() not in _HOP)


def stranger(host: str | None, origin: str | None, port: int) -> str | None:
    """Why a request is refused that a web page, or a name that was made to lead here, may have sent; None = it is not.

    A page of another site cannot leave ``Origin`` out, nor choose its ``Host``.
    """
    if host is None or _place(f"http://{host}") not in {(name, port) for name in _HOSTS}:
        return "This proxy answers to 127.0.0.1 and localhost only."
    if origin is not None and (_place(origin) or ("", None))[0] not in _HOSTS:
        return "This proxy takes nothing from web pages of other hosts."
    return None


def _place(url: str) -> tuple[str, int | None] | None:
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.port or 80
    except ValueError:
        return None
