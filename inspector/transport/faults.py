"""What went wrong on the way: exceptions of the HTTP library into the end of a link and one sentence for the user."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

_UNFINISHED = "peer closed connection without sending complete message body"
_UNANSWERED = "Server disconnected without sending a response"
_NO_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """How a link ended early: ``how``, ``by`` and ``detail`` stand in its end frame.

    ``transient``: it may pass, so a read may be asked again.
    """

    how: str
    by: str
    detail: str
    sentence: str
    transient: bool = True


def fault_of(exc: BaseException, place: str, answered: bool, connect_timeout: float = 0.0) -> Fault:
    """The fault that an exception stands for. ``place`` is scheme, host and port; ``answered``: headers had come."""
    chain = tuple(_chain(exc))
    if isinstance(exc, httpx.ProxyError):
        return Fault("refused", "server", f"proxy: {exc}", f"The proxy does not connect to {place}: {exc}.", False)
    if isinstance(exc, httpx.ConnectTimeout):
        waited = f"within {connect_timeout:g} s"
        return Fault(
            "refused", "client", f"no connection {waited}", f"{place} does not answer: no connection {waited}."
        )
    if isinstance(exc, httpx.ConnectError):
        return _not_connected(exc, chain, place)
    if isinstance(exc, httpx.LocalProtocolError):
        return Fault("closed", "client", f"request not sent: {exc}", f"The request cannot be sent: {exc}.", False)
    if isinstance(exc, httpx.RemoteProtocolError):
        return _bad_http(str(exc).rstrip("."), place, answered)
    if any(isinstance(link, ConnectionError) for link in chain):
        return Fault("reset", "server", "connection reset", _broke_off(place, answered, "connection reset"))
    detail = str(exc) or type(exc).__name__
    return Fault("cut", "server", detail, _broke_off(place, answered, detail.rstrip(".")))


def timed_out(place: str, seconds: float, answered: bool) -> Fault:
    """We gave up waiting for a complete answer."""
    what = "complete answer" if answered else "answer"
    detail = f"no {what} within {seconds:g} s"
    return Fault("closed", "client", detail, f"{place} gave {detail}.", False)


def _not_connected(exc: httpx.ConnectError, chain: tuple[BaseException, ...], place: str) -> Fault:
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = (cause.verify_message or str(cause)).rstrip(".")
            sentence = f"The server's certificate is not trusted: {why}."
            return Fault("refused", "client", f"certificate not trusted: {why}", sentence, False)
        if isinstance(cause, ssl.SSLError):
            return _no_handshake(cause, place)
        if isinstance(cause, socket.gaierror):
            host = httpx.URL(place).host
            return Fault("refused", "client", f"name not found: {host}", f"The name {host} cannot be found.")
    if any(isinstance(cause, ConnectionRefusedError) for cause in chain):
        return Fault("refused", "server", "connection refused", f"Nothing listens on {place}: connection refused.")
    causes = [cause.strerror for cause in chain if isinstance(cause, OSError) and cause.strerror]
    why = causes[-1] if causes else str(exc).rstrip(".") or "closed at once"
    if place.startswith("https:") and not causes:
        why = "closed during the TLS handshake"
    return Fault("refused", "server", why, f"No connection to {place}: {why[:1].lower() + why[1:]}.")


def _no_handshake(cause: ssl.SSLError, place: str) -> Fault:
    if cause.reason in _NO_TLS:
        plain = place.replace("https:", "http:", 1)
        sentence = f"What listens on {place} does not speak TLS; perhaps it is {plain}."
        return Fault("refused", "client", "not TLS", sentence, False)
    why = (cause.reason or str(cause)).replace("_", " ").lower()
    return Fault("refused", "client", f"TLS: {why}", f"The TLS handshake with {place} failed: {why}.", False)


def _bad_http(message: str, place: str, answered: bool) -> Fault:
    if message.startswith(_UNFINISHED):
        return Fault(
            "cut", "server", message, _broke_off(place, True, "the connection closed in the middle of the body")
        )
    if message.startswith(_UNANSWERED):
        return Fault("cut", "server", "closed without an answer", f"{place} closed the connection without an answer.")
    if answered:
        return Fault("cut", "server", f"bad HTTP: {message}", _broke_off(place, True, message))
    return Fault(
        "cut", "server", f"not HTTP: {message}", f"What listens on {place} does not speak HTTP: {message}.", False
    )


def _broke_off(place: str, answered: bool, why: str) -> str:
    return f"The {'answer' if answered else 'connection'} of {place} broke off: {why}."


def _chain(exc: BaseException) -> Iterator[BaseException]:
    """The exception, and whatever it was raised from or while handling, the members of groups included."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [exc]
    while waiting:
        link = waiting.pop(0)
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions
        waiting += (link.__cause__, link.__context__)
