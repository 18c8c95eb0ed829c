"""Pasted texts that point at such a server: the address of its socket, or of a file that it wrote."""

from __future__ import annotations

import re

from inspector.domain.adapter import Target

NAME = "gpt_researcher"

_SOCKET = re.compile(
    r"\b(?P<scheme>wss?|https?)://(?P<rest>[^\s'\"<>\\^`{}|?#]+?)/ws(?:[/?#][^\s'\"<>]*)?(?=[\s'\"<>.,;)]|$)"
)
_FILE = re.compile(
    r"\b(?P<scheme>https?)://(?P<rest>[^\s'\"<>\\^`{}|?#]+?)/outputs/task_[\w.%-]+\.(?:md|pdf|docx|json)\b"
)
_SCHEMES = {"ws": "http", "wss": "https"}


def recognise(text: str) -> Target | None:
    """The server, as far as the text tells. A run there lives on the socket that started it: nobody can join it."""
    socket, file = _SOCKET.search(text[:100_000]), _FILE.search(text[:100_000])
    found = socket or file
    if found is None:
        return None
    scheme = _SCHEMES.get(found["scheme"], found["scheme"])
    said = "the socket of a GPT-Researcher server" if socket is not None else "a file that a GPT-Researcher run wrote"
    return Target(
        NAME,
        base=f"{scheme}://{found['rest'].rpartition('@')[2]}",
        said=f"{said}: connect to start a run there; one that another client started cannot be joined",
    )
