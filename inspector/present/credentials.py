"""Addresses as users give them, and where a key goes for which server."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from inspector.domain.errors import UserError


class KeyHeader(NamedTuple):
    """A header that carries a key: its lower-case name, and what stands before the key in it."""

    name: str
    prefix: str

    def fill(self, key: str) -> str:
        """The header's value."""
        return self.prefix + key


BEARER, API_KEY, X_API_KEY = KeyHeader("authorization", "Bearer "), KeyHeader("api-key", ""), KeyHeader("x-api-key", "")


def key_headers(base_url: str, protocol: str | None) -> tuple[KeyHeader, ...]:
    """The headers that this kind of server reads its key from.

    LangGraph: ``x-api-key``. Azure OpenAI: ``api-key``; Foundry projects take a bearer token of Entra. Everything else
    that is Assistants-compatible: a bearer token. A server that nobody named yet is offered both common ones.
    """
    parts = urlsplit(base_url)
    if (parts.hostname or "").endswith(".openai.azure.com") or parts.path.rstrip("/").endswith("/openai"):
        return (API_KEY,)
    if protocol == "langgraph":
        return (X_API_KEY,)
    if protocol is not None or "/api/projects/" in parts.path:
        return (BEARER,)
    return (BEARER, X_API_KEY)


def address(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Base URL and default query of what a user typed. ``localhost:2024`` is taken as http.

    A query is kept (``api-version``); a fragment and user info are not. UserError for what is no address.
    """
    typed = text.strip()
    if "://" not in typed:
        host = typed.split("/", 1)[0].split(":", 1)[0]
        local = host in ("localhost", "127.0.0.1", "0.0.0.0", "::1") or host.startswith("[")
        typed = ("http://" if local else "https://") + typed
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError as error:
        raise UserError(f"“{text}” is no http or https address.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in typed:
        raise UserError(f"“{text}” is no http or https address.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if port is None else f"{host}:{port}"
    return urlunsplit((parts.scheme, place, parts.path.rstrip("/"), "", "")), tuple(parse_qsl(parts.query))
