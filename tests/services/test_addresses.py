"""An address that tells nothing but where a server is."""

from __future__ import annotations

import pytest

from inspector.services.addresses import address_in


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("http://localhost:8000/?research=1", "http://localhost:8000"),
        ("Uvicorn running on http://127.0.0.1:4010 (Press CTRL+C to quit)", "http://127.0.0.1:4010"),
        ("wss://agents.example.com/live.", "https://agents.example.com/live"),
        ("https://user:secret@example.com/api/", "https://example.com/api"),
        ("see https://platform.openai.com/docs and http://h:1", "http://h:1"),
    ],
)
def test_it_is_connected_to_and_asked(text: str, base: str) -> None:
    target = address_in(text)
    assert target is not None
    assert (target.base, target.protocol, target.run, target.thread) == (base, "", None, None)
    assert "secret" not in target.said


@pytest.mark.parametrize("text", ["", "hello", "http://[", "https://eu.smith.langchain.com/o/x", "file:///etc/passwd"])
def test_what_is_none(text: str) -> None:
    assert address_in(text) is None
