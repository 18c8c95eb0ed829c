"""What went wrong between the proxy and the server, as a log tells it and as the app is told it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Fault:
    """``how`` as in the end of a wire log's exchange. ``unreached``: no connection was made at all."""

    how: str
    detail: str
    unreached: bool = False

    def sentence(self, place: str) -> str:
        """For the person at the app."""
        return f"Stream Inspector could not reach {place}: {self.detail}."


def fault_of(error: Exception) -> Fault:
    """The fault behind an exception of the HTTP library or of a socket."""
    causes = list(_chain(error))
    reset = any(isinstance(cause, ConnectionResetError | BrokenPipeError) for cause in causes)
    secure = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    if secure is not None:
        reason = getattr(secure, "verify_message", "") or getattr(secure, "reason", "") or str(secure)
        return Fault("refused", f"its TLS certificate or handshake was refused ({reason})", True)
    if isinstance(error, httpx.ConnectTimeout):
        return Fault("refused", "it did not answer the connection in time", True)
    if isinstance(error, httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol):
        return Fault("refused", _words(causes[-1]), True)
    if isinstance(error, OSError) and not reset:
        return Fault("refused", _words(error), True)
    if reset:
        return Fault("reset", "the connection was reset")
    return Fault("cut", _words(error))


def _words(error: BaseException) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(said).rstrip(".")


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
