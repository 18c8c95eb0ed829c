"""The address of a server in a pasted text, where no backend knows the text by anything else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from inspector.domain.adapter import Target

UNTOLD = ""
"""The protocol of an address that tells none: the server is asked."""

_URL = re.compile(r"\b(?:https?|wss?)://[^\s'\"<>\\^`{}|]+")
_SOCKETS = {"ws": "http", "wss": "https"}
_PAGES = ("platform.openai.com", "ai.azure.com", "oai.azure.com", "smith.langchain.com", "github.com")
"""Pages for people: nothing there answers to the API."""


def address_in(text: str) -> Target | None:
    """The first address of a server; None where there is none."""
    for match in _URL.finditer(text):
        try:
            parts = urlsplit(match.group().rstrip(".,;:)]"))
            host = (parts.hostname or "").lower()
        except ValueError:
            continue
        if not host or any(host == page or host.endswith("." + page) for page in _PAGES):
            continue
        scheme = _SOCKETS.get(parts.scheme, parts.scheme)
        base = f"{scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")
        return Target(
            UNTOLD, base=base, said=f"An address without an id: connect to {base}, and it is asked what it is."
        )
    return None
