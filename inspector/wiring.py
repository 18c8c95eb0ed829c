"""Puts the real parts together: the Hub on the network, the disk, the keychain and all backends."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from inspector.protocols.registry import ADAPTERS
from inspector.services.clock import LoopClock
from inspector.services.hub import Hub
from inspector.services.model import ConnectionSpec
from inspector.store.files import Files
from inspector.store.secrets import Keychain

if TYPE_CHECKING:
    from inspector.transport.http import HttpClient


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


def user() -> str:
    """Who sits here, for the journal; empty where the system does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def stored_key(base_url: str) -> str | None:
    """The key that the keychain of the system has for this server. UserError where it is locked or refuses."""
    return Keychain().get(base_url)
